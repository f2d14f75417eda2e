import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SimulatedClock, seededRandom } from '../../src/lib/index.js';
import { chooseHolder } from '../../src/routing/choice.js';
import { HotFunctions } from '../../src/routing/hot-functions.js';
import { Takers } from '../../src/routing/takers.js';
import { UnderWay } from '../../src/routing/under-way.js';
import { WarmCache } from '../../src/routing/warm-cache.js';
import { functionKey, type Holder, limits } from '../../src/types/index.js';
import { nodeA, nodeB, nodeC, nodeD, viewOf } from './fixture.js';

const key = functionKey('f', '$LATEST', 1);
const holder = (node: Holder['node'], load: number): Holder => ({ node, load });

describe('the choice among holders', () => {
  const told = ({ load }: Holder): number => load;

  test('is nobody among none, and the only one among one', () => {
    const random = seededRandom(1);
    assert.equal(chooseHolder([], told, random), undefined);
    assert.equal(chooseHolder([holder(nodeB, 100)], told, random), nodeB);
  });

  test('never takes the most loaded of three, and takes the other two about 2 : 1', () => {
    const random = seededRandom(2);
    const counts = new Map<string, number>();
    const holders = [holder(nodeB, 0), holder(nodeC, 50), holder(nodeD, 100)];
    for (let turn = 0; turn < 3000; turn++) {
      const node = chooseHolder(holders, told, random) ?? '';
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    assert.equal(counts.get(nodeD), undefined);
    assert.ok(Math.abs((counts.get(nodeB) ?? 0) - 2000) < 150, String(counts.get(nodeB)));
  });

  test('is even among equals', () => {
    const random = seededRandom(3);
    const counts = new Map<string, number>();
    const holders = [nodeB, nodeC, nodeD].map((node) => holder(node, 25));
    for (let turn = 0; turn < 3000; turn++) {
      const node = chooseHolder(holders, told, random) ?? '';
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    for (const node of [nodeB, nodeC, nodeD]) {
      assert.ok(Math.abs((counts.get(node) ?? 0) - 1000) < 150, String(counts.get(node)));
    }
  });
});

describe('the memory of who is warm', () => {
  test('keeps holders for a second and "nobody" for a quarter, from the first moment of the clock on', () => {
    const clock = new SimulatedClock();
    const cache = new WarmCache(clock);
    const other = functionKey('g', '$LATEST', 1);
    cache.put(key, [holder(nodeB, 0)]);
    cache.put(other, []);
    assert.deepEqual([cache.get(key)?.length, cache.get(other)?.length], [1, 0]);
    clock.advance(251);
    assert.deepEqual([cache.get(key)?.length, cache.get(other)], [1, undefined]);
    clock.advance(750);
    assert.equal(cache.get(key), undefined);
  });

  test('is corrected in place, for those too who already hold the entry, and lives no longer for it', () => {
    const clock = new SimulatedClock();
    const cache = new WarmCache(clock);
    const entry = cache.put(key, [holder(nodeB, 0), holder(nodeC, 0)]);
    clock.advance(900);
    cache.busy(key, nodeB);
    cache.gone(key, nodeC);
    assert.deepEqual(entry, [holder(nodeB, 100)]);
    clock.advance(101);
    assert.equal(cache.get(key), undefined);
  });

  test('forgets a function that nobody is left for', () => {
    const cache = new WarmCache(new SimulatedClock());
    cache.put(key, [holder(nodeB, 0)]);
    cache.gone(key, nodeB);
    assert.equal(cache.get(key), undefined);
  });

  test('hears of nodes and functions that it does not know without harm', () => {
    const cache = new WarmCache(new SimulatedClock());
    cache.busy(key, nodeB);
    cache.gone(key, nodeB);
    cache.put(key, []);
    cache.gone(key, nodeB);
    assert.deepEqual(cache.get(key), []);
  });

  test('leaves what it is given as it was', () => {
    const cache = new WarmCache(new SimulatedClock());
    const answer = [holder(nodeB, 0)];
    cache.put(key, answer);
    cache.busy(key, nodeB);
    cache.gone(key, nodeB);
    assert.deepEqual(answer, [holder(nodeB, 0)]);
  });

  test('is bounded: the functions that were not asked for longest go first', () => {
    const cache = new WarmCache(new SimulatedClock());
    const keyOf = (index: number) => functionKey(`f${index}`, '$LATEST', 1);
    for (let index = 0; index <= limits.warmCacheEntriesMax; index++) cache.put(keyOf(index), []);
    assert.equal(cache.get(keyOf(0)), undefined);
    assert.deepEqual(cache.get(keyOf(1)), []);
    const many = Array.from({ length: limits.holdersPerAnswerMax + 5 }, () => holder(nodeB, 0));
    assert.equal(cache.put(key, many).length, limits.holdersPerAnswerMax);
  });
});

describe('a hot function', () => {
  /** Forwards every `ms` from `fromMs` on; the times at which it was to become warm. */
  function forward(hot: HotFunctions, ms: number, fromMs: number, untilMs: number): number[] {
    const told: number[] = [];
    for (let nowMs = fromMs; nowMs < untilMs; nowMs += ms) {
      if (hot.forwarded(key, nowMs)) told.push(nowMs);
    }
    return told;
  }

  test('is told after a second above the threshold, then once a second while it lasts', () => {
    const told = forward(new HotFunctions(20), 40, 0, 4000);
    assert.deepEqual(told, [1000, 2000, 3000]);
  });

  test('is none at or below the threshold', () => {
    assert.deepEqual(forward(new HotFunctions(20), 50, 0, 10_000), []);
    assert.deepEqual(forward(new HotFunctions(20), 500, 0, 10_000), []);
  });

  test('is none for a burst, however large', () => {
    const hot = new HotFunctions(20);
    assert.deepEqual(forward(hot, 0.1, 0, 400), []);
    assert.deepEqual(forward(hot, 100, 500, 5000), []);
  });

  test('cools down at once when it is not forwarded for a second', () => {
    const hot = new HotFunctions(20);
    assert.ok(forward(hot, 10, 0, 3000).length > 0);
    assert.deepEqual(forward(hot, 10, 4500, 5400), []);
  });

  test('is told of apart from others', () => {
    const hot = new HotFunctions(20);
    const other = functionKey('g', '$LATEST', 1);
    for (let nowMs = 0; nowMs < 3000; nowMs += 60) {
      assert.ok(!hot.forwarded(key, nowMs) && !hot.forwarded(other, nowMs));
    }
  });
});

test('requests under way are counted per node until they end', () => {
  const underWay = new UnderWay();
  underWay.begin(nodeB);
  underWay.begin(nodeB);
  underWay.begin(nodeC);
  underWay.end(nodeB);
  underWay.end(nodeC);
  assert.deepEqual([underWay.of(nodeB), underWay.of(nodeC), underWay.of(nodeD)], [1, 0, 0]);
});

test('who takes work is worked out anew for each view, and only then', () => {
  const takers = new Takers();
  const view = viewOf(nodeA, [{ id: nodeB }, { id: nodeC, status: 'left' }]);
  const first = takers.of(view);
  assert.deepEqual([...first], [nodeB]);
  assert.equal(takers.of(view), first);
  assert.deepEqual([...takers.of(viewOf(nodeA, [{ id: nodeC }]))], [nodeC]);
  assert.equal(takers.of(null).size, 0);
});
