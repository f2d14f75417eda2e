/** Random histories: whatever holders, replies and failures come together, a request runs once or fails once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../src/lib/index.js';
import type { ForwardReply, RoutedOutcome } from '../../src/routing/index.js';
import {
  HearthError,
  type Holder,
  limits,
  type NodeId,
  type RequestId,
  requestId,
} from '../../src/types/index.js';
import {
  invocationOf,
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

const others = [nodeB, nodeC, nodeD];

const end = fc.constantFrom('ran', 'failed', 'forward-lost', 'not-here', 'busy', 'unreachable');

/** One request, and how the world is from then on. */
const step = fc.record({
  functionName: fc.constantFrom('f', 'g'),
  hops: fc.constantFrom(0, 0, 0, 1),
  leavesAfterMs: fc.constantFrom(null, null, null, 0, 10),
  own: fc.constantFrom('idle' as const, 'busy' as const, 'not-here' as const),
  holders: fc.option(
    fc.array(
      fc.record({
        node: fc.constantFrom(nodeA, ...others),
        load: fc.integer({ min: 0, max: 100 }),
      }),
      { maxLength: 6 },
    ),
  ),
  /** Some longer than anybody waits. */
  lookupMs: fc.constantFrom(0, 5, 45, 1000),
  /** How each send ends: to who has it warm, and to two where it is placed. */
  ends: fc.tuple(end, end, end),
  replyMs: fc.constantFrom(0, 20, 300),
  alive: fc.subarray(others),
  usable: fc.subarray(others),
  /** Those with memory: what nobody holds is placed on them. */
  roomy: fc.subarray(others),
  passesMs: fc.constantFrom(0, 0, 1, 30, 300, 1100),
});

const history = fc.record({
  seed: fc.integer(),
  routing: fc.constantFrom('tiered' as const, 'tiered' as const, 'none' as const),
  steps: fc.array(step, { minLength: 1, maxLength: 30 }),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

/** What became of one request. */
interface Fate {
  readonly step: Step;
  readonly caller: AbortController;
  readonly settled: Promise<RoutedOutcome | HearthError>;
  readonly ranAt: NodeId[];
  readonly sent: { node: NodeId; end: string; place: boolean }[];
}

test('every request runs exactly once, or fails having been sent once, or its caller left before', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (history) => {
      const fates = await play(history);
      for (const fate of fates) judge(fate, await fate.settled);
    }),
    { numRuns: 200 },
  );
});

async function play({ seed, routing, steps }: History): Promise<Fate[]> {
  const { router, fakes, clock } = makeRouter({
    routing,
    random: seededRandom(seed),
    spreadForwardsPerS: 2,
    records: new Map(['f', 'g'].map((name) => [name, recordOf({ name })])),
  });
  const fates = new Map<RequestId, Fate>();
  const fateOf = (id: RequestId): Fate => fates.get(id) ?? assert.fail(`unknown request ${id}`);
  const afterMs = <Value>(ms: number, value: Value): Promise<Value> => {
    if (ms === 0) return Promise.resolve(value);
    return new Promise((resolve) => clock.after(ms, () => resolve(value)));
  };
  for (const [index, present] of steps.entries()) {
    const { alive, usable, roomy, ends, holders, lookupMs, replyMs } = present;
    fakes.own = present.own;
    fakes.view = viewOf(
      nodeA,
      alive.map((id) => ({ id, freeMemoryMb: roomy.includes(id) ? 1024 : 0 })),
    );
    fakes.usable = (node) => usable.includes(node);
    fakes.lookup = (): Promise<readonly Holder[] | null> => afterMs(lookupMs, holders);
    fakes.outcome = async ({ requestId: id }) => {
      fateOf(id).ranAt.push(nodeA);
      return outcomeOf();
    };
    fakes.reply = async (node, { invocation, place }): Promise<ForwardReply> => {
      const fate = fateOf(invocation.requestId);
      assert.ok(alive.includes(node) && usable.includes(node), 'sent to who can take it');
      assert.equal(invocation.hops, 1);
      const end = ends[fate.sent.length] ?? assert.fail('sent a fourth time');
      fate.sent.push({ node, end, place });
      if (end === 'ran') fate.ranAt.push(node);
      await afterMs(replyMs, undefined);
      return replyOf(end);
    };
    const id = requestId(String(index));
    const caller = new AbortController();
    const { functionName, hops, leavesAfterMs } = present;
    if (leavesAfterMs !== null) clock.after(leavesAfterMs, () => caller.abort());
    // what is asked of the fakes in the same turn finds the request known
    const settled = Promise.resolve()
      .then(() =>
        router.invoke(invocationOf({ requestId: id, functionName, hops, signal: caller.signal })),
      )
      .catch((error: HearthError) => error);
    fates.set(id, { step: present, caller, settled, ranAt: [], sent: [] });
    await settle();
    clock.advance(present.passesMs);
    await settle();
  }
  for (let turn = 0; turn < 30; turn++) {
    clock.advance(50);
    await settle();
  }
  assert.ok(sum(Object.values(router.counters().ways)) <= steps.length, 'counted at most once');
  return [...fates.values()];
}

function replyOf(end: string): ForwardReply {
  switch (end) {
    case 'ran':
      return { kind: end, outcome: outcomeOf() };
    case 'failed':
      return { kind: end, error: new HearthError('storage', 'The disk is full.') };
    case 'not-here':
    case 'busy':
    case 'unreachable':
      return { kind: end };
    default:
      throw new HearthError('forward-lost', 'The node went away.');
  }
}

function judge({ step, caller, ranAt, sent }: Fate, settled: RoutedOutcome | HearthError): void {
  assert.ok(step.hops === 0 || sent.length === 0, 'not sent where it was forwarded');
  for (const [at, { place }] of sent.slice(1).entries()) {
    assert.ok(sent[at]?.end === 'busy' && place, 'sent on only to be placed, by who was busy');
  }
  const placed = sent.filter(({ place }) => place).map(({ node }) => node);
  assert.ok(placed.length <= 2 && new Set(placed).size === placed.length);
  const forward = sent.at(-1);
  if (settled instanceof HearthError) {
    assert.deepEqual(ranAt, [], 'what failed was not run again');
    // who was busy has not run it, and a caller who has left is not served any more
    if (forward === undefined || (forward.end === 'busy' && caller.signal.aborted)) {
      assert.ok(caller.signal.aborted, `unsent, and: ${settled.message}`);
    } else assert.equal(settled.code, forward.end === 'failed' ? 'storage' : 'forward-lost');
    return;
  }
  assert.equal(ranAt.length, 1, 'ran exactly once');
  assert.equal(settled.node, ranAt[0]);
  assert.equal(settled.hops, settled.node === nodeA ? step.hops : 1);
  assert.ok(settled.hops <= limits.hopsMax);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
