import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { SimulatedClock } from '../../../src/lib/index.js';
import type { ForwardReply } from '../../../src/routing/index.js';
import { HearthError, limits, type NodeId, nodeId } from '../../../src/types/index.js';
import { callOf, Gate, LinkNode, linkNodes, patient, ran, twoNodes } from './nodes.js';
import { until } from './pair.js';

const MiB = 1024 * 1024;
const unreachable: ForwardReply = { kind: 'unreachable' };

const lost = (error: unknown): boolean =>
  error instanceof HearthError && error.code === 'forward-lost';

test('a forwarded request arrives as it was, and its outcome comes back as it was', async (t) => {
  const [a, b] = await twoNodes(t);
  b.handle = async () => ran('{"done":true}');
  const call = callOf(Buffer.from('{"key":1}'), { place: true });
  const reply = await a.links.forward(b.id, call);
  assert.ok(reply.kind === 'ran');
  const { logTail, ...outcome } = reply.outcome;
  const { logTail: sentTail, ...sent } = ran('{"done":true}').outcome;
  assert.deepEqual([outcome, logTail()], [sent, sentTail()]);
  const [arrived] = b.calls;
  assert.ok(arrived !== undefined);
  const { requestId, functionName, qualifier, invokedAs, payload, traceId, clientContext } =
    arrived.invocation;
  const { caller, hops } = arrived.invocation;
  assert.deepEqual(
    {
      invocation: {
        requestId,
        functionName,
        qualifier,
        invokedAs,
        payload,
        traceId,
        clientContext,
        caller,
        hops,
      },
      revision: arrived.revision,
      timeoutMs: arrived.timeoutMs,
      place: arrived.place,
    },
    call,
  );
});

test('bodies and answers of any size arrive whole, also beside each other', async (t) => {
  const [a, b] = await twoNodes(t);
  b.handle = async ({ invocation }) => ran(invocation.payload);
  const sizes = [0, 1, 4096, 16_384, 16_385, 65_536, 300_000, limits.invokeBodyBytesMax];
  await Promise.all(
    sizes.map(async (size, index) => {
      const body = Buffer.alloc(size, index + 65);
      const reply = await a.forward(b, { body });
      assert.ok(reply.kind === 'ran');
      assert.equal(Buffer.compare(reply.outcome.payload, body), 0, `${size} bytes`);
    }),
  );
});

test('what the other node says instead of an outcome comes back in its kind', async (t) => {
  const [a, b] = await twoNodes(t);
  for (const kind of ['busy', 'not-here'] as const) {
    b.handle = async () => ({ kind });
    assert.deepEqual(await a.forward(b), { kind });
  }
  const error = new HearthError('too-many-requests', 'No room.', { retryAfterS: 2, Reason: 'x' });
  b.handle = async () => ({ kind: 'failed', error });
  assert.deepEqual(await a.forward(b), { kind: 'failed', error });
  b.handle = () => Promise.reject(new Error('a text for nobody'));
  const failed = await a.forward(b);
  assert.ok(failed.kind === 'failed' && failed.error.code === 'internal');
  b.handle = () => {
    throw new HearthError('draining', 'It stops.');
  };
  const thrown = await a.forward(b);
  assert.ok(thrown.kind === 'failed' && thrown.error.code === 'draining');
  assert.deepEqual(a.links.counters().forwards, {
    ran: 0,
    failed: 3,
    'not-here': 1,
    busy: 1,
    unreachable: 0,
    lost: 0,
  });
  assert.equal(b.links.counters().received, 5);
});

test('one connection serves both directions', async (t) => {
  const [a, b] = await twoNodes(t);
  await a.forward(b);
  await b.forward(a);
  await Promise.all(Array.from({ length: 50 }, () => Promise.all([a.forward(b), b.forward(a)])));
  assert.equal(a.links.counters().links, 1);
  assert.equal(b.links.counters().links, 1);
  const { bytesRead, bytesWritten } = a.links.counters();
  assert.ok(bytesRead > 50 * 20 && bytesWritten > 50 * 20);
});

test('a node links with others ahead of need, and waits for none that is not there', async (t) => {
  const clock = new SimulatedClock();
  const [a, b, c] = await linkNodes(t, { clock, timings: {} }, {}, {});
  assert.ok(a && b && c);
  const gone = { id: nodeId('d'.repeat(32)), http: '127.0.0.1:1' };
  const hung = await hungNode(t, false);
  a.sees(b, gone, hung, c);
  let reached = false;
  const reaching = a.links.reach(3, 500).then(() => {
    reached = true;
  });
  await until(() => a.links.counters().links === 1 && b.links.counters().links === 1);
  await until(() => !a.links.usable(gone.id));
  assert.equal(reached, false, 'one hangs');
  clock.advance(500);
  await reaching;
  assert.equal(c.links.counters().links, 0, 'so many and no more');
  assert.equal((await a.forward(b)).kind, 'ran');
});

test('who is linked with all others, or has none, waits for nothing', async (t) => {
  const [a, b] = await twoNodes(t, { clock: new SimulatedClock() });
  await a.links.reach(16, 500);
  await a.links.reach(16, 500);
  b.sees();
  await b.links.reach(16, 500);
  assert.equal(b.links.counters().links, 1);
});

test('nodes that dial each other at the same time keep one link, and no request is lost', async (t) => {
  for (let round = 0; round < 10; round++) {
    const [a, b] = await twoNodes(t);
    const replies = await Promise.all([a.forward(b), b.forward(a), a.forward(b), b.forward(a)]);
    assert.ok(replies.every(({ kind }) => kind === 'ran'));
    await until(() => a.links.counters().links === 1 && b.links.counters().links === 1);
    assert.equal((await a.forward(b)).kind, 'ran');
    assert.equal((await b.forward(a)).kind, 'ran');
    assert.equal(a.links.counters().links + b.links.counters().links, 2);
  }
});

test('a node that is called dead and answers on its link all the same gets nothing new, and finishes what it was given', async (t) => {
  const [a, b] = await twoNodes(t, { timings: { ...patient, quietMs: 1, deadMs: 60_000 } });
  const gate = new Gate<ForwardReply>();
  b.handle = () => gate.passed;
  const waits = a.forward(b);
  await until(() => b.calls.length === 1);
  a.sees({ ...b, status: 'dead' });
  assert.equal(a.links.usable(b.id), false);
  assert.deepEqual(await a.forward(b), unreachable);
  a.sees(b);
  b.handle = async () => ran('back');
  assert.equal((await a.forward(b)).kind, 'ran');
  gate.open(ran('late'));
  assert.equal((await waits).kind, 'ran');
  await until(() => a.links.counters().links === 1);
});

test('a node that leaves gets nothing new, and finishes what it was given', async (t) => {
  const [a, b] = await twoNodes(t);
  const gate = new Gate<ForwardReply>();
  b.handle = () => gate.passed;
  const waits = a.forward(b);
  const backwards = new Gate<ForwardReply>();
  a.handle = () => backwards.passed;
  const asks = b.forward(a);
  await until(() => b.calls.length === 1 && a.calls.length === 1);
  a.sees({ ...b, status: 'left' });
  assert.equal(a.links.usable(b.id), false);
  assert.deepEqual(await a.forward(b), unreachable);
  gate.open(ran('to the end'));
  backwards.open(ran('this too'));
  assert.equal((await waits).kind, 'ran');
  assert.equal((await asks).kind, 'ran');
  await until(() => a.links.counters().links === 0 && b.links.counters().links === 0);
  // and what it forwards before it has gone is run
  assert.equal((await b.forward(a)).kind, 'ran');
  a.sees({ ...b, status: 'left' });
  a.sees(b);
  b.handle = async () => ran('back');
  assert.equal((await a.forward(b)).kind, 'ran');
});

test('a suspected or degraded node gets nothing new, and what it has goes on', async (t) => {
  const [a, b] = await twoNodes(t);
  const gate = new Gate<ForwardReply>();
  b.handle = () => gate.passed;
  const waits = a.forward(b);
  await until(() => b.calls.length === 1);
  for (const state of [{ status: 'suspect' as const }, { degraded: true }]) {
    a.sees({ ...b, ...state });
    assert.equal(a.links.usable(b.id), false);
    assert.deepEqual(await a.forward(b), unreachable);
  }
  gate.open(ran('after all'));
  assert.equal((await waits).kind, 'ran');
  a.sees(b);
  assert.equal((await a.forward(b)).kind, 'ran');
});

test('a link that breaks rejects what was sent on it, and the next request dials again', async (t) => {
  const [a, b] = await twoNodes(t);
  b.handle = () => new Promise(() => {});
  const waits = Promise.all([1, 2, 3].map(() => assert.rejects(a.forward(b), lost)));
  await until(() => b.calls.length === 3);
  b.sees();
  await waits;
  b.handle = async () => ran('again');
  assert.equal((await a.forward(b)).kind, 'ran');
});

test('a caller that goes away is told to the node that has the request', async (t) => {
  const [a, b] = await twoNodes(t);
  b.handle = () => new Promise(() => {});
  const caller = new AbortController();
  const { invocation } = callOf(Buffer.alloc(0));
  let settled = false;
  const waits = assert
    .rejects(
      a.forward(b, {
        invocation: { ...invocation, signal: caller.signal },
        timeoutMs: 600_000,
      }),
      { code: 'caller-gone' },
    )
    .finally(() => {
      settled = true;
    });
  await until(() => b.calls.length === 1);
  const signal = b.calls[0]?.invocation.signal;
  assert.equal(signal?.aborted, false);
  caller.abort();
  await until(() => settled);
  await waits;
  await until(() => signal?.aborted === true);
  const gone = { ...invocation, signal: AbortSignal.abort() };
  assert.deepEqual(await a.forward(b, { invocation: gone }), unreachable, 'nothing was sent');
});

test('a request whose time has passed is given up on both sides', async (t) => {
  const clock = new SimulatedClock();
  const [a, b] = await twoNodes(t, { clock }, {});
  b.handle = () => new Promise(() => {});
  const waits = assert.rejects(a.forward(b, { timeoutMs: 3000 }), lost);
  await until(() => b.calls.length === 1);
  clock.advance(2900);
  assert.equal(a.links.counters().forwards.lost, 0);
  clock.advance(200);
  await waits;
  await until(() => b.calls[0]?.invocation.signal?.aborted === true);
});

test('who is not there is unreachable, and is left alone for a while', async (t) => {
  const clock = new SimulatedClock();
  const [a] = await linkNodes(t, { clock });
  assert.ok(a !== undefined);
  const nobody = { id: nodeId('f'.repeat(32)), http: '127.0.0.1:1' };
  assert.deepEqual(await a.forward(nobody), unreachable);
  a.sees(nobody);
  assert.equal(a.links.usable(nobody.id), true);
  assert.deepEqual(await a.forward(nobody), unreachable);
  assert.equal(a.links.usable(nobody.id), false);
  clock.advance(100);
  assert.equal(a.links.usable(nobody.id), true);
  assert.deepEqual(await a.forward(nobody), unreachable);
  clock.advance(150);
  assert.equal(a.links.usable(nobody.id), false, 'the second rest is longer');
  clock.advance(50);
  assert.equal(a.links.usable(nobody.id), true);
});

/** A node that takes connections, and links where `links`, and then reads nothing until `wake`. */
async function hungNode(
  t: TestContext,
  links: boolean,
): Promise<{ id: NodeId; http: string; wake: () => void; pong: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    if (!links) return;
    socket.once('data', () => {
      socket.pause();
      const lines = ['101 Switching Protocols', 'connection: upgrade', 'upgrade: hearth-link/2'];
      socket.write(`HTTP/1.1 ${lines.join('\r\n')}\r\nx-hearth-nonce: ${'0'.repeat(32)}\r\n\r\n`);
      socket.write(Uint8Array.of(6));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return {
    id: nodeId('f'.repeat(32)),
    http: `127.0.0.1:${port}`,
    wake: () => {
      for (const socket of sockets) socket.resume();
    },
    pong: () => {
      for (const socket of sockets) socket.write(Buffer.of(0, 0, 0, 0, 7, 0, 0, 0, 0));
    },
  };
}

test('a node that hangs costs a request 20 ms, then none any time, until it is heard again', async (t) => {
  const clock = new SimulatedClock();
  const [a] = await linkNodes(t, { clock, timings: {} });
  const hung = await hungNode(t, true);
  assert.ok(a !== undefined);
  a.sees(hung);
  // the link comes up, and its first request goes out without an answer
  const waits = assert.rejects(a.forward(hung, { timeoutMs: 60_000 }), lost);
  await until(() => a.links.counters().links === 1);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(21);
  let settled = 0;
  const doubted = [1, 2, 3].map(async () => {
    assert.deepEqual(await a.forward(hung), unreachable);
    settled++;
  });
  clock.advance(10);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(settled, 0);
  assert.equal(a.links.usable(hung.id), true);
  clock.advance(10);
  await Promise.all(doubted);
  assert.equal(a.links.usable(hung.id), false);
  assert.deepEqual(await a.forward(hung), unreachable);
  assert.equal(a.links.counters().forwards.lost, 0, 'what was sent keeps waiting');
  hung.pong();
  await until(() => a.links.usable(hung.id));
  a.sees({ ...hung, status: 'dead' });
  // it has just been heard, so it is asked once more
  for (let passedMs = 0; passedMs <= 200; passedMs += 50) {
    assert.equal(a.links.counters().forwards.lost, 0);
    clock.advance(50);
  }
  await waits;
  assert.equal(a.links.counters().links, 0);
});

test('a node that is called dead and is silent loses what is under way on its link, at once', async (t) => {
  const clock = new SimulatedClock();
  const [a] = await linkNodes(t, { clock, timings: {} });
  const hung = await hungNode(t, true);
  assert.ok(a !== undefined);
  a.sees(hung);
  const waits = assert.rejects(a.forward(hung, { timeoutMs: 60_000 }), lost);
  await until(() => a.links.counters().links === 1);
  await new Promise((resolve) => setImmediate(resolve));
  for (let passedMs = 0; passedMs <= 300; passedMs += 50) clock.advance(50);
  a.sees({ ...hung, status: 'dead' });
  await waits;
  assert.equal(a.links.counters().links, 0);
});

test('a node that hangs before it takes the link costs a request 20 ms, and is dialled once', async (t) => {
  const clock = new SimulatedClock();
  const [a] = await linkNodes(t, { clock, timings: {} });
  const hung = await hungNode(t, false);
  assert.ok(a !== undefined);
  a.sees(hung);
  const first = a.forward(hung);
  clock.advance(20);
  assert.deepEqual(await first, unreachable);
  assert.equal(a.links.usable(hung.id), false);
  assert.deepEqual(await a.forward(hung), unreachable);
  // the dial itself ends in time, and then there is the rest
  clock.advance(1000);
  assert.deepEqual(await a.forward(hung), unreachable);
});

test('this node standing still is not taken for the silence of another', async (t) => {
  const clock = new SimulatedClock();
  const [a, b] = await twoNodes(t, { clock, timings: {} }, {});
  await a.forward(b);
  clock.advance(500);
  const doubted = a.forward(b);
  const { nowMs } = clock;
  let jumpMs = 300;
  clock.nowMs = () => nowMs.call(clock) + jumpMs;
  // patience runs out late, while the answer of b lies unread
  clock.advance(2);
  assert.equal((await doubted).kind, 'ran');
  jumpMs = 0;
  assert.equal(a.links.usable(b.id), true);
});

test('more streams than a link takes are unreachable, and nothing of them is sent', async (t) => {
  const [a, b] = await twoNodes(t, { timings: { ...patient, trustMs: 60_000 } });
  const gate = new Gate<ForwardReply>();
  b.handle = () => gate.passed;
  const first = a.forward(b);
  await until(() => b.calls.length === 1);
  const rest = Array.from({ length: limits.linkStreamsMax - 1 }, () => a.forward(b));
  assert.deepEqual(await a.forward(b), unreachable);
  gate.open(ran('at last'));
  const replies = await Promise.all([first, ...rest]);
  assert.ok(replies.every(({ kind }) => kind === 'ran'));
  assert.equal(b.calls.length, limits.linkStreamsMax);
  assert.equal((await a.forward(b)).kind, 'ran');
});

test('a stopping node takes nothing new, and lets what is under way in both directions end', async (t) => {
  const [a, b] = await twoNodes(t);
  const there = new Gate<ForwardReply>();
  const back = new Gate<ForwardReply>();
  b.handle = () => there.passed;
  a.handle = () => back.passed;
  const asked = a.forward(b);
  await until(() => b.calls.length === 1);
  const askedBack = b.forward(a);
  await until(() => a.calls.length === 1);
  let stopped = false;
  const stops = a.links.stop(60_000).then(() => {
    stopped = true;
  });
  assert.deepEqual(await a.forward(b), unreachable);
  there.open(ran('there'));
  const answered = await asked;
  assert.ok(answered.kind === 'ran' && Buffer.from('there').equals(answered.outcome.payload));
  // the other side hears of it, dials anew, and is refused
  a.handle = async () => ({ kind: 'busy' });
  let reply = await b.forward(a);
  for (let tries = 0; reply.kind === 'busy' && tries < 100; tries++) reply = await b.forward(a);
  assert.deepEqual(reply, unreachable);
  assert.equal(stopped, false);
  back.open(ran(Buffer.alloc(2 * MiB, 'x')));
  reply = await askedBack;
  assert.ok(reply.kind === 'ran' && reply.outcome.payload.length === 2 * MiB);
  await stops;
  assert.equal(a.links.counters().links, 0);
});

test('a stop cuts what does not end in time', async (t) => {
  const clock = new SimulatedClock();
  const [a, b] = await twoNodes(t, { clock }, {});
  b.handle = () => new Promise(() => {});
  const waits = assert.rejects(a.forward(b, { timeoutMs: 60_000 }), lost);
  await until(() => b.calls.length === 1);
  const stops = a.links.stop(5000);
  clock.advance(4999);
  assert.equal(a.links.counters().links, 1);
  clock.advance(2);
  await Promise.all([waits, stops]);
});

test('a stop does not wait for a node that hangs and has nothing under way', async (t) => {
  const clock = new SimulatedClock();
  const [a] = await linkNodes(t, { clock, timings: { trustMs: 60_000 } });
  const hung = await hungNode(t, true);
  assert.ok(a !== undefined);
  a.sees(hung);
  const waits = assert.rejects(a.forward(hung, { timeoutMs: 1000 }), lost);
  await until(() => a.links.counters().links === 1);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1020);
  await waits;
  const stops = a.links.stop(60_000);
  clock.advance(2100);
  await stops;
});

test('a node that is found elsewhere is dialled there', async (t) => {
  const [a, b] = await twoNodes(t);
  const moved = new LinkNode('b', { timings: patient });
  await moved.listen();
  t.after(() => moved.close());
  assert.equal((await a.forward(b)).kind, 'ran');
  a.sees(moved);
  assert.equal((await a.forward(moved)).kind, 'ran');
  assert.deepEqual([b.calls.length, moved.calls.length], [1, 1]);
});

test('a node that dials before the view names it keeps its link', async (t) => {
  const [a, b] = await twoNodes(t);
  b.sees();
  const gate = new Gate<ForwardReply>();
  b.handle = () => gate.passed;
  const waits = a.forward(b);
  await until(() => b.calls.length === 1);
  b.sees();
  assert.deepEqual(await b.forward(a), unreachable, 'it is not known to be alive');
  b.sees(a);
  assert.equal((await b.forward(a)).kind, 'ran');
  gate.open(ran('there'));
  assert.equal((await waits).kind, 'ran');
  assert.equal(b.links.counters().links, 1);
});

test('a link that rested is asked for a sign of life, and used', async (t) => {
  const clock = new SimulatedClock();
  const [a, b] = await twoNodes(t, { clock }, {});
  assert.equal((await a.forward(b)).kind, 'ran');
  const { bytesWritten } = a.links.counters();
  assert.equal((await a.forward(b)).kind, 'ran');
  const forwardBytes = a.links.counters().bytesWritten - bytesWritten;
  clock.advance(25);
  assert.equal((await a.forward(b)).kind, 'ran');
  const pingBytes = 9;
  const written = a.links.counters().bytesWritten - bytesWritten;
  assert.equal(written, 2 * forwardBytes + pingBytes);
  assert.equal(a.links.counters().links, 1);
});
