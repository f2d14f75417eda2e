import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  FrameError,
  FrameReader,
  frameHeaderBytes,
  type PayloadLife,
  readFrames,
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

/** Reads the bytes as a socket does, at most so many at a time. */
function read(bytes: Buffer, readBytesMax: number, life: PayloadLife): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader(
    (type, stream, payload) => frames.push({ type, stream, payload: payload as Buffer }),
    1 << 20,
    life,
  );
  const input = readFrames(reader, (error) => assert.ifError(error));
  for (let at = 0; at < bytes.length; ) {
    const buffer = input.buffer();
    const taken = bytes.copy(buffer, 0, at, Math.min(at + readBytesMax, bytes.length));
    input.callback(taken, buffer);
    at += taken;
  }
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

  it('arrive by the buffer that a socket reads into, and stay as they were where they are kept', () => {
    const bytes = encode([
      { type: 1, stream: 1, payload: Buffer.from('short') },
      { type: 2, stream: 2, payload: Buffer.alloc(300_000, 'a long one') },
      { type: 3, stream: 3, payload: Buffer.alloc(0) },
      { type: 4, stream: 4, payload: Buffer.alloc(200_000, 'another') },
      { type: 5, stream: 5, payload: Buffer.alloc(70_000, 'c') },
    ]);
    for (const readBytesMax of [999, 65_536, 1_000_000]) {
      const kept = read(bytes, readBytesMax, 'own').map(({ payload }) => Buffer.from(payload));
      const frames = decode(bytes, []);
      assert.deepEqual(
        kept,
        frames.map(({ payload }) => payload),
      );
    }
    const [, long, , another] = read(bytes, 65_536, 'call');
    assert.equal(long?.payload.buffer, another?.payload.buffer);
  });

  it('that break the protocol are reported by who reads them', () => {
    let failure: Error | null = null;
    const reader = new FrameReader(() => undefined, 100, 'own');
    const input = readFrames(reader, (error) => {
      failure = error;
    });
    const header = encode([{ type: 1, stream: 1, payload: Buffer.alloc(101) }]);
    input.callback(header.copy(input.buffer()), input.buffer());
    assert((failure as Error | null) instanceof FrameError);
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
