/** The pool of a function version as it is now: made when it is first asked for, renewed when the version was changed. */
import type { Book } from './book.js';
import { type FloorWish, floorOf } from './floors.js';
import { plan } from './planner.js';
import { newPool, type Pool, type PoolSpec } from './pool.js';
import { endSlot, makeStale, tell } from './slots.js';
import { tellCold } from './told.js';

/** A higher revision than seen before makes the version's older sandboxes stale. */
export function poolOf(book: Book, spec: PoolSpec, nowMs: number): Pool {
  const { pools, groups, history } = book;
  const present = pools.get(spec.name);
  if (present !== undefined) {
    if (spec.revision > present.spec.revision) renew(book, present, spec, nowMs);
    // who waited for the old revision may have been refused just now, and nothing is left of it
    if (pools.get(spec.name) === present) return present;
  }
  const group = groups.of(spec.functionName);
  groups.setConcurrency(group, spec.concurrency);
  const pool = newPool(spec, group, history.of(spec.name, spec.functionName));
  pools.set(spec.name, pool);
  group.pools.add(pool);
  return pool;
}

/** Idle sandboxes end, busy ones when they finish, those to come when they are there. */
export function makeAllStale(book: Book, pool: Pool): void {
  for (const slot of pool.idle.splice(0)) endSlot(book, slot, 'stale');
  pool.discouraged = 0;
  for (const slot of pool.slots) if (!slot.stale) makeStale(slot);
  tell(book, tellCold(pool));
}

export function setFloor(book: Book, pool: Pool, wish: FloorWish): void {
  const before = pool.floor === null ? 0 : pool.floor.total + pool.floor.spare;
  pool.floor = floorOf(wish, pool.floor);
  book.floorSlots += wish.total + wish.spare - before;
}

function renew(book: Book, pool: Pool, spec: PoolSpec, nowMs: number): void {
  makeAllStale(book, pool);
  pool.spec = spec;
  book.groups.setConcurrency(pool.group, spec.concurrency);
  // who waits already has lost the sandboxes that were to come, whoever it is that tells of the change
  plan(book, pool, nowMs);
}
