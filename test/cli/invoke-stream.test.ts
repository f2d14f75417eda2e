/** `hearth invoke --stream` against the real listener, and the messages that it reads. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { eventMessages } from '../../src/cli/event-stream.js';
import { CommandFailure } from '../../src/cli/failure.js';
import { IngressServer } from '../../src/ingress/index.js';
import { invokeComplete, payloadChunk } from '../../src/ingress/streaming/event-stream.js';
import { systemClock } from '../../src/lib/index.js';
import { HearthError, type Invocation } from '../../src/types/index.js';
import { makeHarness, options, outcome } from '../ingress/harness.js';
import { run } from './run.js';

const inTime = { timeout: 20_000 };

async function begin(context: TestContext) {
  const harness = makeHarness();
  const server = new IngressServer({ ...harness.deps, clock: systemClock }, options);
  const { port } = await server.start();
  context.after(() => server.stop(0));
  const env = { HEARTH_ENDPOINT: `http://127.0.0.1:${port}` };
  return { harness, hearth: (...args: string[]) => run(['invoke', ...args], { env }) };
}

function writes({ stream }: Invocation, ...pieces: string[]): void {
  const head = { contentType: 'text/plain', executedVersion: '1', start: 'warm' } as const;
  stream?.begin(head, () => undefined);
  for (const piece of pieces) stream?.write(Buffer.from(piece));
}

test(
  'what the function writes is on standard output, and nothing else',
  inTime,
  async (context) => {
    const { harness, hearth } = await begin(context);
    harness.answer = (invocation) => {
      writes(invocation, 'one ', 'two ', 'drei ü');
      return outcome(null, { streamed: true });
    };
    const ran = await hearth('f:1', '--stream', '--tail', '--data', '{"a":1}');
    assert.deepEqual(ran, { code: 0, stdout: 'one two drei ü', stderr: 'START\nEND\n' });
    const { qualifier, payload } = harness.invocations[0] as Invocation;
    assert.deepEqual([qualifier, Buffer.from(payload).toString()], ['1', '{"a":1}']);
  },
);

test(
  'an error is told, before the first piece, after it, and where the answer is lost',
  inTime,
  async (context) => {
    const { harness, hearth } = await begin(context);
    harness.answer = (invocation) => {
      writes(invocation, 'half');
      return outcome({ errorMessage: 'no' }, { streamed: true, functionError: true });
    };
    const failed = await hearth('f', '--stream');
    assert.deepEqual([failed.code, failed.stdout], [1, 'half']);
    assert.match(failed.stderr, /answered an error \(Unhandled\): \{"errorMessage":"no"\}/);
    harness.answer = async (invocation) => {
      writes(invocation, 'half');
      await new Promise(setImmediate);
      throw new HearthError('forward-lost', 'The link broke.');
    };
    assert.match((await hearth('f', '--stream')).stderr, /ServiceException\): The link broke\./);
    harness.answer = () => {
      throw new HearthError('draining', 'This node stops.');
    };
    const refused = await hearth('f', '--stream');
    assert.deepEqual([refused.code, /This node stops/.test(refused.stderr)], [1, true]);
    assert.equal((await hearth('f', '--stream', '--async')).code, 2);
  },
);

async function read(pieces: readonly Buffer[]) {
  const seen: { type: string; text: string }[] = [];
  for await (const { type, payload } of eventMessages(from(pieces))) {
    seen.push({ type, text: payload.toString('latin1') });
  }
  return seen;
}

async function* from(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

test('messages are read however they are cut, and what is none is refused', async () => {
  const texts = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 40 }), { maxLength: 5 });
  const cuts = fc.array(fc.nat(1000), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(texts, cuts, fc.nat(), async (chunks, places, wrongAt) => {
      const sent = [...chunks.map((text) => payloadChunk(Buffer.from(text))), invokeComplete({})];
      const data = Buffer.concat(sent);
      const at = [0, ...places.map((place) => place % (data.length + 1)), data.length];
      at.sort((one, other) => one - other);
      const parts = at.slice(1).map((to, index) => data.subarray(at[index], to));
      assert.deepEqual(await read(parts), [
        ...chunks.map((text) => ({ type: 'PayloadChunk', text })),
        { type: 'InvokeComplete', text: '{}' },
      ]);
      const changed = Buffer.from(data);
      changed[wrongAt % data.length] = (changed[wrongAt % data.length] ?? 0) ^ 1;
      await assert.rejects(read([changed]), CommandFailure);
      await assert.rejects(read([data.subarray(0, -1)]), CommandFailure);
    }),
  );
});
