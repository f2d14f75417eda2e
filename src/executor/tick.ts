/** What only time brings about: idle sandboxes end, waits, ages and loads are looked at, memory is won back. */
import type { Book } from './book.js';
import { canLoseIdle } from './floors.js';
import { dropIfEmpty, noteWishes, planAll, refuse } from './planner.js';
import type { Pool } from './pool.js';
import { endSlot, tell } from './slots.js';
import { lasts, noteAges } from './starts.js';
import { tellLoad } from './told.js';
import { evict } from './victims.js';

export function tickAll(book: Book, nowMs: number): void {
  for (const pool of book.pools.values()) {
    endIdle(book, pool, nowMs);
    refuseLate(book, pool, nowMs);
    tell(book, tellLoad(pool, nowMs));
    noteWishes(book, pool);
    dropIfEmpty(book, pool);
  }
  planAll(book, nowMs);
  if (book.memory.short) {
    evict(book, { asker: null, reserved: false, kept: true }, 'memory', nowMs);
  }
}

/** What had ended by `heardMs` was told. */
export function lookAtAll(book: Book, heardMs: number, nowMs: number, spare: boolean): void {
  for (const pool of book.pools.values()) {
    if (pool.busy + pool.medianAgeMs === 0) continue;
    noteAges(pool, heardMs, nowMs);
    pool.lasting = spare && lasts(pool, nowMs);
    noteWishes(book, pool);
  }
  planAll(book, nowMs);
}

function endIdle(book: Book, pool: Pool, nowMs: number): void {
  for (let slot = pool.idle[0]; slot !== undefined; slot = pool.idle[0]) {
    if (slot.idleSinceMs + book.limits.sandboxIdleMs > nowMs || !canLoseIdle(pool)) return;
    pool.idle.shift();
    endSlot(book, slot, 'idle');
  }
}

function refuseLate(book: Book, pool: Pool, nowMs: number): void {
  for (const waiters of [pool.waiters, pool.pings]) {
    for (const [ticket, sinceMs] of waiters) {
      if (sinceMs + pool.spec.queueWaitMs > nowMs) break;
      waiters.delete(ticket);
      book.waiting.delete(ticket);
      refuse(book, pool, ticket, 'waited-too-long');
    }
  }
}
