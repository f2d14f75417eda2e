import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/lib/index.js';
import { requestId } from '../../src/types/index.js';
import { invocationOf, makeRouter, nodeA, nodeB, viewOf } from './fixture.js';

/** Two routers, each of which is told that the other holds everything. */
function makePair() {
  const a = makeRouter({
    self: nodeA,
    view: viewOf(nodeA, [{ id: nodeB }]),
    lookup: async () => [{ node: nodeB, load: 0 }],
  });
  const b = makeRouter({
    self: nodeB,
    view: viewOf(nodeB, [{ id: nodeA }]),
    lookup: async () => [{ node: nodeA, load: 0 }],
  });
  a.fakes.reply = (_, call) => b.router.receive(call);
  b.fakes.reply = (_, call) => a.router.receive(call);
  return { a, b };
}

test('two nodes that each believe the other to be warm do not send a request back and forth', async () => {
  for (const own of ['busy', 'not-here'] as const) {
    const { a, b } = makePair();
    a.fakes.own = own;
    b.fakes.own = own;
    const outcome = await a.router.invoke(invocationOf());
    assert.deepEqual([outcome.node, outcome.hops], [nodeA, 0]);
    assert.equal(a.done(), 'lookup f:$LATEST@7, forward b, run');
    assert.equal(b.done(), '');
  }
});

test('a request that another node is warm for runs there alone', async () => {
  const { a, b } = makePair();
  b.fakes.own = 'idle';
  const outcome = await a.router.invoke(invocationOf());
  assert.deepEqual([outcome.node, outcome.hops], [nodeB, 1]);
  assert.equal(a.done(), 'lookup f:$LATEST@7, forward b');
  assert.equal(b.done(), 'run-warm');
});

test('whatever both believe and hold, a thousand requests at both run once each', async () => {
  const { a, b } = makePair();
  const random = seededRandom(4);
  const states = ['idle', 'busy', 'not-here'] as const;
  for (let request = 0; request < 1000; request++) {
    a.fakes.own = states[random.below(3)] ?? 'idle';
    b.fakes.own = states[random.below(3)] ?? 'idle';
    const asked = random.below(2) === 0 ? a : b;
    const invocation = invocationOf({ requestId: requestId(String(request)) });
    const { hops } = await asked.router.invoke(invocation);
    const done = `${a.done()}, ${b.done()}`;
    assert.equal(done.match(/run/g)?.length, 1, done);
    assert.ok((done.match(/forward/g)?.length ?? 0) <= 1, done);
    assert.ok(hops <= 1);
    a.clock.advance(random.below(400));
    b.clock.advance(random.below(400));
  }
});
