/** What the pools tell of themselves to whoever decides where a request runs, or what is to be kept. */
import { limits } from '../types/index.js';
import type { Book } from './book.js';
import { roomOf, unusedSlotsOf } from './groups.js';
import { freshStarts, type Pool, type PoolStats } from './pool.js';

/** One version's sandboxes and waiting requests on this node. */
export interface PoolFigures extends PoolStats {
  /** As many as `keep` has asked for in all. */
  readonly kept: number;
}

/** A version that runs here. */
export interface InUse {
  readonly functionName: string;
  readonly version: string;
  readonly sandboxes: number;
}

/** Those of the present revision. */
export function figuresOf(pool: Pool): PoolFigures {
  const { idle, busy, busyStale, waiters, floor } = pool;
  return {
    idle: idle.length,
    busy: busy - busyStale,
    starting: freshStarts(pool),
    waiting: waiters.size,
    kept: floor?.total ?? 0,
  };
}

/** Sandboxes of the present revision that run something, or did so not long ago: so many the load needs. */
export function usedSince({ busy, busyStale, idle }: Pool, sinceMs: number): number {
  return busy - busyStale + idle.filter(({ idleSinceMs }) => idleSinceMs >= sinceMs).length;
}

/** True where a request that nobody has a sandbox for would be started for here, or wait in a bearable queue. */
export function hasRoom(book: Book, functionName: string, memoryMb: number): boolean {
  const { groups, memory, slots, waiting } = book;
  const { sandboxesMax } = book.limits;
  const group = groups.get(functionName);
  if (group !== undefined && roomOf(group) === 0) return false;
  if (waiting.size >= limits.waitersPerFunctionMax) return false;
  if (!memory.fits(memoryMb)) return false;
  const entitled = group !== undefined && unusedSlotsOf(group) > 0;
  if (slots.size + (entitled ? 0 : groups.unusedSlots) < sandboxesMax) return true;
  for (const { idle } of book.pools.values()) if (idle.length > 0) return true;
  return false;
}
