/** One function's sandboxes and waiting requests, as counts and lists, and what follows from them. */
import type { Told } from './told.js';

/** Numbers a sandbox from the request to start it until nothing is left of it. */
export type SandboxNumber = number;
/** Numbers a request; the actor chooses it. */
export type Ticket = number;

export type SlotState = 'starting' | 'idle' | 'busy' | 'ending';

export interface Slot {
  readonly number: SandboxNumber;
  readonly pool: Pool;
  state: SlotState;
  /** Made for code or settings that are no more: takes no further request. */
  stale: boolean;
  idleSinceMs: number;
}

export interface Pool {
  /** With `:VERSION` behind it where it is the pool of a published version. */
  readonly functionName: string;
  revision: number;
  /** A stack: the last is the most recently used, the first the least. */
  readonly idle: Slot[];
  busy: number;
  starting: number;
  /** Of `starting`, those that a change made useless. */
  startingStale: number;
  /** Of `busy`, likewise. */
  busyStale: number;
  ending: number;
  /** In the order of arrival, with the time of arrival. */
  readonly waiters: Map<Ticket, number>;
  /** Failed starts since the last good one: that many waiters are not started for again. */
  discouraged: number;
  /** What was last said of it to others; null where it is not warm as far as they know. */
  told: Told | null;
}

export interface PoolStats {
  readonly idle: number;
  readonly busy: number;
  readonly starting: number;
  readonly waiting: number;
}

export function newPool(functionName: string, revision: number): Pool {
  return {
    functionName,
    revision,
    idle: [],
    busy: 0,
    starting: 0,
    startingStale: 0,
    busyStale: 0,
    ending: 0,
    waiters: new Map(),
    discouraged: 0,
    told: null,
  };
}

export function statsOf({ idle, busy, starting, waiters }: Pool): PoolStats {
  return { idle: idle.length, busy, starting, waiting: waiters.size };
}

/** Nothing is in it and nobody waits for it. */
export function isEmpty({ idle, busy, starting, ending, waiters }: Pool): boolean {
  return idle.length + busy + starting + ending + waiters.size === 0;
}

/** Sandboxes of the present revision that run something or could. */
export function liveCount({ idle, busy, busyStale }: Pool): number {
  return idle.length + busy - busyStale;
}

/** Sandboxes that may still serve a waiter of the pool. */
export function hasServers(pool: Pool): boolean {
  return pool.busy > pool.busyStale || pool.starting > pool.startingStale;
}

/** Never more starts under way than waiters. */
export function wantsStarts(pool: Pool): number {
  return pool.waiters.size - (pool.starting - pool.startingStale) - pool.discouraged;
}
