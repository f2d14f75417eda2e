import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LogTail } from '../../src/agent/log-tail.js';

describe('the log tail', () => {
  it('is the end of all that was pushed since it was last taken', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(chunks, { maxLength: 4 }), (rounds) => {
        const tail = new LogTail(10);
        for (const round of rounds) {
          for (const chunk of round) tail.push(chunk);
          const all = Buffer.concat(round);
          assert.deepEqual(Buffer.from(tail.take()), Buffer.from(all.subarray(-10)));
        }
      }),
    );
  });

  it('stays as it was when more is pushed after it was taken', () => {
    const tail = new LogTail(4);
    tail.push(Buffer.from('abcd'));
    const taken = tail.take();
    tail.push(Buffer.from('wxyz'));
    assert.equal(Buffer.from(taken).toString(), 'abcd');
  });
});
