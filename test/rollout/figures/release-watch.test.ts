import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { Random } from '../../../src/lib/index.js';
import { bucketOf } from '../../../src/rollout/figures/buckets.js';
import { type Comparison, type NodeFigures, ReleaseWatch } from '../../../src/rollout/index.js';
import { nodeId } from '../../../src/types/index.js';
import { seedsOf } from '../../seeds.js';
import { type Behaviour, type Plan, watched } from './watched.js';

const seeds = seedsOf({
  firstSeed: 'FIGURES_SEED',
  seedCount: 'FIGURES_SEEDS',
  fixedSeeds: 100,
  freshSeeds: 50,
});

/** Around 4 ms, some twice that. */
const usual = (random: Random) => 4 * Math.exp(0.4 * normal(random));
/** Infinite variance: a hundred times the median once in a thousand. */
const heavyTail = (random: Random) => 2 / (1 - random.next()) ** 0.7;

function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

function slower(ms: Behaviour['ms'], times: number): Behaviour['ms'] {
  return (random) => times * ms(random);
}

/** All comparisons, and how many came to this verdict. */
function verdicts(
  plan: Plan,
  verdict: Comparison['verdict'],
): { all: Comparison[]; count: number } {
  const all = seeds.map((seed) => watched(seed, plan));
  return { all, count: all.filter((found) => found.verdict === verdict).length };
}

/** Of nearly all seeds; the text names one for which it does not hold. */
function mostly(plan: Plan, verdict: Comparison['verdict'], share: number): Comparison[] {
  const { all, count } = verdicts(plan, verdict);
  const other = all.findIndex((found) => found.verdict !== verdict);
  const told = `${count} of ${seeds.length} are ${verdict}; FIGURES_SEED=${seeds[other]}: ${all[other]?.text}`;
  assert.ok(count >= share * seeds.length, told);
  return all;
}

describe('the comparison of releases', () => {
  it('finds good what is the same, whatever the times are like', () => {
    for (const ms of [usual, heavyTail, () => 3])
      mostly({ old: { ms }, new: { ms } }, 'good', 0.995);
  });

  it('finds good what is the same where one of twenty fails on both sides', () => {
    const both = { ms: usual, failureShare: 0.05, functionErrorShare: 0.05 };
    mostly({ old: both, new: both }, 'good', 0.995);
  });

  it('does not ask how many requests which side had', () => {
    const plan = { old: { ms: usual, perS: 2 }, new: { ms: usual, perS: 200 } };
    mostly({ ...plan, oldNodes: 2 }, 'good', 0.995);
    mostly({ ...plan, oldNodes: 30, new: { ms: usual, perS: 30 } }, 'good', 0.995);
  });

  it('finds a release bad that takes twice as long, within a few hundred requests', () => {
    for (const ms of [usual, heavyTail, () => 3]) {
      const plan = { old: { ms }, new: { ms: slower(ms, 2) } };
      const all = mostly(plan, 'bad', 0.995);
      const requests = all.map((found) => found.new.requests).sort((a, b) => a - b);
      assert.ok((requests[Math.floor(requests.length / 2)] ?? 0) <= 300, `${requests}`);
    }
  });

  it('finds a release bad whose slowest hundredth is ten times as slow', () => {
    const rare = (random: Random) => usual(random) * (random.next() < 0.05 ? 10 : 1);
    const plan = { old: { ms: usual, perS: 100 }, new: { ms: rare, perS: 100 } };
    const [found] = mostly(plan, 'bad', 0.98);
    assert.match(found?.text ?? '', /99th percentile/);
  });

  it('finds a release bad that fails once in twenty, within about two hundred requests', () => {
    for (const share of [{ failureShare: 0.05 }, { functionErrorShare: 0.05 }]) {
      const all = mostly({ old: { ms: usual }, new: { ms: usual, ...share } }, 'bad', 0.99);
      const requests = all.map((found) => found.new.requests).sort((a, b) => a - b);
      const [half = 0, nearlyAll = 0] = [0.5, 0.95].map(
        (q) => requests[Math.floor(q * all.length)],
      );
      assert.ok(half <= 240 && nearlyAll <= 360, `${half} ${nearlyAll}`);
    }
  });

  it('bears a thousandth more of failures, and slower times that nobody notices', () => {
    const old = { ms: () => 0.4, perS: 200 };
    mostly({ old, new: { ms: () => 0.85, failureShare: 0.001, perS: 200 } }, 'good', 0.99);
    mostly({ old: { ms: usual }, new: { ms: slower(usual, 1.15) } }, 'good', 0.99);
  });

  it('finds a release bad whose event loop stands still again and again', () => {
    const lagMs = (random: Random) => (random.next() < 0.1 ? 150 : 2);
    const plan = { old: { ms: usual }, new: { ms: usual, lagMs }, bakeMs: 20_000 };
    const [found] = mostly(plan, 'bad', 0.95);
    assert.match(found?.text ?? '', /event loop/);
  });

  it('waits for time and requests, and longer for what it doubts', () => {
    const { verdict, text } = watched(1, { old: { ms: usual }, new: { ms: usual }, seconds: 5 });
    assert.equal(verdict, 'waiting');
    assert.match(text, /^New nodes were watched for 5 s and \d+ invocations of 10 s and 200\.$/);
    const few = { old: { ms: usual, perS: 1 }, new: { ms: usual, perS: 1 } };
    assert.equal(watched(1, { ...few, seconds: 100 }).verdict, 'waiting');
    const none = { ms: usual, perS: 0 };
    assert.equal(watched(1, { old: none, new: none, seconds: 100 }).verdict, 'waiting');
    assert.equal(watched(1, { old: none, new: none, requestsMin: 0 }).verdict, 'good');
  });
});

describe('what is compared', () => {
  const oldNode = nodeId('a'.repeat(32));
  const newNode = nodeId('b'.repeat(32));

  /** Two nodes that go on by the same step each second. */
  function after(
    seconds: number,
    old: (second: number) => NodeFigures,
    fresh: (second: number) => NodeFigures,
  ): Comparison {
    const watch = new ReleaseWatch({ bakeMs: 10_000, requestsMin: 200 });
    let found: Comparison | null = null;
    for (let second = 0; second <= seconds; second++) {
      found = watch.look(second * 1000, [
        { node: oldNode, isNew: false, figures: old(second) },
        { node: newNode, isNew: true, figures: fresh(second) },
      ]);
      if (found.verdict === 'bad') break;
    }
    assert.ok(found !== null);
    return found;
  }

  function figuresOf(
    functions: readonly {
      readonly name: string;
      readonly requests: number;
      readonly errors?: number;
      readonly bucket?: number;
    }[],
    startedMs = 1,
  ): NodeFigures {
    return {
      startedMs,
      functions: functions.map(({ name, requests, errors = 0, bucket = 10 }) => ({
        name,
        requests,
        failures: 0,
        functionErrors: errors,
        warmBuckets: [...Array.from({ length: bucket }, () => 0), requests - errors],
      })),
      forwardedBuckets: [],
      lagBuckets: [],
    };
  }

  it('is each function with itself: a node that is asked for slow ones is not slow', () => {
    const found = after(
      12,
      (s) =>
        figuresOf([
          { name: 'fast', requests: 100 * s },
          { name: 'slow', requests: s, bucket: 60 },
        ]),
      (s) =>
        figuresOf([
          { name: 'fast', requests: s },
          { name: 'slow', requests: 100 * s, bucket: 60 },
        ]),
    );
    assert.equal(found.verdict, 'good', found.text);
  });

  it('is each function with itself: a node that is asked for one that fails is not bad', () => {
    const found = after(
      12,
      (s) =>
        figuresOf([
          { name: 'fine', requests: 100 * s },
          { name: 'broken', requests: 2 * s, errors: 2 * s },
        ]),
      (s) =>
        figuresOf([
          { name: 'fine', requests: 20 * s },
          { name: 'broken', requests: 50 * s, errors: 50 * s },
        ]),
    );
    assert.equal(found.verdict, 'good', found.text);
  });

  it('is not what happened within one second, however bad', () => {
    const burst = (s: number) => (s < 4 ? 0 : 40);
    const found = after(
      12,
      (s) => figuresOf([{ name: 'f', requests: 100 * s }]),
      (s) => figuresOf([{ name: 'f', requests: 100 * s, errors: burst(s) }]),
    );
    assert.notEqual(found.verdict, 'bad', found.text);
    assert.equal(found.new.functionErrors, 40);
  });

  it('begins with the first look, and goes on where a node starts anew', () => {
    const found = after(
      10,
      (s) => figuresOf([{ name: 'f', requests: 1000 + 100 * s, errors: 500 }]),
      (s) => figuresOf([{ name: 'f', requests: s < 5 ? 100 * s : 100 * (s - 4) }], s < 5 ? 1 : 2),
    );
    assert.deepEqual([found.old.requests, found.new.requests], [1000, 1000]);
    assert.deepEqual([found.old.functionErrors, found.old.nodes, found.new.nodes], [0, 1, 1]);
    assert.equal(found.verdict, 'good', found.text);
  });

  it('is Hearth with its past where old nodes are gone, and functions no longer', () => {
    const found = (more: 'failures' | 'functionErrors') => {
      const watch = new ReleaseWatch({ bakeMs: 60_000, requestsMin: 200 });
      let last: Comparison['verdict'] = 'waiting';
      for (let second = 0; second <= 40 && last === 'waiting'; second++) {
        const [plain] = figuresOf([{ name: 'f', requests: 100 * second }]).functions;
        assert.ok(plain !== undefined);
        const old = { node: oldNode, isNew: false, figures: figuresOf([plain]) };
        const functions = [{ ...plain, [more]: 5 * Math.max(0, second - 20) }];
        const fresh = { node: newNode, isNew: true, figures: { ...figuresOf([]), functions } };
        last = watch.look(second * 1000, second > 20 ? [fresh] : [old, fresh]).verdict;
      }
      return last;
    };
    assert.deepEqual([found('failures'), found('functionErrors')], ['bad', 'waiting']);
  });

  it('is what forwards add, where a new node has nothing warm itself', () => {
    const forwards = (addsMs: number) => {
      const figures = (bucket: number, sent: number): NodeFigures => ({
        ...figuresOf([]),
        functions: [{ name: 'f', requests: sent, failures: 0, functionErrors: 0, warmBuckets: [] }],
        forwardedBuckets: [...Array.from({ length: bucket }, () => 0), sent],
      });
      // what they did before is what they are judged by at first
      const found = after(
        10,
        (s) => figures(bucketOf(3), 60 + 10 * s),
        (s) => figures(bucketOf(3 + addsMs), 10 * s),
      );
      return found;
    };
    assert.equal(forwards(2).verdict, 'waiting');
    const { verdict, text } = forwards(10);
    assert.equal(verdict, 'bad');
    assert.match(text, /: forwards slower than the 90th percentile on old nodes, 100 % of \d+/);
  });

  it('says what is worse, and by how much, in one sentence', () => {
    const { verdict, text } = after(
      10,
      (s) => figuresOf([{ name: 'f', requests: 100 * s }]),
      (s) => figuresOf([{ name: 'f', requests: 100 * s, errors: 10 * s }]),
    );
    assert.equal(verdict, 'bad');
    assert.match(
      text,
      /^New nodes are worse: invocations in which the function failed, 10 % of \d+ against 0 % of \d+\.$/,
    );
  });
});
