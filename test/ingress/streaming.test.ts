/** InvokeWithResponseStream, as AWS's SDK reads it from a real listener. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import {
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamResponse,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { functionNotFound, HearthError, type Invocation } from '../../src/types/index.js';
import { createBody, functions, makeHarness, options, other, outcome, self } from './harness.js';

const inTime = { timeout: 20_000 };
const harness = makeHarness();
const server = new IngressServer({ ...harness.deps, clock: systemClock }, options);
let client: LambdaClient;
let port = 0;

before(async () => {
  ({ port } = await server.start());
  client = new LambdaClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  await harness.call('POST', functions, { body: createBody('f') });
});

after(async () => {
  client.destroy();
  await server.stop(1000);
});

const head = { contentType: 'text/plain', executedVersion: '7', start: 'cold' } as const;

/** Begins to stream; returns how many bytes were called taken so far. */
function begin({ stream }: Invocation, more: object = {}): () => number {
  let taken = 0;
  stream?.begin({ ...head, ...more }, (bytes) => {
    taken += bytes;
  });
  return () => taken;
}

async function readAll({ EventStream = [] as never }: InvokeWithResponseStreamResponse) {
  const chunks: string[] = [];
  for await (const { PayloadChunk, InvokeComplete } of EventStream) {
    if (PayloadChunk !== undefined) chunks.push(Buffer.from(PayloadChunk.Payload ?? []).toString());
    if (InvokeComplete !== undefined) return { chunks, complete: InvokeComplete };
  }
  return { chunks, complete: undefined };
}

const ask = (more: object = {}) =>
  client.send(new InvokeWithResponseStreamCommand({ FunctionName: 'f', Payload: '{}', ...more }));

describe('InvokeWithResponseStream', () => {
  it('gives each piece when the function has written it, and then its end', inTime, async () => {
    let goOn = (): void => undefined;
    harness.answer = async (invocation) => {
      begin(invocation);
      invocation.stream?.write(Buffer.from('first'));
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      invocation.stream?.write(Buffer.from('second'));
      return outcome(null, { streamed: true, payload: Buffer.alloc(0) });
    };
    const answer = await ask({ LogType: 'Tail', Qualifier: '$LATEST' });
    assert.deepEqual([answer.StatusCode, answer.ExecutedVersion], [200, '7']);
    assert.equal(answer.ResponseStreamContentType, 'application/vnd.amazon.eventstream');
    const chunks: string[] = [];
    for await (const { PayloadChunk, InvokeComplete } of answer.EventStream ?? []) {
      if (PayloadChunk !== undefined) {
        chunks.push(Buffer.from(PayloadChunk.Payload ?? []).toString());
        goOn();
      }
      if (InvokeComplete !== undefined) {
        const log = Buffer.from(InvokeComplete.LogResult ?? '', 'base64').toString();
        assert.deepEqual([log, InvokeComplete.ErrorCode], ['START\nEND\n', undefined]);
      }
    }
    assert.deepEqual(chunks, ['first', 'second']);
  });

  it('gives what a function returns that does not stream as one piece', inTime, async () => {
    harness.answer = () => outcome({ whole: true });
    const { chunks, complete } = await readAll(await ask());
    assert.deepEqual([chunks, complete], [['{"whole":true}'], {}]);
  });

  it('tells of a function that fails, before or after its first piece', inTime, async () => {
    const error = { errorType: 'E', errorMessage: 'm' };
    harness.answer = () => outcome(error, { functionError: true });
    const whole = await readAll(await ask());
    assert.deepEqual(whole.chunks, []);
    assert.equal(whole.complete?.ErrorCode, 'Unhandled');
    harness.answer = (invocation) => {
      begin(invocation);
      invocation.stream?.write(Buffer.from('half'));
      return outcome(error, { functionError: true, streamed: true });
    };
    const { chunks, complete } = await readAll(await ask());
    assert.deepEqual([chunks, complete?.ErrorCode], [['half'], 'Unhandled']);
    assert.deepEqual(JSON.parse(complete?.ErrorDetails ?? ''), error);
  });

  it('tells of an answer that is lost on its way', inTime, async () => {
    harness.answer = async (invocation) => {
      begin(invocation);
      invocation.stream?.write(Buffer.from('half'));
      await new Promise(setImmediate);
      throw new HearthError('forward-lost', 'The link broke.');
    };
    const { chunks, complete } = await readAll(await ask());
    assert.deepEqual(chunks, ['half']);
    assert.deepEqual(complete, {
      ErrorCode: 'ServiceException',
      ErrorDetails: 'The link broke.',
    });
  });

  it('says before the first piece what can be said by a status', inTime, async () => {
    harness.answer = () => {
      throw functionNotFound('f');
    };
    await assert.rejects(ask(), ResourceNotFoundException);
    const dry = await ask({ InvocationType: 'DryRun' });
    assert.equal(dry.StatusCode, 204);
    await assert.rejects(ask({ InvocationType: 'Event' }), { name: 'ValidationException' });
  });

  it('has the way in its head, and how long it took behind its body', inTime, async () => {
    for (const [node, hops] of [
      [undefined, '0'],
      [other, '1'],
    ] as const) {
      harness.answer = (invocation) => {
        begin(invocation, node === undefined ? {} : { node });
        return outcome(null, { streamed: true, durationMs: 12.5 });
      };
      const answer = await post();
      assert.deepEqual(
        [answer.headers['x-hearth-node'], answer.headers['x-hearth-hops']],
        [node ?? self, hops],
      );
      assert.equal(answer.headers['x-hearth-start'], 'cold');
      assert.equal(answer.headers.trailer, 'x-hearth-duration-ms');
      answer.resume();
      await once(answer, 'end');
      assert.equal(answer.trailers['x-hearth-duration-ms'], '12.500');
    }
  });

  it(
    'cuts what a client has given up that still listens, so that it looks whole to nobody',
    inTime,
    async () => {
      let goOn = (): void => undefined;
      harness.answer = async (invocation) => {
        begin(invocation);
        invocation.stream?.write(Buffer.from('half'));
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        return outcome(null, { streamed: true });
      };
      const socket = connect({ port, allowHalfOpen: true });
      socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}`);
      let text = '';
      socket.on('data', (data) => {
        text += String(data);
        if (text.includes('half') && !socket.writableEnded) socket.end();
      });
      socket.on('error', () => undefined);
      await once(socket, 'close');
      goOn();
      assert.ok(text.includes('half'));
      assert.ok(!text.endsWith('\r\n0\r\n\r\n') && !text.includes('InvokeComplete'));
    },
  );

  it('makes the function wait for a client that does not read', inTime, async () => {
    const piece = Buffer.alloc(64 * 1024);
    let takenBytes = () => 0;
    let goOn = (): void => undefined;
    let written = 0;
    harness.answer = async (invocation) => {
      takenBytes = begin(invocation);
      const ended = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      // as a sandbox does: a window ahead of what was taken
      let waiting = true;
      void ended.then(() => {
        waiting = false;
      });
      while (waiting) {
        if (written - takenBytes() < 256 * 1024) {
          invocation.stream?.write(piece);
          written += piece.length;
        }
        await new Promise(setImmediate);
      }
      return outcome(null, { streamed: true });
    };
    const answer = await post();
    answer.pause();
    let before = -1;
    while (before !== written) {
      before = written;
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    }
    assert.ok(written < 32 * 1024 * 1024, `${written} bytes with nobody who reads`);
    answer.destroy();
    const atEnd = written;
    while (written < atEnd + 1024 * 1024) await new Promise(setImmediate);
    goOn();
  });
});

const path = '/2021-11-15/functions/f/response-streaming-invocations';

async function post(): Promise<IncomingMessage> {
  const asked = request({ port, path, method: 'POST' });
  asked.on('error', () => undefined);
  asked.end('{}');
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  return answer;
}
