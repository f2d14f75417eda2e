/** `hearth events`, `streams`, `webhook-secret` and `invoke --async` against the real listener. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { runCli } from '../../src/cli/index.js';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { requestId } from '../../src/types/index.js';
import { endedEvent, id, outcome } from '../events/destinations/ended-event.js';
import { createBody, functions, makeHarness, options } from '../ingress/harness.js';
import { run } from './run.js';

const inTime = { timeout: 20_000 };
const other = requestId('0c0f6d0e-2f3b-4a53-8c29-3f5b8f4a7d22');

async function begin(context: TestContext) {
  const harness = makeHarness();
  const server = new IngressServer({ ...harness.deps, clock: systemClock }, options);
  const { port } = await server.start();
  context.after(() => server.stop(0));
  await harness.call('POST', functions, { body: createBody('hello') });
  const hearth = async (...args: string[]): Promise<string> => {
    const env = { HEARTH_ENDPOINT: `http://127.0.0.1:${port}` };
    const { code, stdout, stderr } = await run(args, { env });
    return code === 0 ? (stdout || stderr).trimEnd() : `${code}: ${stdout}${stderr.trimEnd()}`;
  };
  return { ...harness, hearth, url: `http://127.0.0.1:${port}` };
}

test('invoke --async prints the request id, and hands the key on', inTime, async (context) => {
  const { events, hearth } = await begin(context);
  const printed = await hearth('invoke', 'hello', '--async', '--idempotency-key', 'k1');
  const [submission] = events.submitted;
  assert.equal(printed, submission?.id);
  assert.equal(submission?.idempotencyKey, 'k1');
  assert.match(await hearth('invoke', 'hello', '--idempotency-key', 'k'), /^2: .*with --async/);
});

test('events are listed and shown, the newest so many', inTime, async (context) => {
  const { events, hearth } = await begin(context);
  assert.equal(await hearth('events', 'list'), 'there are none.');
  const target = 'https://example.com/hook';
  events.events.push(
    endedEvent({ id: other, sequence: 1, status: 'done' }),
    endedEvent({
      sequence: 2,
      qualifier: 'live',
      status: 'dead',
      attempts: 3,
      outcome: outcome({
        condition: 'RetriesExhausted',
        functionError: 'Unhandled',
        answer: Buffer.from('{"errorMessage":"no"}'),
      }),
      deliveries: [{ kind: 'on-failure', target, state: 'failed', error: 'it is gone' }],
    }),
  );
  const [head, ...rows] = (await hearth('events', 'list')).split('\n');
  assert.match(head ?? '', /^REQUEST +FUNCTION +STATUS +ATTEMPTS +ACCEPTED +ENDED +CONDITION$/);
  assert.match(rows[0] ?? '', new RegExp(`^${other} +work +done +1 +2026.* Success$`));
  assert.match(rows[1] ?? '', new RegExp(`^${id} +work:live +dead +3 +2026.* RetriesExhausted$`));
  const dead = JSON.parse(await hearth('events', 'dead', '--json'));
  assert.deepEqual([dead.length, dead[0].requestId], [1, id]);
  const newest = JSON.parse(await hearth('events', 'list', '--limit', '1', '--json'));
  assert.deepEqual([newest.length, newest[0].requestId], [1, id]);
  const shown = await hearth('events', 'show', id);
  assert.match(shown, /^function +work:live$/m);
  assert.match(shown, /^status +dead \(RetriesExhausted\)$/m);
  assert.match(shown, /^on-failure +failed: https:\/\/example.com\/hook, it is gone$/m);
  assert.match(shown, /^answer +\{"errorMessage":"no"\}$/m);
  assert.match(await hearth('events', 'show', 'none'), /^1: hearth: There is no asynchronous/);
  assert.match(await hearth('events', 'list', '--status', 'lost'), /^2: /);
});

test(
  'show --wait waits for the end, and tells by the exit code how it was',
  inTime,
  async (context) => {
    const { events, hearth } = await begin(context);
    events.events.push(endedEvent({ status: 'queued', endedAtMs: 0, outcome: null }));
    const asked = events.get.bind(events);
    let asks = 0;
    events.get = async (wanted) => {
      if (++asks === 2) events.events[0] = endedEvent({ status: 'done' });
      return asked(wanted);
    };
    assert.match(await hearth('events', 'show', id, '--wait'), /^status +done \(Success\)$/m);
    assert.equal(asks, 2);
    events.events[0] = endedEvent({ status: 'dead' });
    assert.match(await hearth('events', 'show', id, '--wait'), /^1: [\s\S]*is dead\.$/);
  },
);

test('events are cancelled and redriven, one or all', inTime, async (context) => {
  const { events, hearth } = await begin(context);
  events.events.push(endedEvent({ status: 'waiting' }), endedEvent({ id: other, status: 'dead' }));
  assert.equal(await hearth('events', 'cancel', id), `cancelled ${id}`);
  assert.match(await hearth('events', 'cancel', id), /^1: hearth: .*has ended \(cancelled\)/);
  assert.equal(await hearth('events', 'redrive', other), `redriven ${other}`);
  assert.equal(await hearth('events', 'redrive', '--all', 'work'), 'redriven: 3');
  assert.equal(await hearth('events', 'redrive', '--all', '--json'), '{"redriven":3}');
  assert.match(await hearth('events', 'redrive'), /^2: /);
});

test('streams are listed, printed record by record, and deleted', inTime, async (context) => {
  const { streams, hearth } = await begin(context);
  assert.equal(await hearth('streams'), 'there are no streams.');
  for (const n of [1, 2]) {
    await streams.append('out', { id: `r${n}`, attributes: {}, data: Buffer.from(`{"n":${n}}`) });
  }
  assert.match(
    await hearth('streams'),
    /^NAME +RECORDS +SIZE +OLDEST +NEWEST\nout +2 +\d+ B +1 +2$/,
  );
  const lines = (await hearth('streams', 'out')).split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ sequence, data }) => [sequence, data]),
    [
      [1, { n: 1 }],
      [2, { n: 2 }],
    ],
  );
  assert.match(await hearth('streams', 'out', '--after', '1'), /^\{"sequence":2,/);
  assert.equal(await hearth('streams', 'out', '--delete'), 'deleted out');
  assert.match(await hearth('streams', 'out'), /^1: hearth: There is no stream out/);
  assert.match(await hearth('streams', '--follow'), /^2: hearth: name the stream/);
});

test(
  'a stream is followed from before its first record on, until nobody reads',
  inTime,
  async (context) => {
    const { streams, url } = await begin(context);
    const stdout = new PassThrough().setEncoding('utf8');
    const io = {
      ...{ stdin: Readable.from([]), stdout, stderr: new PassThrough(), clock: systemClock },
      env: { HEARTH_ENDPOINT: url },
    };
    const ended = runCli(['streams', 'out', '--follow'], io);
    const append = (id: string) =>
      streams.append('out', { id, attributes: {}, data: Buffer.from('{}') });
    for (const id of ['a', 'b']) {
      await append(id);
      const [line] = await once(stdout, 'data');
      assert.equal(JSON.parse(line).id, id);
    }
    stdout.emit('error', new Error('nobody reads'));
    assert.equal(await ended, 0);
  },
);

test('the secret of webhooks is printed alone', inTime, async (context) => {
  const { hearth } = await begin(context);
  assert.equal(await hearth('webhook-secret', 'show'), 'whsec_new');
  assert.equal(
    JSON.parse(await hearth('webhook-secret', 'rotate', '--json')).previous,
    'whsec_old',
  );
});
