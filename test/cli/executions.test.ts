/** `hearth executions` and `hearth usage` against the real listener. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Execution, ExecutionQuery } from '../../src/executor/index.js';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { execution, idOf } from '../executor/executions/fixture.js';
import { makeHarness, options } from '../ingress/harness.js';
import { run } from './run.js';

const inTime = { timeout: 20_000 };

async function begin(context: TestContext, found: Execution[] = []) {
  const { deps } = makeHarness();
  const queries: ExecutionQuery[] = [];
  const executions = {
    find: async (query: ExecutionQuery) => {
      queries.push(query);
      return found;
    },
    underWay: () => [
      {
        requestId: idOf(5),
        functionName: 'f',
        version: '1',
        startedMs: Date.UTC(2026, 0, 1),
        runningMs: 1234.56,
        logStream: 's',
      },
    ],
    usage: async () => [
      {
        functionName: 'f',
        hourMs: Date.UTC(2026, 0, 1, 5),
        requests: 7,
        errors: 1,
        mbMs: 1_536_000,
      },
    ],
  };
  const server = new IngressServer({ ...deps, clock: systemClock, executions }, options);
  const { port } = await server.start();
  context.after(() => server.stop(0));
  const hearth = async (...args: string[]): Promise<string> => {
    const env = { HEARTH_ENDPOINT: `http://127.0.0.1:${port}` };
    const { code, stdout, stderr } = await run(args, { env });
    return code === 0 ? (stdout || stderr).trimEnd() : `${code}: ${stderr.trimEnd()}`;
  };
  return { hearth, queries };
}

test('executions are listed with where their time went', inTime, async (context) => {
  const cold = execution(1, { start: 'cold', startMs: 20.04, initMs: 5.5, result: 'timeout' });
  const { hearth, queries } = await begin(context, [cold]);
  assert.match(
    await hearth('executions', 'f'),
    /^ARRIVED +REQUEST +VERSION +NODE +START +RESULT +TOTAL +QUEUE +START +INIT +RUN +MEMORY +HOPS\n2026-01-01T00:00:00.001Z +\S+000001 +\$LATEST +aaaaaaaa +cold +timeout +27.0 +0.0 +20.0 +5.5 +1.5 +30.7 MB +1$/,
  );
  const json = JSON.parse(
    await hearth('executions', 'f', '--json', '--since', '1000', '--slowest', '--start', 'cold'),
  );
  assert.equal(json.executions[0].requestId, idOf(1));
  const { sinceMs, order, start, result } = queries[1] ?? {};
  assert.deepEqual([sinceMs, order, start, result], [1000, 'slowest', 'cold', null]);
  assert.match(await hearth('executions', 'f', '--result', 'odd'), /^2: .*Allowed choices are ok/);
  assert.match(await hearth('executions', 'f', '--limit', '0'), /^2: .*from 1 to 1000/);
});

test('one is shown in full by its id, its attempts in their order', inTime, async (context) => {
  const failed = execution(1, { result: 'error', errorType: 'TypeError' });
  const { hearth, queries } = await begin(context, [execution(1, { arrivedMs: 2e12 }), failed]);
  const shown = await hearth('executions', 'show', idOf(1));
  assert.match(shown, /^request +\S+000001\nfunction +f:\$LATEST\n/);
  assert.match(shown, /\nresult +error \(TypeError\)\n[\s\S]*\nresult +ok\n/);
  assert.match(shown, /\nmemory +30.7 MB of 128 MB\n/);
  assert.equal(queries[0]?.requestId, idOf(1));
  const json = JSON.parse(await hearth('executions', 'show', idOf(1), '--json'));
  assert.deepEqual([json.executions.length, json.logs, json.missing], [2, [], []]);
});

test('what runs now is listed', inTime, async (context) => {
  const { hearth } = await begin(context);
  assert.match(
    await hearth('executions', 'running', 'f'),
    /^STARTED +REQUEST +NAME +VERSION +NODE +RUNNING\n2026-01-01T00:00:00.000Z +\S+000005 +f +1 +aaaaaaaa +1234.6$/,
  );
});

test('an id that nobody knows is said to be none', inTime, async (context) => {
  const { hearth } = await begin(context);
  assert.match(await hearth('executions', 'show', idOf(9)), /^1: .*no execution of the request/);
  assert.match(await hearth('executions', 'f'), /^no executions of f for what was asked/);
});

test('usage is told by day or hour', inTime, async (context) => {
  const { hearth } = await begin(context);
  assert.match(
    await hearth('usage', '--since', '2026-01-01'),
    /^DAY +NAME +REQUESTS +ERRORS +GB-SECONDS\n2026-01-01 +f +7 +1 +1.500$/,
  );
  assert.match(await hearth('usage', 'f', '--by', 'hour'), /\n2026-01-01T05:00Z +f +7 +1 +1.500$/);
  assert.equal(JSON.parse(await hearth('usage', '--json')).usage[0].gbSeconds, 1.5);
});
