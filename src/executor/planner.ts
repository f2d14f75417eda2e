/**
 * Who gets the next starts. Pools with waiters first, one start each in turn; then, with nobody waiting for one,
 * what is started ahead of requests. A start needs a place on the node that is not kept for a function with a
 * share, and memory; for want of either the cheapest idle sandbox of another function is ended.
 */
import type { Book } from './book.js';
import type { RefusalReason } from './effects.js';
import { wantsAhead } from './floors.js';
import { isProtected, roomOf, unusedSlotsOf } from './groups.js';
import { hasServers, isEmpty, liveCount, type Pool, type Slot, type Ticket } from './pool.js';
import { endSlot, leaveBusy, makeStale, startSlot, tell } from './slots.js';
import { memoryMbOf, retryAfterSOf, wantsStarts } from './starts.js';
import { tellCold } from './told.js';
import { evict } from './victims.js';

/** A function without any sandbox gets one of a function that has just this one when it has waited so long. */
const starvedMs = 1000;
/** Of the pools that cannot get a start now, how many are looked at each time: the first in turn. */
const blockedMax = 16;

/** After anything of a pool has changed. */
export function plan(book: Book, changed: Pool, nowMs: number): void {
  noteWishes(book, changed);
  planAll(book, nowMs);
}

/** The first half of `plan`: after many have changed, `planAll` is called once. */
export function noteWishes(book: Book, changed: Pool): void {
  if (!hasServers(changed) || changed.waiters.size === 0) changed.discouraged = 0;
  if (wantsStarts(changed) > 0) book.wanting.add(changed);
  else book.wanting.delete(changed);
  if (wantsAhead(changed) > 0) book.lacking.add(changed);
  else book.lacking.delete(changed);
}

export function planAll(book: Book, nowMs: number): void {
  book.owed.count = 0;
  if (book.wanting.size > 0) startForWaiters(book, nowMs);
  if (book.wanting.size === 0 && book.lacking.size > 0) startAhead(book, nowMs);
}

/** After something of a pool has gone: its waiters may need a start, or the pool may be empty. */
export function settle(book: Book, pool: Pool, nowMs: number): void {
  plan(book, pool, nowMs);
  dropIfEmpty(book, pool);
}

export function dropIfEmpty(book: Book, pool: Pool): void {
  if (!isEmpty(pool) || book.pools.get(pool.spec.name) !== pool) return;
  book.wanting.delete(pool);
  book.lacking.delete(pool);
  book.pools.delete(pool.spec.name);
  book.groups.leave(pool);
}

/** What a start of the pool lacks now; null where nothing. */
export function lackOf(book: Book, pool: Pool): 'place' | 'memory' | null {
  const keptFree = isEntitled(pool) ? 0 : book.groups.unusedSlots;
  if (book.slots.size + keptFree >= book.limits.sandboxesMax) return 'place';
  return book.memory.fits(memoryMbOf(pool)) ? null : 'memory';
}

export function refuse(book: Book, pool: Pool, ticket: Ticket, reason: RefusalReason): void {
  book.counters.refusals[reason]++;
  const atShare = roomOf(pool.group) === 0;
  const retryAfterS = retryAfterSOf(pool);
  book.effects.push({ kind: 'refuse', ticket, reason, atShare, retryAfterS });
}

/** Refuses all that wait in the pool. */
export function refuseAll(book: Book, pool: Pool, reason: RefusalReason): void {
  for (const tickets of [pool.waiters, pool.pings]) {
    for (const ticket of tickets.keys()) {
      book.waiting.delete(ticket);
      refuse(book, pool, ticket, reason);
    }
    tickets.clear();
  }
}

/**
 * Where functions wait for a place in vain: a busy sandbox of a function that has others, or has had its for
 * long, is given up when what it runs is done. True where the sandbox is on its way out.
 */
export function yieldPlace(book: Book, slot: Slot, nowMs: number): boolean {
  const { owed } = book;
  const { pool } = slot;
  if (owed.count === 0 || pool.waiters.size === 0 || pool.floor !== null) return false;
  if (isProtected(pool.group)) return false;
  if (liveCount(pool) < 2 && !owed.reserved && owed.sinceMs + starvedMs > nowMs) return false;
  owed.count--;
  // its next turn comes after those of the others
  book.wanting.delete(pool);
  makeStale(slot);
  if (slot.running === 0) {
    leaveBusy(slot);
    endSlot(book, slot, 'yielded');
  } else {
    book.effects.push({ kind: 'yield', sandbox: slot.number });
  }
  tell(book, tellCold(pool));
  return true;
}

function startForWaiters(book: Book, nowMs: number): void {
  const { wanting, owed, limits } = book;
  let blocked = 0;
  let hopeless = false;
  for (const pool of wanting) {
    if (book.starting >= limits.startsMax || blocked >= blockedMax) break;
    const lack = wantsStarts(pool) > 0 ? lackOf(book, pool) : null;
    if (lack === null) {
      // its next turn comes after those of the others
      wanting.delete(pool);
      if (wantsStarts(pool) <= 0) continue;
      startSlot(book, pool, 'request', null, nowMs);
      if (wantsStarts(pool) > 0) wanting.add(pool);
      continue;
    }
    blocked++;
    const kept = book.groups.unusedSlots > 0;
    if (hopeless && lack === 'place' && !kept && book.floorSlots < limits.sandboxesMax) {
      noteOwed(book, pool, nowMs);
      continue;
    }
    if (!makeRoom(book, pool, lack, nowMs)) {
      hopeless = true;
      noteOwed(book, pool, nowMs);
    } else if (!kept) {
      // what this one lacks the others lack as well, unless places are kept for some
      break;
    }
  }
  owed.count = Math.max(0, owed.count - book.ending);
}

/** True where there will be room, or nobody waits for it any more. */
function makeRoom(book: Book, pool: Pool, lack: 'place' | 'memory', nowMs: number): boolean {
  const { limits, memory } = book;
  const demand = Math.min(book.wanting.size, limits.startsMax - book.starting);
  const comes = lack === 'place' ? book.ending >= demand : memory.willFit(memoryMbOf(pool));
  if (comes) return true;
  const kept = book.floorSlots >= limits.sandboxesMax && !hasServers(pool);
  const choice = { asker: pool, reserved: isEntitled(pool), kept };
  if (evict(book, choice, lack === 'place' ? 'room' : 'memory', nowMs)) return true;
  if (lack === 'memory' && !hasServers(pool) && nothingMoves(book)) {
    refuseAll(book, pool, 'no-memory');
    book.wanting.delete(pool);
    dropIfEmpty(book, pool);
    return true;
  }
  return false;
}

function noteOwed({ owed }: Book, pool: Pool, nowMs: number): void {
  const reserved = isEntitled(pool);
  if (!reserved && hasServers(pool)) return;
  const [sinceMs = nowMs] = pool.waiters.values();
  owed.sinceMs = owed.count === 0 ? sinceMs : Math.min(owed.sinceMs, sinceMs);
  owed.reserved = reserved || (owed.count > 0 && owed.reserved);
  owed.count++;
}

function startAhead(book: Book, nowMs: number): void {
  // one is left for who may come meanwhile
  const startsMax = Math.max(1, book.limits.startsMax - 1);
  const later: Pool[] = [];
  for (const pool of book.lacking) {
    if (book.starting >= startsMax) break;
    book.lacking.delete(pool);
    if (wantsAhead(pool) <= 0) continue;
    const [ping] = pool.pings.keys();
    const { floor } = pool;
    const lack = lackOf(book, pool);
    if (ping === undefined && floor !== null && floor.retryAtMs > nowMs) {
      later.push(pool);
    } else if (lack === null) {
      if (ping !== undefined) {
        pool.pings.delete(ping);
        book.waiting.delete(ping);
      }
      startSlot(book, pool, ping === undefined ? 'floor' : 'ahead', ping ?? null, nowMs);
      if (wantsAhead(pool) > 0) book.lacking.add(pool);
    } else {
      later.push(pool);
      const choice = { asker: pool, reserved: isEntitled(pool), kept: false };
      if (book.ending === 0) evict(book, choice, lack === 'place' ? 'room' : 'memory', nowMs);
    }
  }
  for (const pool of later) book.lacking.add(pool);
}

/** The pool's function has not got all the places that are kept for it. */
function isEntitled({ group }: Pool): boolean {
  return unusedSlotsOf(group) > 0;
}

/** Nothing runs, comes or goes: no memory will come free by itself. */
function nothingMoves(book: Book): boolean {
  if (book.starting > 0 || book.ending > 0) return false;
  for (const { state } of book.slots.values()) if (state !== 'idle') return false;
  return true;
}
