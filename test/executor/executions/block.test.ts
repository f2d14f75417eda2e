/** Blocks of executions: what goes in comes out, and what is damaged does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BlockReader,
  blockHead,
  encodeBlock,
  recordBytes,
} from '../../../src/executor/executions/block.js';
import {
  type Execution,
  endedMsOf,
  executionResults,
  startTypes,
} from '../../../src/executor/executions/execution.js';
import { execution } from './fixture.js';

const float = fc.float({ noNaN: true, min: 0, max: 900_000 });
const name = fc.string({ maxLength: 60 });
const executions: fc.Arbitrary<Execution> = fc.record(
  {
    requestId: fc.uuid(),
    functionName: name,
    version: name,
    start: fc.constantFrom(...startTypes),
    result: fc.constantFrom(...executionResults),
    errorType: name,
    arrivedMs: fc.integer({ min: 0, max: 4e12 }),
    queueMs: float,
    startMs: float,
    initMs: float,
    durationMs: float,
    memoryMb: fc.integer({ min: 128, max: 10_240 }),
    memoryPeakBytes: fc.option(fc.integer({ min: 0, max: 4e6 }).map((kib) => kib * 1024)),
    cpuMs: fc.option(float),
    hops: fc.integer({ min: 0, max: 2 }),
    caller: name,
    logStream: name,
  },
  { noNullPrototype: true },
);

function decoded(block: Buffer): Execution[] {
  const head = blockHead(block, 0);
  assert.ok(head !== null);
  const reader = new BlockReader(block, head);
  return Array.from({ length: head.records }, (_, record) => reader.execution(record));
}

test('a block gives back the executions that it was made of, and when they ended', () => {
  fc.assert(
    fc.property(fc.array(executions, { minLength: 1, maxLength: 20 }), fc.nat(), (all, number) => {
      const block = encodeBlock(all, number);
      assert.deepEqual(decoded(block), all);
      const head = blockHead(block, 0);
      assert.equal(head?.number, number);
      for (const one of all) {
        assert.ok(endedMsOf(one) >= (head?.firstEndedMs ?? Number.NaN));
        assert.ok(endedMsOf(one) <= (head?.lastEndedMs ?? Number.NaN));
      }
    }),
  );
});

test('an execution takes less than a hundred bytes where some come together', () => {
  assert.equal(recordBytes, 64);
  const all = Array.from({ length: 100 }, (_, number) => execution(number));
  assert.ok(encodeBlock(all, 1).length / all.length < 70);
});

test('a block with a changed or missing byte is none', () => {
  const block = encodeBlock([execution(1), execution(2)], 7);
  for (let at = 0; at < block.length; at++) {
    const damaged = Buffer.from(block);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    assert.equal(blockHead(damaged, 0), null, `byte ${at}`);
    assert.equal(blockHead(block.subarray(0, at), 0), null);
  }
});

test('an id that is no UUID is told as none', () => {
  const [only] = decoded(encodeBlock([execution(1, { requestId: 'made up' })], 1));
  assert.equal(only?.requestId, '00000000-0000-0000-0000-000000000000');
});

test('a block holds no more memory than its bytes, for many are kept', () => {
  const block = encodeBlock([execution(1)], 1);
  assert.equal(block.buffer.byteLength, block.length);
});
