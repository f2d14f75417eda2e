import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  FrameError,
  FrameReader,
  frameHeaderBytes,
  writeFrame,
  writeTextFrame,
} from '../../src/wire/index.js';

type Frame = { type: number; stream: number; payload: Buffer };

const frame = fc.record(
  {
    type: fc.nat(255),
    stream: fc.nat(0xffff_ffff),
    payload: fc
      .oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 4000, maxLength: 9000 }))
      .map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);

/** A sink that remembers, and checks that corks are balanced. */
class Sink {
  readonly written: Buffer[] = [];
  corks = 0;
  write(data: Uint8Array | string, encoding?: 'latin1'): boolean {
    this.written.push(typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(data));
    return true;
  }
  cork(): void {
    this.corks++;
  }
  uncork(): void {
    this.corks--;
  }
}

function encode(frames: readonly Frame[]): Buffer {
  const sink = new Sink();
  for (const { type, stream, payload } of frames) {
    const half = payload.length >> 1;
    writeFrame(sink, type, stream, payload.subarray(0, half), payload.subarray(half));
  }
  assert.equal(sink.corks, 0);
  return Buffer.concat(sink.written);
}

/** Feeds the bytes cut at the given places; the payloads are copied as a careful receiver would. */
function decode(bytes: Buffer, cuts: readonly number[], limit = 1 << 20): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader((type, stream, payload) => {
    frames.push({ type, stream, payload: Buffer.from(payload) });
  }, limit);
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    reader.push(bytes.subarray(from, cut));
    from = cut;
  }
  reader.push(bytes.subarray(from));
  return frames;
}

describe('frames', () => {
  it('arrive as they were sent, however the stream is cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 6 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
        (frames, places) => {
          const bytes = encode(frames);
          const cuts = places.map((place) => Math.floor(place * bytes.length));
          assert.deepEqual(decode(bytes, cuts), frames);
        },
      ),
    );
  });

  it('arrive when every byte is a chunk of its own', () => {
    const frames = [
      { type: 1, stream: 0, payload: Buffer.from('one') },
      { type: 255, stream: 0xffff_ffff, payload: Buffer.alloc(0) },
      { type: 2, stream: 7, payload: Buffer.from('two') },
    ];
    const bytes = encode(frames);
    const cuts = Array.from({ length: bytes.length }, (_, index) => index);
    assert.deepEqual(decode(bytes, cuts), frames);
  });

  it('are laid out as length, type, stream, payload in big endian', () => {
    const bytes = encode([{ type: 5, stream: 0x0102_0304, payload: Buffer.from('ab') }]);
    assert.equal(bytes.toString('hex'), `00000002${'05'}01020304${'6162'}`);
    assert.equal(frameHeaderBytes, 9);
  });

  it('are handed out as views where they lie whole in a chunk', () => {
    const bytes = encode([{ type: 1, stream: 1, payload: Buffer.from('view') }]);
    let seen: Uint8Array | undefined;
    new FrameReader((_type, _stream, payload) => {
      seen = payload;
    }, 100).push(bytes);
    assert.equal(seen?.buffer, bytes.buffer);
  });

  it('over the limit are refused by their header alone', () => {
    const bytes = encode([{ type: 1, stream: 1, payload: Buffer.alloc(101) }]);
    assert.equal(decode(bytes.subarray(0, 0), [], 100).length, 0);
    const header = bytes.subarray(0, frameHeaderBytes);
    assert.throws(() => decode(header, [], 100), FrameError);
    assert.throws(() => decode(header, [4], 100), FrameError);
    assert.equal(decode(bytes, [], 101).length, 1);
  });

  it('of a text arrive as its UTF-8, whatever its characters are and however long it is', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom('a'.repeat(4096), 'a'.repeat(4097), 'é'.repeat(4096)),
    );
    fc.assert(
      fc.property(fc.nat(255), fc.nat(0xffff_ffff), text, (type, stream, sent) => {
        const sink = new Sink();
        writeTextFrame(sink, type, stream, sent);
        const frames = decode(Buffer.concat(sink.written), []);
        assert.deepEqual(frames, [{ type, stream, payload: Buffer.from(sent) }]);
      }),
    );
  });

  it('report when the sink wants the writer to wait', () => {
    const sink = { write: () => false, cork: () => undefined, uncork: () => undefined };
    assert.equal(writeFrame(sink, 1, 1, Buffer.alloc(1)), false);
    assert.equal(writeFrame(sink, 1, 1, Buffer.alloc(5000)), false);
  });
});
