import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ForwardReply } from '../../src/routing/index.js';
import type { NodeId } from '../../src/types/index.js';
import {
  type Fakes,
  invocationOf,
  makeRouter,
  nodeA,
  nodeB,
  nodeC,
  nodeD,
  outcomeOf,
  recordOf,
  viewOf,
} from './fixture.js';

const used = {
  code: 'too-many-requests',
  message: 'Rate Exceeded.',
  details: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', retryAfterS: 1 },
};
const lookup = 'lookup f:$LATEST@7';
const busy: ForwardReply = { kind: 'busy' };

/** Node A among four, and a function that is reserved as told and that nobody holds. */
function makeReserved(
  shares: readonly (readonly [NodeId, number])[],
  changes: Partial<Fakes> = {},
) {
  return makeRouter({
    view: viewOf(nodeA, [{ id: nodeB }, { id: nodeC }, { id: nodeD }]),
    shares: () => new Map(shares),
    lookup: async () => [],
    ...changes,
  });
}

describe('a function of which this node has no share', () => {
  const elsewhere = [
    [nodeB, 2],
    [nodeC, 1],
    [nodeD, 0],
  ] as const;

  test('is placed on a node that has one, whatever that says of its memory', async () => {
    const { router, done, calls } = makeReserved(elsewhere);
    const { node } = await router.invoke(invocationOf());
    assert.ok(node === nodeB || node === nodeC);
    assert.match(done(), /^lookup f:\$LATEST@7, forward [bc]$/);
    assert.equal(calls[0]?.place, true);
  });

  test('is refused where the two that have one are full', async () => {
    const { router, done } = makeReserved(elsewhere, { reply: async () => busy });
    await assert.rejects(router.invoke(invocationOf()), used);
    const [, ...sent] = done().split(', ');
    assert.deepEqual(sent.sort(), ['forward b', 'forward c']);
    assert.equal(router.counters().ways.reserved, 1);
  });

  test('is refused where one is full and the other does not answer', async () => {
    const { router } = makeReserved(elsewhere, {
      reply: async (node) => (node === nodeB ? busy : { kind: 'unreachable' }),
    });
    await assert.rejects(router.invoke(invocationOf()), used);
  });

  test('runs here where nobody who has one can be reached', async () => {
    const cases = [
      makeReserved(elsewhere, { usable: (node) => node === nodeD }),
      makeReserved(elsewhere, { reply: async () => ({ kind: 'unreachable' }) }),
      makeReserved(elsewhere, { view: viewOf(nodeA, [{ id: nodeD }]) }),
      makeReserved(elsewhere, { view: viewOf(nodeA, []) }),
    ];
    for (const { router, done } of cases) {
      assert.equal((await router.invoke(invocationOf())).node, nodeA);
      assert.match(done(), /run$/);
    }
  });

  test('goes to who holds it warm, and on to who has a share where that one is busy', async () => {
    const holds: Fakes['lookup'] = async () => [{ node: nodeB, load: 100 }];
    const { router, done, fakes, calls } = makeReserved([[nodeC, 1]], { lookup: holds });
    fakes.reply = async (node) => {
      return node === nodeB ? busy : { kind: 'ran', outcome: outcomeOf() };
    };
    assert.equal((await router.invoke(invocationOf())).node, nodeC);
    assert.equal(done(), `${lookup}, forward b, forward c`);
    assert.deepEqual(
      calls.map(({ place }) => place),
      [false, true],
    );
  });

  test('does not become warm here, however often it is forwarded', async () => {
    const holds: Fakes['lookup'] = async () => [{ node: nodeB, load: 0 }];
    const { router, done, clock } = makeReserved(elsewhere, { lookup: holds });
    for (let request = 0; request < 200; request++) {
      await router.invoke(invocationOf());
      clock.advance(20);
    }
    assert.ok(!done().includes('prewarm'));
  });
});

describe('a function of which this node has a share', () => {
  test('runs here where the others that have one are full', async () => {
    const shares = [
      [nodeA, 1],
      [nodeB, 1],
      [nodeC, 1],
    ] as const;
    const { router, done } = makeReserved(shares, { hasRoom: false, reply: async () => busy });
    assert.equal((await router.invoke(invocationOf())).node, nodeA);
    assert.match(done(), /forward [bc], forward [bc], run$/);
  });

  test('is not placed on nodes that have none', async () => {
    const { router, done } = makeReserved([[nodeA, 5]]);
    await router.invoke(invocationOf());
    assert.equal(done(), `${lookup}, run`);
  });
});

test('a function of which nothing is reserved anywhere is refused at once, for as long as that is so', async () => {
  const { Reason } = used.details;
  for (const shares of [[], [[nodeA, 0]] as const]) {
    const { router, done } = makeReserved(shares, { view: null });
    await assert.rejects(router.invoke(invocationOf()), { ...used, details: { Reason } });
    assert.equal(done(), '');
  }
});

test('only the function that is reserved is held to it', async () => {
  const { router, done, fakes } = makeReserved([]);
  fakes.shares = (name) => (name === 'f' ? new Map() : null);
  fakes.records.set('g', recordOf({ name: 'g' }));
  await router.invoke(invocationOf({ functionName: 'g' }));
  assert.equal(done(), 'lookup g:$LATEST@7, run');
});
