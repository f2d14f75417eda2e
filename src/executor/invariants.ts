/** What must be true of the pools after every step, whatever has happened. */
import { strict as assert } from 'node:assert';
import type { Book } from './book.js';
import { wantsAhead } from './floors.js';
import { type Group, roomOf, unusedSlotsOf } from './groups.js';
import { hasServers, liveCount, type Pool, type SlotState } from './pool.js';
import { wantsStarts } from './starts.js';
import { loadOf } from './told.js';

/** Throws where the state contradicts itself. */
export function checkBook(book: Book): void {
  const { slots, limits, pools, waiting, groups } = book;
  assert(slots.size <= limits.sandboxesMax, 'no more sandboxes than the node may have');
  assert(book.starting <= limits.startsMax, 'no more starts than the node may have');
  let waiters = 0;
  let starting = 0;
  let ending = 0;
  for (const [name, pool] of pools) {
    assert.equal(pool.spec.name, name);
    assert.equal(groups.get(pool.spec.functionName), pool.group);
    checkPool(book, pool);
    waiters += pool.waiters.size + pool.pings.size;
    starting += pool.starting;
    ending += pool.ending;
  }
  assert.deepEqual([waiting.size, book.starting, book.ending], [waiters, starting, ending]);
  let unused = 0;
  for (const group of groups.all()) {
    checkGroup(book, group);
    unused += unusedSlotsOf(group);
  }
  assert.equal(groups.unusedSlots, unused);
}

function checkPool(book: Book, pool: Pool): void {
  const { concurrency, queueMax } = pool.spec;
  const all = [...book.slots.values()].filter((slot) => slot.pool === pool);
  const of = (state: SlotState) => all.filter((slot) => slot.state === state);
  const sum = (slots: typeof all) => slots.reduce((total, { running }) => total + running, 0);
  assert.equal(of('idle').length, pool.idle.length);
  assert.equal(of('busy').length, pool.busy);
  assert.equal(of('starting').length, pool.starting);
  assert.equal(of('ending').length, pool.ending);
  assert.equal(all.length - pool.ending, pool.slots.length);
  assert(pool.slots.every(({ state }) => state !== 'ending'));
  const fresh = of('busy').filter(({ stale }) => !stale);
  assert.deepEqual(
    [pool.busy - fresh.length, sum(fresh)],
    [pool.busyStale, pool.running],
    'what no more requests get is counted apart',
  );
  assert(pool.idle.every(({ stale, running }) => !stale && running === 0));
  assert(of('busy').every(({ running }) => running > 0));
  assert(
    fresh.every(({ running }) => running <= concurrency),
    'no more than it may run',
  );
  const roomy = fresh.filter(({ running }) => running < concurrency);
  assert.deepEqual(new Set(pool.roomy), new Set(roomy));
  assert.equal(pool.roomy.length, roomy.length);
  const free = pool.idle.length + pool.roomy.length;
  assert(
    pool.waiters.size === 0 || free === 0 || roomOf(pool.group) === 0,
    'nobody waits beside room that may be used',
  );
  assert(pool.waiters.size <= queueMax && pool.pings.size <= queueMax + book.limits.startsMax);
  const cared = hasServers(pool) || book.wanting.has(pool) || roomOf(pool.group) === 0;
  assert(pool.waiters.size === 0 || cared, 'no waiter is forgotten');
  assert(wantsStarts(pool) <= 0 || book.wanting.has(pool), 'who wants a start has its turn');
  assert(wantsAhead(pool) <= 0 || book.lacking.has(pool), 'no floor is forgotten');
  assert.equal(pool.told?.revision, liveCount(pool) > 0 ? pool.spec.revision : undefined);
  if (liveCount(pool) > 0) assert(loadOf(pool) >= 0 && loadOf(pool) <= 100);
}

function checkGroup(book: Book, group: Group): void {
  let slots = 0;
  let running = 0;
  for (const slot of book.slots.values()) {
    if (slot.pool.group !== group) continue;
    if (slot.state !== 'ending') slots++;
    running += slot.running;
  }
  assert.deepEqual([group.slots, group.running], [slots, running]);
  assert(group.running >= 0);
}
