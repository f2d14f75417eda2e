import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AliasRecord } from '../../src/catalog/index.js';
import type { ForwardReply } from '../../src/routing/index.js';
import { HearthError, type Holder, limits } from '../../src/types/index.js';
import {
  invocationOf,
  later,
  makeRouter,
  nodeA,
  nodeB,
  nodeC,
  outcomeOf,
  recordOf,
  settle,
  viewOf,
} from './fixture.js';

describe('a function is looked for in the own catalogue', () => {
  test('one that was acknowledged elsewhere a moment ago is found after catching up', async () => {
    const { router, done } = makeRouter({
      records: new Map(),
      learns: new Map([['f', recordOf()]]),
      own: 'idle',
    });
    await router.invoke(invocationOf());
    assert.equal(done(), 'catch-up, run-warm');
  });

  test('one that nobody knows is not found; at a node that still starts it may be elsewhere', async () => {
    const records = new Map();
    await assert.rejects(makeRouter({ records }).router.invoke(invocationOf()), {
      code: 'function-not-found',
      message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:f',
    });
    const starting = makeRouter({ records, ready: false }).router;
    await assert.rejects(starting.invoke(invocationOf()), { code: 'draining' });
    const alone = makeRouter({ records, hasMajority: false }).router;
    await assert.rejects(alone.invoke(invocationOf()), { code: 'no-quorum' });
  });

  test('a qualifier that does not exist is not found by its full ARN', async () => {
    const { router } = makeRouter();
    await assert.rejects(router.invoke(invocationOf({ qualifier: '7' })), {
      code: 'function-not-found',
      message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:7',
    });
  });
});

describe('an alias', () => {
  const aliasOf = (version: string, additional: AliasRecord['additional'] = null): AliasRecord => ({
    functionName: 'f',
    name: 'live',
    version,
    description: '',
    additional,
    revisionId: '',
  });
  const records = new Map([
    ['f', recordOf()],
    ['f:1', recordOf({ version: '1', revision: 3 })],
    ['f:2', recordOf({ version: '2', revision: 5 })],
  ]);

  test('is the version that it points to, also where the request is forwarded', async () => {
    const aliases = new Map([['f:live', aliasOf('2')]]);
    const { router, calls, done } = makeRouter({ records, aliases });
    await router.invoke(invocationOf({ qualifier: 'live', invokedAs: 'live' }));
    assert.equal(done(), 'lookup f:2@5, forward b');
    const { invocation, revision } = calls[0] ?? {};
    const sent = [invocation?.qualifier, invocation?.invokedAs, revision];
    assert.deepEqual(sent, ['2', 'live', 5]);
  });

  test('gives the second version its share, drawn once for each request', async () => {
    for (const [weight, share] of [
      [0, 0],
      [0.25, 0.25],
      [1, 1],
    ] as const) {
      const aliases = new Map([['f:live', aliasOf('1', { version: '2', weight })]]);
      const { router, calls } = makeRouter({ records, aliases });
      for (let count = 0; count < 1000; count++) {
        await router.invoke(invocationOf({ qualifier: 'live' }));
      }
      const got = calls.filter(({ invocation }) => invocation.qualifier === '2').length / 1000;
      assert.ok(Math.abs(got - share) < 0.05, `${got} for ${weight}`);
    }
  });

  test('that was made elsewhere a moment ago is found after catching up', async () => {
    const aliases = new Map<string, AliasRecord>();
    const { router, fakes, done } = makeRouter({ records, aliases, own: 'idle' });
    const failed = assert.rejects(router.invoke(invocationOf({ qualifier: 'live' })), {
      message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:live',
    });
    await failed;
    fakes.aliases.set('f:live', aliasOf('1'));
    done();
    await router.invoke(invocationOf({ qualifier: 'live' }));
    assert.equal(done(), 'run-warm');
  });
});

describe('a request runs here', () => {
  test('at once in an idle sandbox of our own, without a question and in the same turn', () => {
    const { router, done } = makeRouter({ own: 'idle' });
    void router.invoke(invocationOf());
    assert.equal(done(), 'run-warm');
    assert.equal(router.counters().ways['here-warm'], 1);
  });

  test('and says so with its outcome', async () => {
    const { router } = makeRouter({ own: 'idle' });
    assert.deepEqual(await router.invoke(invocationOf()), {
      ...outcomeOf(),
      node: nodeA,
      hops: 0,
    });
  });

  test('without a lookup where routing is none', async () => {
    const { router, done } = makeRouter({ routing: 'none' });
    await router.invoke(invocationOf());
    assert.equal(done(), 'run');
  });

  test('without a lookup where no other node could take it', async () => {
    const alone = [
      null,
      viewOf(nodeA, []),
      viewOf(nodeA, [
        { id: nodeB, status: 'suspect' },
        { id: nodeC, degraded: true },
      ]),
    ];
    for (const view of alone) {
      const { router, done } = makeRouter({ view });
      await router.invoke(invocationOf());
      assert.equal(done(), 'run');
      assert.equal(router.counters().ways['here-cold'], 1);
    }
  });

  test('where it was forwarded already, with no further forward', async () => {
    const { router, done } = makeRouter();
    const outcome = await router.invoke(invocationOf({ hops: limits.hopsMax }));
    assert.deepEqual([done(), outcome.hops], ['run', limits.hopsMax]);
  });

  test('not at all where it says that it was forwarded too often', async () => {
    const { router, done } = makeRouter({ own: 'idle' });
    await assert.rejects(router.invoke(invocationOf({ hops: limits.hopsMax + 1 })), {
      code: 'invalid-parameter',
    });
    assert.equal(done(), '');
  });

  test('where nobody holds it, and is not asked about again for a quarter of a second', async () => {
    const { router, done, clock } = makeRouter({ lookup: async () => [] });
    await router.invoke(invocationOf());
    assert.equal(done(), 'lookup f:$LATEST@7, run');
    clock.advance(240);
    await router.invoke(invocationOf());
    assert.equal(done(), 'run');
    clock.advance(20);
    await router.invoke(invocationOf());
    assert.equal(done(), 'lookup f:$LATEST@7, run');
    const { ways, lookups } = router.counters();
    assert.deepEqual([ways['here-cold'], lookups.asked, lookups.nobody], [3, 2, 1]);
  });

  test('where only this node itself holds it, or others that take no work', async () => {
    const holder = (node: Holder['node']): (() => Promise<Holder[]>) => {
      return async () => [{ node, load: 0 }];
    };
    const cases = [
      makeRouter({ own: 'busy', lookup: holder(nodeA) }),
      makeRouter({ lookup: holder(nodeB), usable: () => false }),
      ...(['suspect', 'draining', 'left', 'dead'] as const).map((status) =>
        makeRouter({
          lookup: holder(nodeB),
          view: viewOf(nodeA, [{ id: nodeB, status }, { id: nodeC }]),
        }),
      ),
      makeRouter({
        lookup: holder(nodeB),
        view: viewOf(nodeA, [{ id: nodeB, degraded: true }, { id: nodeC }]),
      }),
      makeRouter({ lookup: holder(nodeB), view: viewOf(nodeA, [{ id: nodeC }]) }),
    ];
    for (const { router, done } of cases) {
      await router.invoke(invocationOf());
      assert.equal(done(), 'lookup f:$LATEST@7, run');
    }
  });

  test('in a sandbox of our own that became idle while others were asked about', async () => {
    const answer = later<Holder[]>();
    const { router, done, fakes } = makeRouter({ own: 'busy', lookup: () => answer.promise });
    const invoked = router.invoke(invocationOf());
    fakes.own = 'idle';
    answer.resolve([{ node: nodeB, load: 0 }]);
    assert.equal((await invoked).node, nodeA);
    assert.equal(done(), 'lookup f:$LATEST@7, run-warm');
  });

  test('with the error that running it gives', async () => {
    const { router } = makeRouter({
      lookup: async () => [],
      outcome: async () => {
        throw new HearthError('too-many-requests', 'Rate Exceeded.');
      },
    });
    await assert.rejects(router.invoke(invocationOf()), { code: 'too-many-requests' });
  });
});

describe('a request is forwarded', () => {
  test('to who holds the function, with the forward counted and the deadline of the function', async () => {
    const { router, done, calls } = makeRouter();
    const { signal } = new AbortController();
    // as the ingress makes it: no member of its own
    const asked = Object.assign(Object.create({ signal }), invocationOf({}));
    const outcome = await router.invoke(asked);
    assert.deepEqual([outcome.node, outcome.hops], [nodeB, 1]);
    assert.equal(done(), 'lookup f:$LATEST@7, forward b');
    const [call] = calls;
    assert.deepEqual([call?.invocation.hops, call?.revision], [1, 7]);
    assert.equal(call?.invocation.signal, signal);
    assert.ok((call?.timeoutMs ?? 0) > recordOf().timeoutS * 1000);
    assert.equal(router.counters().ways.forwarded, 1);
  });

  test('from memory for a second after an answer', async () => {
    const { router, done, clock } = makeRouter();
    await router.invoke(invocationOf());
    clock.advance(990);
    done();
    await router.invoke(invocationOf());
    assert.equal(done(), 'forward b');
    clock.advance(20);
    await router.invoke(invocationOf());
    assert.equal(done(), 'lookup f:$LATEST@7, forward b');
    assert.equal(router.counters().lookups.hit, 1);
  });

  test('with all our own sandboxes busy as well', async () => {
    const { router, done } = makeRouter({ own: 'busy' });
    await router.invoke(invocationOf());
    assert.equal(done(), 'lookup f:$LATEST@7, forward b');
  });

  test('never on the word of an answer about the function as it was before a change', async () => {
    const { router, done, fakes } = makeRouter();
    await router.invoke(invocationOf());
    fakes.records.set('f', recordOf({ revision: 8 }));
    fakes.lookup = async () => [];
    done();
    await router.invoke(invocationOf());
    assert.equal(done(), 'lookup f:$LATEST@8, run');
  });

  test('to the node with fewer requests of ours under way, where both tell the same load', async () => {
    const { router, done } = makeRouter({
      lookup: async () => [
        { node: nodeB, load: 50 },
        { node: nodeC, load: 50 },
      ],
      reply: () => new Promise(() => {}),
    });
    for (let request = 0; request < 40; request++) void router.invoke(invocationOf());
    await settle();
    const targets = done().split(', ').slice(1).sort();
    assert.deepEqual(targets, [...Array(20).fill('forward b'), ...Array(20).fill('forward c')]);
  });

  test('to the less loaded of two, again and again: what has ended counts no more', async () => {
    const { router, done } = makeRouter({
      lookup: async () => [
        { node: nodeB, load: 26 },
        { node: nodeC, load: 25 },
      ],
    });
    for (let request = 0; request < 20; request++) await router.invoke(invocationOf());
    assert.ok(!done().includes('forward b'));
  });
});

describe('a node that a request is forwarded to', () => {
  const twoHolders = async (): Promise<Holder[]> => [
    { node: nodeB, load: 0 },
    { node: nodeC, load: 50 },
  ];

  test('has the function no more: the request runs here, and the next goes to another', async () => {
    const { router, done, fakes } = makeRouter({
      lookup: twoHolders,
      reply: async () => ({ kind: 'not-here' }),
    });
    const outcome = await router.invoke(invocationOf());
    assert.deepEqual([outcome.node, outcome.hops], [nodeA, 0]);
    assert.equal(done(), 'lookup f:$LATEST@7, forward b, run');
    fakes.reply = async () => ({ kind: 'ran', outcome: outcomeOf() });
    await router.invoke(invocationOf());
    assert.equal(done(), 'forward c');
    const { ways } = router.counters();
    assert.deepEqual([ways['here-stale'], ways.forwarded], [1, 1]);
  });

  test('was the only one and has it no more: the next request asks anew', async () => {
    const { router, done } = makeRouter({ reply: async () => ({ kind: 'not-here' }) });
    await router.invoke(invocationOf());
    done();
    await router.invoke(invocationOf());
    assert.equal(done(), 'lookup f:$LATEST@7, forward b, run');
  });

  test('is busy: the request runs here, and the next goes to the less loaded', async () => {
    const { router, done, fakes } = makeRouter({
      lookup: twoHolders,
      reply: async () => ({ kind: 'busy' }),
    });
    await router.invoke(invocationOf());
    assert.equal(done(), 'lookup f:$LATEST@7, forward b, run');
    fakes.reply = async () => ({ kind: 'ran', outcome: outcomeOf() });
    await router.invoke(invocationOf());
    assert.equal(done(), 'forward c');
    assert.equal(router.counters().ways['here-busy'], 1);
  });

  test('cannot be reached: the request runs here, and the next goes to another', async () => {
    const { router, done, fakes } = makeRouter({
      lookup: twoHolders,
      reply: async () => ({ kind: 'unreachable' }),
    });
    await router.invoke(invocationOf());
    assert.equal(done(), 'lookup f:$LATEST@7, forward b, run');
    fakes.reply = async () => ({ kind: 'ran', outcome: outcomeOf() });
    await router.invoke(invocationOf());
    assert.equal(done(), 'forward c');
    assert.equal(router.counters().ways['here-unreachable'], 1);
  });

  test('took it and failed: its error is the answer, and it is not run again', async () => {
    const error = new HearthError('internal', 'The sandbox broke.');
    const { router, done } = makeRouter({ reply: async () => ({ kind: 'failed', error }) });
    await assert.rejects(router.invoke(invocationOf()), error);
    assert.equal(done(), 'lookup f:$LATEST@7, forward b');
  });

  test('is lost after the request was sent: the caller hears it, and it is not run again', async () => {
    const lost = new HearthError('forward-lost', 'The node went away.');
    const { router, done } = makeRouter({ reply: () => Promise.reject(lost) });
    await assert.rejects(router.invoke(invocationOf()), lost);
    assert.equal(done(), 'lookup f:$LATEST@7, forward b');
    assert.equal(router.counters().ways['forward-lost'], 1);
  });
});

describe('a caller that goes away', () => {
  test('while others are asked about: the request stops waiting and runs nowhere', async () => {
    const answer = later<Holder[]>();
    const { router, done } = makeRouter({ lookup: () => answer.promise });
    const caller = new AbortController();
    const invoked = router.invoke(invocationOf({ signal: caller.signal }));
    const patient = router.invoke(invocationOf());
    caller.abort();
    // rejects though the lookup is not answered
    await assert.rejects(invoked, { code: 'caller-gone' });
    answer.resolve([{ node: nodeB, load: 0 }]);
    assert.equal((await patient).node, nodeB);
    assert.equal(done(), 'lookup f:$LATEST@7, forward b');
  });

  test('before others are asked about: the request does not wait for them', async () => {
    const { router } = makeRouter({ lookup: () => new Promise(() => {}) });
    const signal = AbortSignal.abort();
    await assert.rejects(router.invoke(invocationOf({ signal })), { code: 'caller-gone' });
  });

  test('before anything was sent: the request is not sent', async () => {
    const { router, done } = makeRouter();
    await router.invoke(invocationOf());
    done();
    await assert.rejects(router.invoke(invocationOf({ signal: AbortSignal.abort() })));
    assert.equal(done(), '');
  });
});

describe('a function that is forwarded all the time', () => {
  test('becomes warm here, is forwarded until it is, and then runs here', async () => {
    const { router, done, fakes, clock } = makeRouter({ spreadForwardsPerS: 20 });
    const everyMs = async (ms: number, forMs: number): Promise<string> => {
      for (let passed = 0; passed < forMs; passed += ms) {
        await router.invoke(invocationOf());
        clock.advance(ms);
      }
      return done();
    };
    assert.ok(!(await everyMs(25, 1000)).includes('prewarm'), 'not within a second');
    const trace = await everyMs(25, 2000);
    assert.equal(trace.split('prewarm f').length - 1, 2, 'once a second');
    assert.ok(!trace.includes('run'), 'forwarded all along');
    assert.equal(router.counters().prewarms, 2);
    fakes.own = 'idle';
    assert.ok(!(await everyMs(25, 1000)).includes('forward'));
  });

  test('stays put where it is rare', async () => {
    const { router, done, clock } = makeRouter({ spreadForwardsPerS: 20 });
    for (let request = 0; request < 100; request++) {
      await router.invoke(invocationOf());
      clock.advance(100);
    }
    assert.ok(!done().includes('prewarm'));
  });
});

test('every request is counted by exactly one way', async () => {
  const replies: ForwardReply['kind'][] = ['not-here', 'busy', 'unreachable', 'ran'];
  const { router, fakes } = makeRouter();
  for (const kind of replies) {
    fakes.reply = async () =>
      kind === 'ran' ? { kind, outcome: outcomeOf() } : ({ kind } as ForwardReply);
    await router.invoke(invocationOf());
  }
  fakes.own = 'idle';
  await router.invoke(invocationOf());
  const { ways } = router.counters();
  assert.equal(
    Object.values(ways).reduce((sum, count) => sum + count, 0),
    5,
  );
});
