/**
 * Whom to end when the node has no place or no memory left: the idle sandbox that is cheapest to lose. That
 * is GreedyDual (Young 1994; Cao and Irani, USENIX Symposium on Internet Technologies and Systems 1997): each
 * sandbox is worth its start, on top of what the last victim was worth when it was used last, so that one that
 * is dear to start outlives cheap ones, but not for ever. With equal starts it is least recently used.
 */
import type { Book } from './book.js';
import type { EndReason } from './effects.js';
import { canLoseIdle, putOff } from './floors.js';
import { isProtected } from './groups.js';
import type { Pool, Slot } from './pool.js';
import { endSlot } from './slots.js';
import { wantsStarts } from './starts.js';

export interface VictimChoice {
  /** For whom there is to be a place; null for nobody, such as the host's memory. */
  readonly asker: Pool | null;
  /** The asker has a right to a place. */
  readonly reserved: boolean;
  /** Also sandboxes that are to be kept, where there are no others. */
  readonly kept: boolean;
}

/** Ends the cheapest idle sandbox. False where there is none to end. */
export function evict(book: Book, choice: VictimChoice, reason: EndReason, nowMs: number): boolean {
  let victim: Slot | undefined;
  let rank = 0;
  for (const pool of book.pools.values()) {
    const [oldest] = pool.idle;
    if (oldest === undefined || pool === choice.asker) continue;
    const its = rankOf(pool, choice);
    if (its === null) continue;
    if (victim === undefined || its < rank || (its === rank && isCheaper(oldest, victim))) {
      victim = oldest;
      rank = its;
    }
  }
  if (victim === undefined) return false;
  const { pool } = victim;
  const { floor } = pool;
  if (floor !== null && !canLoseIdle(pool)) {
    putOff(floor, nowMs);
    book.lacking.add(pool);
  }
  pool.idle.shift();
  book.inflation = Math.max(book.inflation, victim.priority);
  endSlot(book, victim, reason);
  // who had it, and waited only for the share of the function, waits for a start now
  if (wantsStarts(pool) > 0) book.wanting.add(pool);
  return true;
}

/** Lower goes first; null may not go. */
function rankOf(pool: Pool, { asker, reserved, kept }: VictimChoice): number | null {
  if (!canLoseIdle(pool)) return kept ? 2 : null;
  if (asker === null || !isProtected(pool.group)) return 0;
  // another's right: of no use to who has none, for the place would still be kept free
  return reserved ? 1 : null;
}

function isCheaper(one: Slot, other: Slot): boolean {
  if (one.priority !== other.priority) return one.priority < other.priority;
  return one.idleSinceMs < other.idleSinceMs;
}
