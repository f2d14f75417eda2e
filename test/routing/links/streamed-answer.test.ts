import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { StreamedAnswerReader } from '../../../src/routing/links/streamed-answer.js';
import { FrameError } from '../../../src/wire/index.js';

/** What a reader hands on of data that comes in these parts. */
function read(parts: readonly Buffer[]) {
  const pieces: Uint8Array[] = [];
  let taken = 0;
  const sink = { begin: () => undefined, write: (piece: Uint8Array) => pieces.push(piece) };
  const reader = new StreamedAnswerReader(sink, (bytes) => {
    taken += bytes;
  });
  let end: Buffer | null = null;
  parts.forEach((part, at) => {
    end = reader.push(part, at === parts.length - 1);
  });
  return { body: Buffer.concat(pieces), end: end as Buffer | null, taken };
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((some) => Buffer.from(some));

test('a streamed answer is read as it was, however the link has cut it', () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 10 });
  const cuts = fc.array(fc.nat(600), { maxLength: 20 });
  fc.assert(
    fc.property(pieces, bytes(40), cuts, (sent, end, places) => {
      const framed = [...sent, new Uint8Array(0)].flatMap((piece) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(piece.length);
        return [length, piece];
      });
      const data = Buffer.concat([...framed, end]);
      const at = [0, ...places.map((place) => place % (data.length + 1)), data.length];
      at.sort((one, other) => one - other);
      const parts = at.slice(1).map((to, index) => data.subarray(at[index], to));
      const seen = read(parts);
      const body = Buffer.concat(sent);
      assert.deepEqual([seen.body, seen.end], [body, end]);
      assert.equal(seen.taken + body.length, data.length, 'each byte is given back once');
    }),
  );
});

test('what is no streamed answer is refused, or has no end', () => {
  fc.assert(
    fc.property(fc.array(bytes(30), { minLength: 1 }), (parts) => {
      try {
        assert.ok(read(parts).end !== null);
      } catch (error) {
        assert.ok(error instanceof FrameError, String(error));
      }
    }),
  );
});
