/** `hearth concurrency`, `provision`, `warm` and `deploy --snap-start` against the real listener. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { noCapacity } from '../../src/types/index.js';
import { createBody, functions, makeHarness, options, other } from '../ingress/harness.js';
import { run } from './run.js';

const inTime = { timeout: 20_000 };

async function begin(context: TestContext) {
  const harness = makeHarness();
  const capacity = {
    ...harness.deps.capacity,
    local: () => ({ ...noCapacity, allocated: 3, available: 1 }),
  };
  const warm = async () => ({ version: '1', initMs: 12.34, node: other });
  const server = new IngressServer(
    { ...harness.deps, clock: systemClock, capacity, warm },
    options,
  );
  const { port } = await server.start();
  context.after(() => server.stop(0));
  await harness.call('POST', functions, { body: createBody('hello', { Publish: true }) });
  const hearth = async (...args: string[]): Promise<string> => {
    const env = { HEARTH_ENDPOINT: `http://127.0.0.1:${port}` };
    const { code, stdout, stderr } = await run(args, { env });
    return code === 0 ? (stdout || stderr).trimEnd() : `${code}: ${stderr.trimEnd()}`;
  };
  return { harness, hearth };
}

test('concurrency is reserved, shown and taken back', inTime, async (context) => {
  const { harness, hearth } = await begin(context);
  assert.match(await hearth('concurrency', 'hello'), /^NAME +RESERVED\nhello +-$/);
  assert.match(await hearth('concurrency', 'hello', '--reserve', '20'), /\nhello +20$/);
  assert.equal(harness.catalog.reservedConcurrency('hello'), 20);
  const json = await hearth('concurrency', 'hello', '--no-reserve', '--json');
  assert.equal(json, '{"name":"hello","reserved":null}');
  assert.match(await hearth('concurrency', 'hello', '--reserve', 'x'), /^2: .*whole number/);
  assert.match(await hearth('concurrency', 'nix'), /^1: hearth: Function not found/);
});

test(
  'a version is provisioned with windows, shown with its figures, and let go',
  inTime,
  async (context) => {
    const { harness, hearth } = await begin(context);
    assert.match(await hearth('provision', 'hello'), /^nothing of hello is provisioned/);
    const first = await hearth('provision', 'hello:1', '5');
    assert.match(
      first,
      /^NAME +REQUESTED +ALLOCATED +AVAILABLE +STATUS +CHANGED\nhello:1 +5 +0 +0 +IN_PROGRESS/,
    );
    assert.match(await hearth('provision', 'hello:1'), /\nhello:1 +5 +3 +1 +IN_PROGRESS/);
    const window = '0 8 * * 1-5; 0 18 * * 1-5 ;Europe/Berlin=10';
    const more = ['--window', window, '--window', '0 0 1 * *;0 0 2 * *;UTC=3'];
    const shown = await hearth('provision', 'hello:1', '1', ...more);
    assert.match(shown, /\nhello:1 +0 8 \* \* 1-5 +0 18 \* \* 1-5 +Europe\/Berlin +10\n/);
    const set = harness.catalog.provisioned('hello').get('1');
    assert.deepEqual([set?.executions, set?.windows.length], [1, 2]);
    assert.match(await hearth('provision', 'hello'), /\nhello:1 +1 +1 +1 +READY/);
    const all = JSON.parse(await hearth('provision', 'hello', '--json'));
    assert.equal(all[0].Schedules[1].ProvisionedConcurrentExecutions, 3);
    await hearth('provision', 'hello:1', '--window', window);
    assert.equal(harness.catalog.provisioned('hello').get('1')?.executions, 0);
    assert.equal(await hearth('provision', 'hello:1', '--off'), 'hello:1 is off');
    assert.match(
      await hearth('provision', 'hello:1'),
      /^1: hearth: No Provisioned Concurrency Config/,
    );
  },
);

test('all that is provisioned of a function is shown, page after page', inTime, async (context) => {
  const { harness, hearth } = await begin(context);
  const wanted = { executions: 1, windows: [] };
  for (let number = 10; number < 61; number++) {
    const alias = { functionName: 'hello', name: `a${number}`, version: '1', description: '' };
    await harness.catalog.createAlias({ ...alias, additional: null });
    await harness.catalog.provisionConcurrency('hello', alias.name, wanted);
  }
  const lines = (await hearth('provision', 'hello')).split('\n');
  assert.equal(lines.length, 52);
  assert.match(lines[51] ?? '', /^hello:a60 /);
});

test('what cannot be provisioned is told in one sentence', inTime, async (context) => {
  const { hearth } = await begin(context);
  assert.match(await hearth('provision', 'hello', '5'), /^2: hearth: name a version or an alias/);
  assert.match(await hearth('provision', 'hello:1', 'many'), /^2: hearth: 'many' is not a whole/);
  assert.match(await hearth('provision', 'hello:1', '0'), /^1: .*greater than or equal to 1/);
  assert.match(await hearth('provision', 'hello:1', '1', '--off'), /^2: hearth: --off keeps none/);
  assert.match(await hearth('provision', 'hello:1', '--window', '8-18'), /^2: .*START;END;ZONE=N/);
  const odd = await hearth('provision', 'hello:1', '--window', 'x;0 8 * * *;UTC=1');
  assert.match(odd, /^1: hearth: The Start of Schedules\[0\], 'x', must be a cron expression/);
});

test('warm tells where one more sandbox is ready', inTime, async (context) => {
  const { hearth } = await begin(context);
  const text = await hearth('warm', 'hello:1');
  assert.equal(text, `hello:1 is warm on ${other.slice(0, 8)}, initialised in 12.3 ms`);
  assert.equal(JSON.parse(await hearth('warm', 'hello', '--json')).node, other);
  assert.match(await hearth('warm', 'nix'), /^1: hearth: Function not found/);
});

test('deploy sets SnapStart, and publishes where it is asked to', inTime, async (context) => {
  const { harness, hearth } = await begin(context);
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'slow.mjs');
  await writeFile(file, 'export const handler = async () => 1;');
  const deploy = (...more: string[]) => hearth('deploy', file, '--name', 'slow', ...more);
  assert.match(await deploy('--snap-start', '--publish'), /^created slow .*\npublished slow:1$/s);
  assert.equal(harness.catalog.get('slow', '1')?.snapStart, true);
  assert.match(await deploy('--snap-start'), /^unchanged slow/);
  assert.match(await deploy(), /^unchanged slow/);
  const json = JSON.parse(await deploy('--no-snap-start', '--publish', '--json'));
  assert.deepEqual([json.action, json.version], ['updated', '2']);
  assert.equal(harness.catalog.get('slow')?.snapStart, false);
});
