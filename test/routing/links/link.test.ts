import { strict as assert } from 'node:assert';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../src/lib/index.js';
import { LinkOutput } from '../../../src/routing/links/output.js';
import { limits } from '../../../src/types/index.js';
import {
  encodeCredit,
  endFlag,
  FrameReader,
  linkFrame,
  writeFrame,
} from '../../../src/wire/index.js';
import { End, linkPair, socketPair, until } from './pair.js';

const MiB = 1024 * 1024;
const nothing = Buffer.alloc(0);
const { open, data, answer, credit, cancel, ping, goaway } = linkFrame;

/** The acceptor's end, and what speaks to it without keeping to anything. */
async function withRawPeer(t: TestContext): Promise<{ raw: Socket; end: End }> {
  const [raw, accepted] = await socketPair(t);
  raw.on('error', () => {});
  raw.resume();
  return { raw, end: new End(accepted, false) };
}

test('streams of both sides are answered side by side', async (t) => {
  const { dialler, acceptor } = await linkPair(t);
  for (const end of [dialler, acceptor]) {
    end.onOpened = ({ stream }, payload) => stream?.begin(Buffer.from(`re:${payload}`), nothing);
  }
  const asked = Array.from({ length: 100 }, (_, i) => dialler.open(`d${i}`));
  const askedBack = Array.from({ length: 100 }, (_, i) => acceptor.open(`a${i}`));
  const all = [...asked, ...askedBack];
  await until(() => all.every(({ told }) => told.length > 0));
  for (const [i, { pieces }] of asked.entries()) assert.equal(String(pieces[0]), `re:d${i}`);
  for (const [i, { pieces }] of askedBack.entries()) assert.equal(String(pieces[0]), `re:a${i}`);
  assert.ok(all.every(({ told, stream }) => told[0] === 'answered, ended' && stream?.over));
});

test('frames that are written in one turn of the event loop leave in one write', async () => {
  const writes: number[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk.length);
      done();
    },
  });
  const output = new LinkOutput(socket, () => {});
  for (let stream = 1; stream <= 10; stream++) output.frame(data, stream, Buffer.alloc(100));
  await until(() => writes.length > 0);
  assert.deepEqual(writes, [10 * 109]);
});

test('a small call overtakes a long body that was sent before it', async (t) => {
  const { dialler, acceptor } = await linkPair(t);
  let longBytesThen = -1;
  acceptor.onOpened = ({ stream }, payload) => {
    if (String(payload) !== 'small') return;
    longBytesThen = acceptor.streams[0]?.bytes ?? -1;
    stream?.begin(Buffer.from('yes'), nothing);
  };
  const body = Buffer.alloc(6 * MiB, 'x');
  const long = dialler.open('long', body);
  const small = dialler.open('small');
  await until(() => small.told.length > 0);
  assert.ok(longBytesThen < MiB, `${longBytesThen} bytes of the long body came first`);
  await until(() => acceptor.streams[0]?.told[0] === 'ended');
  const [first] = acceptor.streams;
  assert.equal(Buffer.concat(first?.pieces.slice(1) ?? []).compare(body), 0);
  assert.equal(long.stream?.over, false);
});

test('long bodies share the link piece by piece', async (t) => {
  const { dialler, acceptor } = await linkPair(t);
  let shortest = 0;
  acceptor.onOpened = () => {};
  dialler.open('one', Buffer.alloc(2 * MiB));
  dialler.open('two', Buffer.alloc(2 * MiB));
  await until(() => {
    const [one, two] = acceptor.streams;
    const done = acceptor.streams.find(({ told }) => told.includes('ended'));
    if (done !== undefined) shortest = Math.min(one?.bytes ?? 0, two?.bytes ?? 0);
    return done !== undefined;
  });
  assert.ok(shortest > MiB, `the other had only ${shortest} bytes when one was whole`);
});

test('while nothing leaves, little of long bodies waits on the socket, in turns', async () => {
  const frames: string[] = [];
  const reader = new FrameReader((_type, stream, { length }) => {
    if (length > 1000) frames.push(`stream ${stream}`);
  }, MiB);
  let leave = (): void => {};
  // what is written leaves when the test says so
  const socket = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      leave = done;
    },
  });
  const write = socket.write.bind(socket);
  socket.write = (chunk: Buffer): boolean => {
    reader.push(chunk);
    return write(chunk);
  };
  const end = new End(socket as Socket, true);
  for (let stream = 0; stream < 3; stream++) end.open('long', Buffer.alloc(200_000));
  await until(() => socket.writableLength > 0);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(frames, ['stream 1', 'stream 1']);
  assert.ok(socket.writableLength < 3 * 65_536, `${socket.writableLength} bytes wait`);
  while (frames.length < 8) {
    leave();
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(socket.writableLength < 3 * 65_536, `${socket.writableLength} bytes wait`);
  }
  const turns = [1, 1, 1, 3, 5, 1, 3, 5].map((stream) => `stream ${stream}`);
  assert.deepEqual(frames.slice(0, 8), turns);
});

test('a body stops at the window until the reader has taken what came', async (t) => {
  const { dialler, acceptor } = await linkPair(t);
  acceptor.onOpened = (recorder) => {
    recorder.hold = true;
  };
  const writer = dialler.open('slow', nothing, true);
  for (const bytes of [100_000, 100_001, MiB - 200_001]) {
    writer.stream?.write(Buffer.alloc(bytes));
  }
  const received = (): number => (acceptor.streams[0]?.bytes ?? 0) - 'slow'.length;
  await until(() => received() === limits.linkWindowBytes);
  // a whole exchange later still no more
  dialler.open('after');
  await until(() => acceptor.streams.length === 2);
  assert.equal(received(), limits.linkWindowBytes);
  assert.equal(writer.drains, 0);
  const [reader] = acceptor.streams;
  if (reader !== undefined) reader.hold = false;
  reader?.stream?.taken(limits.linkWindowBytes);
  await until(() => received() === MiB);
  await until(() => writer.drains === 1);
  writer.stream?.end(Buffer.from('last'));
  await until(() => reader?.told[0] === 'ended');
  assert.equal(received(), MiB + 4);
});

test('request and answer can flow at the same time, and the answer ends the stream', async (t) => {
  const { dialler, acceptor } = await linkPair(t);
  const asked = dialler.open('ask', nothing, true);
  await until(() => acceptor.streams.length === 1);
  const served = acceptor.streams[0]?.stream;
  served?.begin(Buffer.from('head'), nothing, true);
  await until(() => asked.told.length === 1);
  for (let round = 0; round < 3; round++) {
    asked.stream?.write(Buffer.from(`there ${round}`));
    await until(() => String(acceptor.streams[0]?.pieces.at(-1)) === `there ${round}`);
    served?.write(Buffer.from(`back ${round}`));
    await until(() => String(asked.pieces.at(-1)) === `back ${round}`);
  }
  served?.end();
  await until(() => asked.told.includes('ended'));
  assert.equal(asked.stream?.over, true);
  // what is written to a stream that is over goes nowhere
  assert.equal(asked.stream?.write(Buffer.from('late')), true);
});

test('either side can give a stream up, and the other is told', async (t) => {
  const { dialler, acceptor } = await linkPair(t);
  const first = dialler.open('first', Buffer.alloc(MiB));
  await until(() => acceptor.streams.length === 1);
  first.stream?.cancel();
  await until(() => acceptor.streams[0]?.told[0] === 'cancelled');
  const second = dialler.open('second');
  await until(() => acceptor.streams.length === 2);
  acceptor.streams[1]?.stream?.cancel();
  await until(() => second.told[0] === 'cancelled');
  assert.equal(dialler.closes + acceptor.closes, 0);
});

test('frames for a stream that is over are ignored: they crossed its end', async (t) => {
  const { raw, end } = await withRawPeer(t);
  writeFrame(raw, open, 1);
  await until(() => end.streams.length === 1);
  end.streams[0]?.stream?.begin(Buffer.from('early answer'), nothing);
  for (const type of [data, cancel]) writeFrame(raw, type, 1);
  writeFrame(raw, credit, 1, encodeCredit(5));
  writeFrame(raw, open | endFlag, 3);
  await until(() => end.streams.length === 2);
  assert.equal(end.closes, 0);
});

const window = Buffer.alloc(60 * 1024);
const violations: Record<string, (raw: Socket) => void> = {
  'an unknown type': (raw) => writeFrame(raw, 99, 1),
  'data for a stream that was never opened': (raw) => writeFrame(raw, data, 1),
  'an answer to a stream that was never opened': (raw) => writeFrame(raw, answer, 4),
  'a stream with a number of the other side': (raw) => writeFrame(raw, open, 2),
  'a stream with the number 0': (raw) => writeFrame(raw, open, 0),
  'a stream opened twice': (raw) => {
    writeFrame(raw, open, 1);
    writeFrame(raw, open, 1);
  },
  'data behind the end': (raw) => {
    writeFrame(raw, open | endFlag, 1);
    writeFrame(raw, data, 1);
  },
  'an answer from the opener': (raw) => {
    writeFrame(raw, open, 1);
    writeFrame(raw, answer, 1);
  },
  'more data than the window': (raw) => {
    writeFrame(raw, open, 1);
    for (let sent = 0; sent < 5; sent++) writeFrame(raw, data, 1, window);
  },
  'more credit than was used': (raw) => {
    writeFrame(raw, open, 1);
    writeFrame(raw, credit, 1, encodeCredit(1));
  },
  'credit of half a number': (raw) => {
    writeFrame(raw, open, 1);
    writeFrame(raw, credit, 1, Buffer.alloc(2));
  },
  'a frame over the limit': (raw) => writeFrame(raw, open, 1, Buffer.alloc(MiB)),
  'too many streams': (raw) => {
    for (let id = 1; id <= 2 * limits.linkStreamsMax + 1; id += 2) writeFrame(raw, open, id);
  },
  'a stream opened after goaway': (raw) => {
    writeFrame(raw, open, 1);
    writeFrame(raw, goaway, 0);
    writeFrame(raw, open, 3);
  },
};

for (const [name, violate] of Object.entries(violations)) {
  test(`a peer that breaks the protocol loses the connection: ${name}`, async (t) => {
    const { raw, end } = await withRawPeer(t);
    end.onOpened = (recorder) => {
      recorder.hold = true;
    };
    const mine = end.open('mine');
    violate(raw);
    await until(() => end.closes === 1);
    assert.equal(end.error?.name, 'FrameError');
    assert.equal(mine.told[0], 'lost');
    await until(() => raw.closed);
  });
}

test('bytes from anywhere end the connection or are ignored, and never throw', () => {
  const frame = fc.record({
    type: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0x80, max: 0x89 })),
    stream: fc.integer({ min: 0, max: 5 }),
    payload: fc.uint8Array({ maxLength: 40 }),
  });
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc.array(frame, { maxLength: 10 }).map((frames) => {
      const parts: Uint8Array[] = [];
      const sink = { write: (part: Uint8Array) => parts.push(part) > 0, cork() {}, uncork() {} };
      for (const { type, stream, payload } of frames) writeFrame(sink, type, stream, payload);
      return Buffer.concat(parts);
    }),
  );
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 8 }), fc.integer(), (chunks, seed) => {
      const random = seededRandom(seed);
      const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
      const end = new End(socket as Socket, random.below(2) === 0);
      const mine = [end.open('one', Buffer.alloc(20_000)), end.open('two', nothing, true)];
      end.onOpened = ({ stream }) => {
        if (random.below(2) === 0) stream?.begin(Buffer.from('answer'), Buffer.alloc(20_000));
      };
      for (const bytes of chunks) socket.emit('data', bytes);
      end.link.destroy();
      assert.equal(end.closes, 1);
      assert.ok([...mine, ...end.streams].every(({ stream }) => stream?.over));
    }),
    { numRuns: 1000 },
  );
});

test('who goes away lets the streams of both sides end, and then both close', async (t) => {
  const { dialler, acceptor } = await linkPair(t);
  const there = dialler.open('there');
  const back = acceptor.open('back');
  await until(() => acceptor.streams.length === 1 && dialler.streams.length === 1);
  dialler.link.retire();
  assert.equal(dialler.retires, 1);
  await until(() => acceptor.retires === 1);
  assert.equal(acceptor.link.retiring, true);
  acceptor.streams[0]?.stream?.begin(Buffer.from('done'), nothing);
  await until(() => there.told.length === 1);
  assert.equal(dialler.closes + acceptor.closes, 0);
  dialler.streams[0]?.stream?.begin(Buffer.from('done'), Buffer.alloc(MiB));
  await until(() => back.told.includes('ended'));
  await until(() => dialler.closes === 1 && acceptor.closes === 1);
  assert.deepEqual([there.told, back.told], [['answered, ended'], ['answered', 'ended']]);
  assert.deepEqual([dialler.error, acceptor.error], [null, null]);
});

test('a link that breaks loses every stream on it, on both sides', async (t) => {
  const { dialler, acceptor } = await linkPair(t);
  const asked = dialler.open('asked');
  await until(() => acceptor.streams.length === 1);
  acceptor.link.destroy();
  assert.deepEqual(acceptor.streams[0]?.told, ['lost']);
  await until(() => asked.told[0] === 'lost');
  assert.equal(dialler.link.retiring, true);
});

test('a peer that lets answers pile up unread loses the connection', async () => {
  const socket = new Duplex({ read() {}, write() {} }) as Socket;
  const end = new End(socket, false);
  const tail = Buffer.alloc(60 * 1024);
  end.onOpened = ({ stream }) => stream?.begin(tail, nothing);
  for (let id = 1; end.closes === 0 && id < 2000; id += 2) {
    writeFrame(
      { write: (part) => socket.emit('data', part), cork() {}, uncork() {} },
      open | endFlag,
      id,
    );
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.match(end.error?.message ?? '', /does not read/);
});

test('a quiet link with a stream under way is asked, and is silent until something is heard', async (t) => {
  const [raw, dialled] = await socketPair(t);
  const end = new End(dialled, true);
  const heard: Buffer[] = [];
  raw.on('data', (chunk: Buffer) => heard.push(chunk));
  end.open('slow');
  const watch = (ms: number): void => {
    end.clock.advance(ms);
    end.link.watch(end.clock.nowMs());
  };
  watch(90);
  watch(20);
  await until(() => Buffer.concat(heard).at(-5) === ping);
  assert.equal(end.link.silent, false);
  watch(101);
  assert.equal(end.link.silent, true);
  assert.equal(end.closes, 0);
  writeFrame(raw, linkFrame.pong, 0);
  await until(() => !end.link.silent);
  assert.equal(end.link.trusted(end.clock.nowMs()), true);
});
