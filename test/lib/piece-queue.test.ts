import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PieceQueue } from '../../src/lib/index.js';

describe('a queue of pieces', () => {
  it('gives the bytes in their order, whatever the pieces were and are', () => {
    const put = fc.record({ push: fc.nat(9000) });
    const get = fc.record({ take: fc.integer({ min: 1, max: 9000 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(put, put, get), { maxLength: 60 }), (steps) => {
        const queue = new PieceQueue();
        let next = 0;
        const pushed: number[] = [];
        const taken: number[] = [];
        for (const step of steps) {
          if ('push' in step) {
            const piece = Uint8Array.from({ length: step.push }, () => next++ % 251);
            for (const byte of piece) pushed.push(byte);
            queue.push(piece);
          } else {
            const piece = queue.take(step.take) ?? [];
            assert.ok(piece.length <= step.take);
            for (const byte of piece) taken.push(byte);
          }
        }
        for (const byte of queue.takeAll()) taken.push(byte);
        assert.ok(queue.isEmpty);
        assert.deepEqual(Buffer.from(taken), Buffer.from(pushed));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('joins what came in many small pieces', () => {
    const queue = new PieceQueue();
    for (let count = 0; count < 100_000; count++) queue.push(Uint8Array.of(count % 256));
    let pieces = 0;
    while (queue.take(1e9) !== undefined) pieces++;
    assert.ok(pieces <= 1 + Math.ceil(100_000 / 16_384), `${pieces} pieces`);
  });
});
