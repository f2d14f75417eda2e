import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { placementKey } from '../../src/catalog/index.js';
import { nextTurn } from '../../src/lib/index.js';
import { rendezvous } from '../../src/roles/index.js';
import type { ForwardReply } from '../../src/routing/index.js';
import {
  type BundleHash,
  bundleHash,
  HearthError,
  limits,
  type NodeId,
  type NodeView,
} from '../../src/types/index.js';
import { collectGarbage } from '../collect-garbage.js';
import {
  type Fakes,
  invocationOf,
  later,
  makeRouter,
  nodeA,
  nodeB,
  nodeC,
  nodeD,
  outcomeOf,
  recordOf,
  settle,
  viewOf,
} from './fixture.js';

const everybody = [nodeA, nodeB, nodeC, nodeD];
const lookup = 'lookup f:$LATEST@7';
const ranHere: ForwardReply = { kind: 'ran', outcome: outcomeOf({ start: 'cold' }) };

/** Code of the function `f` that belongs to these nodes before all others, in this order. */
function codeOf(...first: readonly NodeId[]): BundleHash {
  return codeOfNamed('f', ...first);
}

function codeOfNamed(name: string, ...first: readonly NodeId[]): BundleHash {
  for (let number = 0; ; number++) {
    const hash = bundleHash(number.toString(16).padStart(64, '0'));
    const ranked = rendezvous(placementKey(recordOf({ name, codeHash: hash })), everybody);
    if (first.every((node, index) => ranked[index] === node)) return hash;
  }
}

/** As the other nodes see themselves, by the first letters of their ids. */
function others(changes: Partial<Record<'b' | 'c' | 'd', Partial<NodeView>>> = {}) {
  const room = { waiting: 0, freeMemoryMb: 1024 };
  return viewOf(nodeA, [
    { id: nodeB, ...room, ...changes.b },
    { id: nodeC, ...room, ...changes.c },
    { id: nodeD, ...room, ...changes.d },
  ]);
}

/** Node A, and a function that nobody holds, whose code belongs to B and then C. */
function makePlacing(changes: Partial<Fakes> = {}, codeHash = codeOf(nodeB, nodeC)) {
  return makeRouter({
    view: others(),
    records: new Map([['f', recordOf({ codeHash })]]),
    lookup: async () => [],
    reply: async () => ranHere,
    ...changes,
  });
}

describe('a function whose holder is busy', () => {
  const busyHolder = {
    lookup: async () => [{ node: nodeD, load: 100 }],
    reply: async (_node: NodeId, { place }: { readonly place: boolean }) =>
      place ? ranHere : ({ kind: 'busy' } as const),
  };

  test('gets one more sandbox where its code belongs', async () => {
    const { router, done } = makePlacing(busyHolder);
    assert.equal((await router.invoke(invocationOf())).node, nodeB);
    assert.equal(done(), `${lookup}, forward d, forward b`);
    assert.equal(router.counters().ways.placed, 1);
  });

  test('is run here where many wait at the nodes of its code', async () => {
    const crowd = { waiting: 65 };
    const { router, done } = makePlacing({ ...busyHolder, view: others({ b: crowd, c: crowd }) });
    assert.equal((await router.invoke(invocationOf())).node, nodeA);
    assert.equal(done(), `${lookup}, forward d, run`);
    assert.equal(router.counters().ways['here-busy'], 1);
  });

  test('waits at a node of its code after all where there is no room here', async () => {
    const crowd = { waiting: 65 };
    const view = others({ b: crowd, c: crowd });
    const { router, done } = makePlacing({ ...busyHolder, view, hasRoom: false });
    assert.equal((await router.invoke(invocationOf())).node, nodeB);
    assert.equal(done(), `${lookup}, forward d, forward b`);
  });

  test('is sent once where its code belongs to the holder itself', async () => {
    const holder = { lookup: async () => [{ node: nodeB, load: 100 }] };
    const { router, done, calls } = makePlacing({ ...busyHolder, ...holder });
    assert.equal((await router.invoke(invocationOf())).node, nodeB);
    assert.equal(done(), `${lookup}, forward b`);
    assert.equal(calls[0]?.place, true);
  });
});

describe('a function that nobody holds', () => {
  test('is started where its code belongs, with the time that a start may take', async () => {
    const { router, done, calls } = makePlacing();
    const outcome = await router.invoke(invocationOf());
    assert.deepEqual([outcome.node, outcome.hops, outcome.start], [nodeB, 1, 'cold']);
    assert.equal(done(), `${lookup}, forward b`);
    assert.equal(calls[0]?.place, true);
    assert.ok((calls[0]?.timeoutMs ?? 0) >= 3000 + 30_000 + limits.initTimeoutMs);
    assert.deepEqual([router.counters().ways.placed, router.counters().ways['here-cold']], [1, 0]);
  });

  test('is started here where its code belongs here, and where no other takes part', async () => {
    const here = makePlacing({}, codeOf(nodeA, nodeB));
    const alone = makePlacing({ usable: () => false });
    const sent = makePlacing();
    await sent.router.invoke(invocationOf({ hops: limits.hopsMax }));
    assert.equal(sent.done(), 'run');
    for (const { router, done } of [here, alone]) {
      assert.equal((await router.invoke(invocationOf())).node, nodeA);
      assert.equal(done(), `${lookup}, run`);
      assert.equal(router.counters().ways['here-cold'], 1);
    }
  });

  test('belongs to the same node whoever is asked', async () => {
    for (const self of [nodeA, nodeC, nodeD]) {
      const { nodes, ...view } = others();
      const same = nodes.map((node) => ({ ...node, freeMemoryMb: 1024 }));
      const { router } = makePlacing({ self, view: { ...view, nodes: same, self } });
      assert.equal((await router.invoke(invocationOf())).node, nodeB);
    }
  });

  test('of the same bundle as many others belongs elsewhere than these', async () => {
    const targets = new Set<string>();
    for (let number = 0; number < 40; number++) {
      const { router, fakes } = makePlacing();
      fakes.records.set('g', recordOf({ name: `g${number}`, codeHash: codeOf(nodeB, nodeC) }));
      targets.add((await router.invoke(invocationOf({ functionName: 'g' }))).node);
    }
    assert.equal(targets.size, 4);
  });

  test('with layers belongs elsewhere than without them: it is other code', async () => {
    const codeHash = codeOf(nodeB, nodeC);
    const targets = new Set<string>();
    for (let number = 0; number < 40; number++) {
      const layers = [{ codeHash: number.toString(16).padStart(64, 'e') }] as never;
      const record = recordOf({ codeHash, layers });
      const { router } = makePlacing({ records: new Map([['f', record]]) });
      targets.add((await router.invoke(invocationOf())).node);
    }
    assert.equal(targets.size, 4);
  });
});

describe('of the two nodes that code belongs to', () => {
  const targetOf = async (changes: Partial<Fakes>, codeHash?: BundleHash): Promise<NodeId> => {
    const { router } = makePlacing(changes, codeHash);
    return (await router.invoke(invocationOf())).node;
  };

  test('the one where fewer requests wait is taken, then the one with more memory', async () => {
    assert.equal(await targetOf({ view: others({ b: { waiting: 4 } }) }), nodeC);
    const view = others({ b: { waiting: 4, freeMemoryMb: 512 }, c: { waiting: 4 } });
    assert.equal(await targetOf({ view }), nodeC);
    assert.equal(
      await targetOf({ view: others({ c: { waiting: 1, freeMemoryMb: 4096 } }) }),
      nodeB,
    );
  });

  test('this node is compared by what it knows of itself, in the steps of the others', async () => {
    const code = codeOf(nodeA, nodeB);
    const busy = { waiting: 2, freeMemoryMb: 1024 };
    assert.equal(await targetOf({ load: busy }, code), nodeB);
    const same = others({ b: { waiting: 1 } });
    assert.equal(await targetOf({ load: busy, view: same }, code), nodeA);
    assert.equal(await targetOf({ load: { ...busy, freeMemoryMb: 800 }, view: same }, code), nodeB);
    assert.equal(await targetOf({ hasRoom: false }, code), nodeB);
  });

  test('one that has too little memory, or takes no work, makes room for the third', async () => {
    const code = codeOf(nodeB, nodeC, nodeD);
    const unfit: Partial<NodeView>[] = [
      { freeMemoryMb: 64 },
      { freeMemoryMb: 0 },
      { degraded: true },
      { status: 'suspect' },
      { status: 'dead' },
    ];
    for (const b of unfit) {
      const view = others({ b, c: { waiting: 1 } });
      assert.equal(await targetOf({ view }, code), nodeD, JSON.stringify(b));
    }
    const view = others({ c: { waiting: 1 } });
    assert.equal(await targetOf({ view, usable: (node) => node !== nodeB }, code), nodeD);
  });

  test('nodes that do not say what memory they have are left alone, as are all in a cluster of such', async () => {
    const old = { freeMemoryMb: 0 };
    const { router, done } = makePlacing({ view: others({ b: old, c: old, d: old }) });
    await router.invoke(invocationOf());
    assert.equal(done(), `${lookup}, run`);
  });
});

describe('a burst', () => {
  test('follows its first request, whatever news come, for two seconds', async () => {
    const { router, done, fakes, clock } = makePlacing();
    await router.invoke(invocationOf());
    fakes.view = others({ b: { waiting: 64 } });
    clock.advance(1900);
    await router.invoke(invocationOf());
    assert.equal(done(), `${lookup}, forward b, ${lookup}, forward b`);
    clock.advance(200);
    await router.invoke(invocationOf());
    assert.equal(done(), 'forward c');
  });

  test('follows it no longer once the function is told to be warm elsewhere', async () => {
    const { router, done, fakes, clock } = makePlacing();
    await router.invoke(invocationOf());
    fakes.lookup = async () => [{ node: nodeD, load: 0 }];
    clock.advance(300);
    done();
    await router.invoke(invocationOf());
    assert.equal(done(), `${lookup}, forward d`);
  });

  test('follows it no longer to a node that has died or is full', async () => {
    for (const b of [{ status: 'dead' as const }, { freeMemoryMb: 0 }]) {
      const { router, done, fakes } = makePlacing();
      await router.invoke(invocationOf());
      fakes.view = others({ b });
      done();
      await router.invoke(invocationOf());
      assert.match(done(), /^forward [cd]$/);
    }
  });

  test('follows it no longer to a node that answers no more, or to this one when it is full', async () => {
    const linked = makePlacing();
    await linked.router.invoke(invocationOf());
    linked.fakes.usable = (node) => node !== nodeB;
    linked.done();
    await linked.router.invoke(invocationOf());
    assert.match(linked.done(), /^forward [cd]$/);
    const here = makePlacing({}, codeOf(nodeA, nodeB));
    await here.router.invoke(invocationOf());
    here.fakes.hasRoom = false;
    here.done();
    await here.router.invoke(invocationOf());
    assert.equal(here.done(), 'forward b');
  });

  test('waits at one node together, though each request is news of its own', async () => {
    const { router, done } = makePlacing({ reply: () => new Promise(() => {}) });
    for (let request = 0; request < 50; request++) void router.invoke(invocationOf());
    await settle();
    assert.deepEqual(done().split(', ').slice(1), Array(50).fill('forward b'));
  });

  test('of another function takes the other node while this one waits for an answer', async () => {
    const { router, done, fakes } = makePlacing({ reply: () => new Promise(() => {}) });
    fakes.records.set('g', recordOf({ name: 'g', codeHash: codeOfNamed('g', nodeB, nodeC) }));
    void router.invoke(invocationOf());
    await settle();
    void router.invoke(invocationOf({ functionName: 'g' }));
    await settle();
    assert.equal(done(), `${lookup}, forward b, lookup g:$LATEST@7, forward c`);
  });
});

describe('a node that a request is placed on', () => {
  const only = (node: NodeId, reply: ForwardReply): Fakes['reply'] => {
    return async (asked) => (asked === node ? reply : ranHere);
  };

  test('has no room: the other one is asked, also for the rest of the burst', async () => {
    const { router, done } = makePlacing({ reply: only(nodeB, { kind: 'busy' }) });
    assert.equal((await router.invoke(invocationOf())).node, nodeC);
    await router.invoke(invocationOf());
    assert.equal(done(), `${lookup}, forward b, forward c, forward c`);
    assert.equal(router.counters().ways.placed, 2);
  });

  test('has no room, nor has the other one: the request runs here', async () => {
    const { router, done } = makePlacing({ reply: async () => ({ kind: 'busy' }) });
    const outcome = await router.invoke(invocationOf());
    assert.deepEqual([outcome.node, outcome.hops], [nodeA, 0]);
    assert.equal(done(), `${lookup}, forward b, forward c, run`);
    assert.equal(router.counters().ways['placed-busy'], 1);
  });

  test('has no room, and this one is the other one: the request runs here', async () => {
    const placing = {
      reply: only(nodeB, { kind: 'busy' }),
      load: { waiting: 1, freeMemoryMb: 1024 },
    };
    const { router, done } = makePlacing(placing, codeOf(nodeA, nodeB));
    assert.equal((await router.invoke(invocationOf())).node, nodeA);
    assert.equal(done(), `${lookup}, forward b, run`);
  });

  test('is this one, and it can make no sandbox: the other one is asked', async () => {
    const full = new HearthError('storage-full', 'The disk is full.');
    const placing = { outcome: () => Promise.reject(full) };
    const { router, done } = makePlacing(placing, codeOf(nodeA, nodeB));
    assert.equal((await router.invoke(invocationOf())).node, nodeB);
    assert.equal(done(), `${lookup}, run, forward b`);
    const busy = { ...placing, reply: only(nodeB, { kind: 'busy' }) };
    const nowhere = makePlacing(busy, codeOf(nodeA, nodeB));
    await assert.rejects(nowhere.router.invoke(invocationOf()), full);
    assert.equal(nowhere.done(), `${lookup}, run, forward b`);
  });

  test('is this one, and the function fails there: nobody else is asked', async () => {
    const failed = new HearthError('internal', 'It broke while it ran.');
    const placing = { outcome: () => Promise.reject(failed) };
    const { router, done } = makePlacing(placing, codeOf(nodeA, nodeB));
    await assert.rejects(router.invoke(invocationOf()), failed);
    assert.equal(done(), `${lookup}, run`);
  });

  test('does not know the function, or cannot be reached: the request runs here at once', async () => {
    const ways = { 'not-here': 'placed-stale', unreachable: 'placed-unreachable' } as const;
    for (const kind of ['not-here', 'unreachable'] as const) {
      const { router, done } = makePlacing({ reply: async () => ({ kind }) });
      assert.equal((await router.invoke(invocationOf())).node, nodeA);
      assert.equal(done(), `${lookup}, forward b, run`);
      assert.equal(router.counters().ways[ways[kind]], 1);
    }
  });

  test('took it and failed, or is lost: the caller hears it, and it is not run again', async () => {
    const error = new HearthError('too-many-requests', 'Rate Exceeded.');
    const failing = makePlacing({ reply: async () => ({ kind: 'failed', error }) });
    await assert.rejects(failing.router.invoke(invocationOf()), error);
    const lost = new HearthError('forward-lost', 'The node went away.');
    const losing = makePlacing({ reply: () => Promise.reject(lost) });
    await assert.rejects(losing.router.invoke(invocationOf()), lost);
    for (const { done } of [failing, losing]) assert.equal(done(), `${lookup}, forward b`);
    assert.equal(losing.router.counters().ways['forward-lost'], 1);
  });

  test('has no room, and the caller goes away meanwhile: nobody else is asked', async () => {
    const answer = later<ForwardReply>();
    const { router, done } = makePlacing({ reply: () => answer.promise });
    const caller = new AbortController();
    const invoked = router.invoke(invocationOf({ signal: caller.signal }));
    await settle();
    caller.abort();
    answer.resolve({ kind: 'busy' });
    await assert.rejects(invoked, { code: 'caller-gone' });
    assert.equal(done(), `${lookup}, forward b`);
  });
});

test('what is remembered of a burst does not hold the view that it was placed by', async () => {
  const { router, fakes } = makePlacing();
  const seen = new WeakRef(fakes.view as object);
  await router.invoke(invocationOf());
  fakes.view = others();
  fakes.records.set('g', recordOf({ name: 'g', codeHash: codeOf(nodeB, nodeC) }));
  await router.invoke(invocationOf({ functionName: 'g' }));
  // a weak reference holds what it was made of until the turn is over
  await nextTurn();
  collectGarbage();
  assert.equal(seen.deref(), undefined);
});
