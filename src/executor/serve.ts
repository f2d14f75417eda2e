/** Room that has come goes to who waits, in the order of arrival. */
import type { Book } from './book.js';
import { lacksOf } from './floors.js';
import { type Group, roomOf } from './groups.js';
import { plan } from './planner.js';
import { type Pool, type Slot, takeRoom } from './pool.js';

/**
 * After room has come in the pool, or its function may run more. `made` is the sandbox that is new, if one is:
 * who gets it has waited for a start.
 */
export function serve(book: Book, pool: Pool, made: Slot | null, nowMs: number): void {
  if (pool.group.share !== Number.POSITIVE_INFINITY) serveGroup(book, pool.group, made, nowMs);
  else while (pool.waiters.size > 0 && serveFirst(book, pool, made, nowMs));
}

/** After a sandbox with what it ran is gone: with a share, the function's other sandboxes may run more. */
export function serveOthers(book: Book, { group }: Pool, nowMs: number): void {
  if (group.share !== Number.POSITIVE_INFINITY) serveGroup(book, group, null, nowMs);
}

/** All versions of a function with a share, whoever of those that have room has waited longest first. */
export function serveGroup(book: Book, group: Group, made: Slot | null, nowMs: number): void {
  while (roomOf(group) > 0) {
    let first: Pool | undefined;
    let firstTicket = 0;
    for (const pool of group.pools) {
      if (pool.idle.length + pool.roomy.length === 0) continue;
      const [ticket] = pool.waiters.keys();
      if (ticket === undefined || (first !== undefined && ticket > firstTicket)) continue;
      first = pool;
      firstTicket = ticket;
    }
    if (first === undefined || !serveFirst(book, first, made, nowMs)) break;
  }
  // a version without a sandbox may start one now
  for (const pool of group.pools) {
    if (pool.waiters.size > 0) plan(book, pool, nowMs);
  }
}

function serveFirst(book: Book, pool: Pool, made: Slot | null, nowMs: number): boolean {
  const [first] = pool.waiters;
  if (first === undefined) return false;
  const slot = takeRoom(pool, nowMs);
  if (slot === undefined) return false;
  const [ticket, sinceMs] = first;
  pool.waiters.delete(ticket);
  book.waiting.delete(ticket);
  book.counters.queueWaits++;
  book.counters.queueWaitMs += nowMs - sinceMs;
  const start = slot === made ? 'cold' : 'stolen';
  const { number: sandbox } = slot;
  if (lacksOf(pool) > 0) book.lacking.add(pool);
  book.effects.push({ kind: 'run', ticket, sandbox, start, startedMs: nowMs });
  return true;
}
