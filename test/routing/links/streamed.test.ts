/** Answers that are streamed over links between real sockets. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  type AnswerSink,
  HearthError,
  type Invocation,
  limits,
  type StreamHead,
} from '../../../src/types/index.js';
import { callOf, Gate, type LinkNode, ran, twoNodes } from './nodes.js';
import { until } from './pair.js';

/** Keeps what comes; gives it back as it comes, or by hand. */
class Reader implements AnswerSink {
  readonly begun = new Gate<StreamHead>();
  readonly pieces: Uint8Array[] = [];
  bytes = 0;
  give: (bytes: number) => void = () => undefined;

  constructor(readonly takes = true) {}

  begin(head: StreamHead, taken: (bytes: number) => void): void {
    this.give = taken;
    this.begun.open(head);
  }

  write(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
    if (this.takes) this.give(piece.length);
  }

  get text(): string {
    return Buffer.concat(this.pieces).toString();
  }
}

/** The side that runs the function: what it may write, as the sandbox would be told. */
class Writer {
  taken = 0;
  constructor(private readonly invocation: Invocation) {}

  begin(contentType = 'text/plain'): this {
    const head = { contentType, executedVersion: '3', start: 'cold' } as const;
    this.invocation.stream?.begin(head, (bytes) => {
      this.taken += bytes;
    });
    return this;
  }

  write(piece: string | Uint8Array): this {
    this.invocation.stream?.write(Buffer.from(piece));
    return this;
  }
}

function ask(from: LinkNode, to: LinkNode, stream: AnswerSink, signal?: AbortSignal) {
  const call = callOf(Buffer.from('{}'));
  const more = signal === undefined ? { stream } : { stream, signal };
  return from.links.forward(to.id, { ...call, invocation: { ...call.invocation, ...more } });
}

const ended = (payload = '', functionError = false) => {
  const { kind, outcome } = ran(payload);
  return { kind, outcome: { ...outcome, streamed: true, functionError } };
};

test('a streamed answer comes as it is written, and says at its end how it went', async (t) => {
  const [a, b] = await twoNodes(t);
  const end = new Gate<void>();
  b.handle = async ({ invocation }) => {
    const writer = new Writer(invocation).begin('text/event-stream').write('one ');
    await end.passed;
    writer.write('two ').write(Buffer.alloc(100_000, 'x'));
    return ended();
  };
  const reader = new Reader();
  const reply = ask(a, b, reader);
  const head = await reader.begun.passed;
  assert.deepEqual(head, {
    contentType: 'text/event-stream',
    executedVersion: '3',
    start: 'cold',
    node: b.id,
  });
  await until(() => reader.text === 'one ');
  end.open();
  const done = await reply;
  assert.ok(done.kind === 'ran');
  assert.deepEqual(
    [done.outcome.streamed, done.outcome.functionError, done.outcome.payload.length],
    [true, false, 0],
  );
  assert.equal(Buffer.from(done.outcome.logTail()).toString(), 'START');
  assert.equal(reader.text, `one two ${'x'.repeat(100_000)}`);
});

test('one that has no byte at all has its head and its end', async (t) => {
  const [a, b] = await twoNodes(t);
  b.handle = async ({ invocation }) => {
    new Writer(invocation).begin('');
    return ended();
  };
  const reader = new Reader();
  const reply = await ask(a, b, reader);
  assert.ok(reply.kind === 'ran' && reply.outcome.streamed);
  assert.equal(reader.bytes, 0);
});

test('one that breaks off brings the error of the function, or of the node', async (t) => {
  const [a, b] = await twoNodes(t);
  const error = JSON.stringify({ errorType: 'E', errorMessage: 'm'.repeat(50_000) });
  b.handle = async ({ invocation }) => {
    new Writer(invocation).begin().write('half');
    return ended(error, true);
  };
  const reader = new Reader();
  const reply = await ask(a, b, reader);
  assert.ok(reply.kind === 'ran' && reply.outcome.functionError);
  assert.deepEqual([reader.text, Buffer.from(reply.outcome.payload).toString()], ['half', error]);
  b.handle = async ({ invocation }) => {
    new Writer(invocation).begin().write('half');
    throw new HearthError('draining', 'It stops.');
  };
  const failed = await ask(a, b, new Reader());
  assert.ok(failed.kind === 'failed' && failed.error.code === 'draining');
});

test('an answer in one piece stays one, and who takes no stream is offered none', async (t) => {
  const [a, b] = await twoNodes(t);
  b.handle = async ({ invocation }) => ran(String(invocation.stream !== undefined));
  const reader = new Reader();
  const reply = await ask(a, b, reader);
  assert.ok(reply.kind === 'ran' && !reply.outcome.streamed);
  assert.equal(Buffer.from(reply.outcome.payload).toString(), 'true');
  const plain = await a.forward(b);
  assert.ok(plain.kind === 'ran');
  assert.equal(Buffer.from(plain.outcome.payload).toString(), 'false');
});

test('who writes is told to wait as long as nobody takes, and other requests pass', async (t) => {
  const [a, b] = await twoNodes(t);
  const piece = Buffer.alloc(64 * 1024, 'y');
  const pieces = 32;
  let writer: Writer | undefined;
  const end = new Gate<void>();
  b.handle = async ({ invocation }) => {
    if (invocation.stream === undefined) return ran('beside');
    writer = new Writer(invocation).begin();
    for (let count = 0; count < pieces; count++) writer.write(piece);
    await end.passed;
    return ended();
  };
  const reader = new Reader(false);
  const reply = ask(a, b, reader);
  await until(() => reader.bytes > limits.linkWindowBytes - 2 * piece.length);
  const beside = await a.forward(b);
  assert.ok(beside.kind === 'ran' && Buffer.from(beside.outcome.payload).toString() === 'beside');
  assert.ok(reader.bytes <= limits.linkWindowBytes, `${reader.bytes} bytes without credit`);
  assert.ok((writer?.taken ?? 0) <= limits.linkWindowBytes, 'nothing more was called taken');
  let given = 0;
  while (given < pieces * piece.length) {
    await until(() => reader.bytes > given);
    const bytes = reader.bytes - given;
    given += bytes;
    reader.give(bytes);
  }
  await until(() => writer?.taken === pieces * piece.length);
  end.open();
  const done = await reply;
  assert.ok(done.kind === 'ran' && done.outcome.streamed);
});

test('where who asked goes away, the function is not made to wait for it', async (t) => {
  const [a, b] = await twoNodes(t);
  const total = 4 * limits.linkWindowBytes;
  let writer: Writer | undefined;
  const aborted = new Gate<void>();
  b.handle = async ({ invocation }) => {
    invocation.signal?.addEventListener('abort', () => aborted.open());
    writer = new Writer(invocation).begin().write(Buffer.alloc(total));
    await aborted.passed;
    await until(() => writer?.taken === total);
    writer.write(Buffer.alloc(total));
    return ended();
  };
  const reader = new Reader(false);
  const gone = new AbortController();
  const reply = ask(a, b, reader, gone.signal);
  await until(() => reader.bytes > 0);
  assert.equal(writer?.taken, 0);
  gone.abort();
  await assert.rejects(reply, { code: 'caller-gone' });
  await until(() => writer?.taken === 2 * total);
});

test('a link that breaks in the middle loses the request', async (t) => {
  const [a, b] = await twoNodes(t);
  b.handle = ({ invocation }) => {
    new Writer(invocation).begin().write('half');
    return new Promise(() => undefined);
  };
  const reader = new Reader();
  const reply = ask(a, b, reader);
  await until(() => reader.text === 'half');
  const failed = assert.rejects(reply, { code: 'forward-lost' });
  await b.close();
  await failed;
});

test('pieces of one byte come as they were, ten thousand of them', async (t) => {
  const [a, b] = await twoNodes(t);
  b.handle = async ({ invocation }) => {
    const writer = new Writer(invocation).begin();
    for (let count = 0; count < 10_000; count++) writer.write(Buffer.of(count % 256));
    return ended();
  };
  const reader = new Reader();
  await ask(a, b, reader);
  const expected = Buffer.from(Array.from({ length: 10_000 }, (_, count) => count % 256));
  assert.equal(Buffer.compare(Buffer.concat(reader.pieces), expected), 0);
});
