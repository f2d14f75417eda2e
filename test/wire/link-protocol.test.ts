import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AnswerHead,
  decodeAnswer,
  decodeCredit,
  decodeForward,
  encodeAnswerHead,
  encodeCredit,
  encodeForwardHead,
  type ForwardHead,
  FrameError,
  timeoutMsMax,
} from '../../src/wire/index.js';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const text = fc.string({ unit: 'binary', maxLength: 100 });
const body = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));

const plain = { noNullPrototype: true };

const forwardHeads: fc.Arbitrary<ForwardHead> = fc.record(
  {
    requestId: text,
    functionName: text,
    qualifier: text,
    invokedAs: text,
    traceId: text,
    clientContext: text,
    caller: text,
    hops: fc.integer({ min: 0, max: 255 }),
    revision: fc.nat(),
    timeoutMs: fc.integer({ min: 0, max: timeoutMsMax }),
    place: fc.boolean(),
    stream: fc.boolean(),
    bodyBytes: uint32,
  },
  plain,
);

const answerHeads: fc.Arbitrary<AnswerHead> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('ran' as const),
      start: fc.constantFrom('warm' as const, 'cold' as const, 'stolen' as const),
      functionError: fc.boolean(),
      durationMs: fc.double({ noNaN: true }),
      executedVersion: text,
      logTail: body,
      bodyBytes: uint32,
    },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant('failed' as const),
      code: text,
      message: text,
      details: fc.dictionary(text, fc.oneof(text, fc.double({ noNaN: true })), {
        maxKeys: 16,
        noNullPrototype: true,
      }),
    },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant('streams' as const),
      start: fc.constantFrom('warm' as const, 'cold' as const, 'stolen' as const),
      executedVersion: text,
      contentType: text,
    },
    plain,
  ),
  fc.constant({ kind: 'not-here' as const }),
  fc.constant({ kind: 'busy' as const }),
);

test('the head of a forwarded request comes back as it was, with the body behind it', () => {
  fc.assert(
    fc.property(forwardHeads, body, (head, rest) => {
      const decoded = decodeForward(Buffer.concat([encodeForwardHead(head), rest]));
      assert.deepEqual(decoded, { head, body: rest });
    }),
  );
});

test('the head of an answer comes back as it was, with the body behind it', () => {
  fc.assert(
    fc.property(answerHeads, body, (head, rest) => {
      const decoded = decodeAnswer(Buffer.concat([encodeAnswerHead(head), rest]));
      assert.deepEqual(decoded, { head, body: rest });
    }),
  );
});

test('a head that ends too early is a FrameError at every length', () => {
  fc.assert(
    fc.property(forwardHeads, answerHeads, (forward, answer) => {
      const request = encodeForwardHead(forward);
      for (let end = 0; end < request.length; end++) {
        assert.throws(() => decodeForward(request.subarray(0, end)), FrameError);
      }
      const reply = encodeAnswerHead(answer);
      for (let end = 0; end < reply.length; end++) {
        assert.throws(() => decodeAnswer(reply.subarray(0, end)), FrameError);
      }
    }),
    { numRuns: 20 },
  );
});

test('bytes from anywhere are read as heads or refused with a FrameError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const decode of [decodeForward, decodeAnswer, decodeCredit]) {
        try {
          decode(bytes);
        } catch (error) {
          assert.ok(error instanceof FrameError, String(error));
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('texts longer than a head takes are cut off between characters, and the rest stays whole', () => {
  const head: ForwardHead = {
    requestId: 'r'.repeat(20_000),
    functionName: 'f',
    qualifier: `x${'ü'.repeat(20_000)}`,
    invokedAs: 'live',
    traceId: 't'.repeat(20_000),
    clientContext: 'c',
    caller: 'AKIAEXAMPLE',
    hops: 1,
    revision: 2,
    timeoutMs: 3,
    place: false,
    stream: false,
    bodyBytes: 4,
  };
  const decoded = decodeForward(Buffer.concat([encodeForwardHead(head), Buffer.from('body')]));
  assert.deepEqual(decoded.head, {
    ...head,
    requestId: 'r'.repeat(16_384),
    qualifier: `x${'ü'.repeat(8191)}`,
    traceId: 't'.repeat(16_384),
  });
  assert.equal(decoded.body.toString(), 'body');
  const failed = decodeAnswer(
    encodeAnswerHead({ kind: 'failed', code: 'c', message: 'ü'.repeat(20_000), details: { a: 1 } }),
  ).head;
  assert.ok(failed.kind === 'failed');
  assert.equal(failed.message, 'ü'.repeat(8192));
  assert.deepEqual(failed.details, { a: 1 });
});

test('credit comes back as it was', () => {
  assert.equal(decodeCredit(encodeCredit(0xffff_fffe)), 0xffff_fffe);
});

test('to who knows no placing, a placed request has a long time and is otherwise the same', () => {
  const [sample] = fc.sample(forwardHeads, { numRuns: 1, seed: 1 });
  assert.ok(sample !== undefined);
  const placed = encodeForwardHead({ ...sample, place: true });
  const plain = encodeForwardHead({ ...sample, place: false });
  assert.deepEqual(placed.subarray(5), plain.subarray(5));
  assert.equal(placed[0], plain[0]);
  assert.equal(placed.readUInt32BE(1), plain.readUInt32BE(1) + 2 ** 31);
});
