import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock } from '../../src/lib/index.js';
import { newCounters } from '../../src/routing/counters.js';
import { Lookups } from '../../src/routing/lookups.js';
import { WarmCache } from '../../src/routing/warm-cache.js';
import { functionKey, type Holder, limits } from '../../src/types/index.js';
import { invocationOf, later, makeRouter, nodeB, recordOf, settle } from './fixture.js';

const holders: Holder[] = [{ node: nodeB, load: 0 }];

test('requests for one function share one lookup', async () => {
  const answer = later<Holder[]>();
  const { router, done } = makeRouter({ lookup: () => answer.promise });
  const invoked = [1, 2, 3].map(() => router.invoke(invocationOf()));
  assert.equal(done(), 'lookup f:$LATEST@7');
  answer.resolve(holders);
  await Promise.all(invoked);
  assert.equal(done(), 'forward b, forward b, forward b');
  assert.equal(router.counters().lookups.asked, 1);
});

test('a control thread that stands still costs a request 50 ms and a tick, and later ones nothing', async () => {
  const { router, done, clock } = makeRouter({ lookup: () => new Promise(() => {}) });
  const invoked = router.invoke(invocationOf());
  await settle();
  clock.advance(49);
  await settle();
  assert.equal(done(), 'lookup f:$LATEST@7');
  clock.advance(21);
  await invoked;
  assert.equal(done(), 'run');
  await router.invoke(invocationOf());
  assert.equal(done(), 'run');
  const { lookups } = router.counters();
  assert.deepEqual([lookups.unanswered, lookups.nobody], [1, 1]);
});

test('a lookup that nobody answers, or that fails, counts as nobody', async () => {
  for (const lookup of [async () => null, () => Promise.reject(new Error('broken'))]) {
    const { router, done } = makeRouter({ lookup });
    await router.invoke(invocationOf());
    await router.invoke(invocationOf());
    assert.equal(done(), 'lookup f:$LATEST@7, run, run');
    assert.equal(router.counters().lookups.unanswered, 1);
  }
});

test('an answer that comes after the deadline is not used', async () => {
  const answer = later<Holder[]>();
  const { router, done, clock } = makeRouter({ lookup: () => answer.promise });
  const invoked = router.invoke(invocationOf());
  clock.advance(100);
  await invoked;
  answer.resolve(holders);
  await settle();
  done();
  await router.invoke(invocationOf());
  assert.equal(done(), 'run');
});

test('a lookup that is answered leaves no timer behind after the next tick', async () => {
  let timers = 0;
  class CountingClock extends SimulatedClock {
    override every(intervalMs: number, callback: () => void): () => void {
      const cancel = super.every(intervalMs, callback);
      timers++;
      return () => {
        cancel();
        timers--;
      };
    }
  }
  const clock = new CountingClock();
  const lookups = new Lookups({
    clock,
    cache: new WarmCache(clock),
    counters: newCounters(),
    lookup: async () => holders,
  });
  await lookups.ask(functionKey('f', '$LATEST', 7), undefined);
  assert.equal(timers, 1);
  clock.advance(10);
  assert.equal(timers, 0);
});

test('lookups without an answer are bounded: beyond, requests run here unasked until one is answered', async () => {
  const records = new Map(
    Array.from({ length: limits.lookupsPendingMax + 2 }, (_, index) => {
      return [`f${index}`, recordOf({ name: `f${index}` })] as const;
    }),
  );
  const first = later<null>();
  const firstKey = functionKey('f0', '$LATEST', 7);
  const { router, done, clock } = makeRouter({
    records,
    lookup: (key) => (key === firstKey ? first.promise : new Promise(() => {})),
  });
  const call = (index: number) => router.invoke(invocationOf({ functionName: `f${index}` }));
  const waiting = Array.from({ length: limits.lookupsPendingMax }, (_, index) => call(index));
  done();
  await call(limits.lookupsPendingMax);
  assert.equal(done(), 'run');
  assert.equal(router.counters().lookups.refused, 1);
  // requests stop waiting at the deadline; the control thread has the questions all the same
  clock.advance(100);
  await Promise.all(waiting);
  done();
  await call(limits.lookupsPendingMax);
  assert.equal(done(), 'run');
  first.resolve(null);
  await settle();
  void call(limits.lookupsPendingMax + 1);
  assert.equal(done(), `lookup f${limits.lookupsPendingMax + 1}:$LATEST@7`);
});
