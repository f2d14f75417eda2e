/** What a link makes of silence: of the other side's, of its own, and of what is heard when it ends. */
import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import { DeadlineQueue, SimulatedClock } from '../../../src/lib/index.js';
import { LinkPeer } from '../../../src/routing/links/peer.js';
import { linkTimings } from '../../../src/routing/links/timings.js';
import { HearthError, nodeId } from '../../../src/types/index.js';
import { linkFrame, writeFrame } from '../../../src/wire/index.js';
import { callOf, type LinkNode, ran, twoNodes } from './nodes.js';
import { End, linkPair, socketPair, until } from './pair.js';

const { doubtMs, lostMs, quietMs, quietAnswerMs, stallMs, watchEveryMs, dialMs } = linkTimings;
const { abandonMs, goawayMs } = linkTimings;
const lost = (error: unknown): boolean =>
  error instanceof HearthError && error.code === 'forward-lost';

/** A link on which one request is under way, and the socket of a peer that says what the test wants. */
async function asking(t: TestContext) {
  const [raw, dialled] = await socketPair(t);
  raw.resume();
  const end = new End(dialled, true);
  const request = end.open('slow');
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += watchEveryMs) {
      end.clock.advance(watchEveryMs);
      end.link.watch(end.clock.nowMs());
    }
  };
  return { raw, end, request, pass };
}

test('a peer that says nothing for long loses the requests that it has', async (t) => {
  const { end, request, pass } = await asking(t);
  pass(lostMs);
  assert.deepEqual([end.link.silent, end.closes], [true, 0]);
  pass(quietMs + 2 * watchEveryMs);
  assert.deepEqual([request.told, end.closes], [['lost'], 1]);
});

test('what a peer asked for before it fell silent again does not wait for ever to be begun', async (t) => {
  const { raw, end, request, pass } = await asking(t);
  request.stream?.cancel();
  end.clock.advance(doubtMs + 1);
  writeFrame(raw, linkFrame.open, 2, Buffer.from('late'));
  await until(() => end.streams.length === 1);
  assert.equal(end.link.unsure, true);
  pass(lostMs - watchEveryMs);
  assert.equal(end.closes, 0);
  pass(quietMs + 3 * watchEveryMs);
  assert.deepEqual([end.streams[0]?.told, end.closes], [['lost'], 1]);
});

test('a slow request goes on for as long as its peer answers pings', async (t) => {
  const { raw, end, request, pass } = await asking(t);
  for (let seconds = 0; seconds < 20; seconds++) {
    pass(1000);
    const silent = end.link.silent;
    writeFrame(raw, linkFrame.pong, 0);
    await until(() => !end.link.silent);
    assert.equal(silent, true);
  }
  assert.deepEqual([request.told, end.closes], [[], 0]);
});

test('after its own standstill a node does not take the silence for that of its peer', async (t) => {
  const { end, request, pass } = await asking(t);
  pass(quietMs + 2 * watchEveryMs);
  end.clock.advance(2 * lostMs);
  end.link.watch(end.clock.nowMs());
  assert.deepEqual([request.told, end.closes], [[], 0]);
  pass(lostMs - stallMs - 2 * watchEveryMs);
  assert.equal(end.closes, 0);
  pass(3 * watchEveryMs);
  assert.deepEqual([request.told, end.closes], [['lost'], 1]);
});

test('a peer that says nothing is given up as soon where it was first asked at the end of a standstill', async (t) => {
  const { end, request, pass } = await asking(t);
  end.clock.advance(2 * lostMs);
  // requests are often read before timers run
  end.link.ping();
  end.link.watch(end.clock.nowMs());
  pass(lostMs + 2 * watchEveryMs);
  assert.deepEqual([request.told, end.closes], [['lost'], 1]);
});

test('a node that is always late gives up a silent peer all the same', async (t) => {
  const { end, request, pass } = await asking(t);
  pass(quietMs + 2 * watchEveryMs);
  for (let looks = 0; looks <= lostMs / stallMs; looks++) {
    assert.deepEqual(request.told, []);
    end.clock.advance(2 * stallMs);
    end.link.watch(end.clock.nowMs());
  }
  pass(2 * watchEveryMs);
  assert.deepEqual([request.told, end.closes], [['lost'], 1]);
});

test('a silent link is retired when nothing is under way on it any more, and then closed', async (t) => {
  const { end, request, pass } = await asking(t);
  pass(quietMs + quietAnswerMs + abandonMs);
  assert.deepEqual([end.link.silent, end.link.retiring], [true, false]);
  request.stream?.cancel();
  pass(watchEveryMs);
  assert.deepEqual([end.link.retiring, end.closes], [true, 0]);
  pass(goawayMs + 2 * watchEveryMs);
  assert.equal(end.closes, 1);
});

test('a link that has rested for long is not closed under a peer that hears the ping and uses it', async (t) => {
  const { raw, end, request, pass } = await asking(t);
  request.stream?.cancel();
  pass(5 * abandonMs);
  end.link.ping();
  // its patience ran out
  end.link.silent = true;
  pass(2 * watchEveryMs);
  writeFrame(raw, linkFrame.open, 2, Buffer.from('crossed'));
  await until(() => end.streams.length === 1);
  assert.deepEqual([end.streams[0]?.told, end.closes, end.link.retiring], [[], 0, false]);
});

test('a peer that is slow to hear that a link ends keeps what it had asked for before', async (t) => {
  const { raw, end, request, pass } = await asking(t);
  request.stream?.cancel();
  end.link.retire();
  pass(1500);
  writeFrame(raw, linkFrame.open, 2, Buffer.from('crossed'));
  await until(() => end.streams.length === 1);
  pass(1500);
  assert.deepEqual([end.streams[0]?.told, end.closes], [[], 0]);
});

/** Two nodes with a link, of which the second has heard nothing for long when the first next asks it for something. */
async function standingStill(t: TestContext): Promise<[LinkNode, LinkNode]> {
  const clock = new SimulatedClock();
  const [a, b] = await twoNodes(t, { clock: new SimulatedClock() }, { clock });
  b.handle = async () => ran('fine');
  await a.forward(b);
  b.calls.length = 0;
  clock.advance(doubtMs + 1);
  return [a, b];
}

test('what a node reads after a standstill is run where it is still wanted, bodies of any size', async (t) => {
  for (const bodyBytes of [2, 300_000]) {
    const [a, b] = await standingStill(t);
    const reply = await a.forward(b, { body: Buffer.alloc(bodyBytes) });
    assert.equal(reply.kind, 'ran');
    assert.equal(b.calls.length, 1);
  }
});

test('what a node reads after a standstill, and was given up meanwhile, does not run', async (t) => {
  const [a, b] = await standingStill(t);
  const caller = new AbortController();
  const { invocation } = callOf(Buffer.alloc(0));
  const asked = a.forward(b, { invocation: { ...invocation, signal: caller.signal } });
  caller.abort();
  await assert.rejects(asked, { code: 'caller-gone' });
  // what follows has been read, so what came before it has been, too
  assert.equal((await a.forward(b)).kind, 'ran');
  assert.equal(b.calls.length, 1);
});

test('what a node reads after a standstill does not run where its link has ended meanwhile', async (t) => {
  const [a, b] = await standingStill(t);
  const asked = [2, 300_000].map((bytes) =>
    assert.rejects(a.forward(b, { body: Buffer.alloc(bytes) }), lost),
  );
  a.sees({ ...b, http: '127.0.0.1:1' });
  await Promise.all(asked);
  await until(() => b.links.counters().links === 0);
  assert.equal(b.calls.length, 0);
});

test('only the answer to the ping that came after the silence ends the doubt', async (t) => {
  const [raw, accepted] = await socketPair(t);
  raw.resume();
  const end = new End(accepted, false);
  let sure = false;
  end.onOpened = ({ stream }) =>
    stream?.whenSure(() => {
      sure = true;
    });
  end.link.ping();
  end.clock.advance(doubtMs + 1);
  writeFrame(raw, linkFrame.pong, 0);
  writeFrame(raw, linkFrame.open, 1, Buffer.from('head'));
  await until(() => end.streams.length === 1);
  assert.equal(sure, false);
  writeFrame(raw, linkFrame.pong, 0);
  await until(() => sure);
  assert.equal(end.link.unsure, false);
});

test('a peer that dials while there has been a link for long has lost it: the new one is used', async (t) => {
  for (const [ageMs, isFreshUsed] of [
    [0, false],
    [2 * dialMs + 1, true],
  ] as const) {
    const old = (await linkPair(t)).dialler;
    const peer = new LinkPeer(nodeId('f'.repeat(32)), {
      clock: old.clock,
      timings: linkTimings,
      patience: new DeadlineQueue(old.clock),
      self: nodeId('a'.repeat(32)),
      dial: () => () => {},
    });
    peer.add(old.link);
    old.clock.advance(ageMs);
    const [, accepted] = await socketPair(t);
    const { link } = new End(accepted, false, old.clock);
    peer.add(link);
    assert.deepEqual([old.retires, link.retiring], isFreshUsed ? [1, false] : [0, true]);
  }
});
