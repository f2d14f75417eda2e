/**
 * One function version's sandboxes and waiting requests, as counts and lists, and what follows from them. A
 * sandbox that runs something and has room for more is taken before an idle one, so that the idle one can freeze.
 */
import type { Floor } from './floors.js';
import type { Group } from './groups.js';
import type { Estimates } from './starts.js';
import type { Told } from './told.js';

/** Numbers a sandbox from the request to start it until nothing is left of it. */
export type SandboxNumber = number;
/** Numbers a request, or a wish for a sandbox; the actor chooses it. */
export type Ticket = number;

export type SlotState = 'starting' | 'idle' | 'busy' | 'ending';

/** `request`: somebody waits. `ahead`: somebody may come. `floor`: so many are to be kept. */
export type StartReason = 'request' | 'ahead' | 'floor';

/** What the pools know of a function version: the newest revision that they were told of counts. */
export interface PoolSpec {
  /** The function's, with `:VERSION` behind it where it is the pool of a published version. */
  readonly name: string;
  readonly functionName: string;
  readonly revision: number;
  /** Invocations that one sandbox runs at the same time. */
  readonly concurrency: number;
  /** Requests that may wait; at least 1, for the first one waits as well. */
  readonly queueMax: number;
  readonly queueWaitMs: number;
  readonly memoryMb: number;
}

export interface Slot {
  readonly number: SandboxNumber;
  readonly pool: Pool;
  readonly why: StartReason;
  /** Who is to be told when it is there; null where nobody asked for just this one. */
  readonly ping: Ticket | null;
  readonly startedMs: number;
  /** What it was, or is, expected to take of the host's memory. */
  readonly memoryMb: number;
  state: SlotState;
  /** Made for code or settings that are no more, or in the way of others: takes no further request. */
  stale: boolean;
  /** Invocations that it runs now. */
  running: number;
  /** The sum of the times at which these began: their mean age follows from it. */
  startedSumMs: number;
  /** What that sum was at the last look, and since which look. */
  seenSumMs: number;
  seenMs: number;
  idleSinceMs: number;
  /** What its loss would cost, as GreedyDual counts. */
  priority: number;
}

export interface Pool {
  spec: PoolSpec;
  readonly group: Group;
  /** All that are not `ending`. */
  readonly slots: Slot[];
  /** A stack: the last is the most recently used, the first the least. */
  readonly idle: Slot[];
  /** Run something and have room for more; the last is taken first. Empty where a sandbox runs one at a time. */
  readonly roomy: Slot[];
  busy: number;
  /** Of `busy`, those that take no more. */
  busyStale: number;
  starting: number;
  startingStale: number;
  ending: number;
  /** Invocations in busy sandboxes that are not stale. */
  running: number;
  /** In the order of arrival, with the time of arrival. */
  readonly waiters: Map<Ticket, number>;
  /** Sandboxes asked for one by one that no start is under way for, with the time of asking. */
  readonly pings: Map<Ticket, number>;
  /** Failed starts since the last good one: that many waiters are not started for again. */
  discouraged: number;
  /** The median age of what its sandboxes run, as of the last look. */
  medianAgeMs: number;
  /** Since when there was somebody in the queue all the time. */
  queuedSinceMs: number;
  /** The queue is there longer than it takes to drain, and more sandboxes could get something done. */
  lasting: boolean;
  readonly estimates: Estimates;
  floor: Floor | null;
  /** What was last said of it to others; null where it is not warm as far as they know. */
  told: Told | null;
}

export interface PoolStats {
  readonly idle: number;
  readonly busy: number;
  readonly starting: number;
  readonly waiting: number;
}

export function newPool(spec: PoolSpec, group: Group, estimates: Estimates): Pool {
  return {
    spec,
    group,
    slots: [],
    idle: [],
    roomy: [],
    busy: 0,
    busyStale: 0,
    starting: 0,
    startingStale: 0,
    ending: 0,
    running: 0,
    waiters: new Map(),
    pings: new Map(),
    discouraged: 0,
    medianAgeMs: 0,
    queuedSinceMs: 0,
    lasting: false,
    estimates,
    floor: null,
    told: null,
  };
}

/** Room for one more request in a sandbox, taken; undefined where there is none or the function may run no more. */
export function takeRoom(pool: Pool, nowMs: number): Slot | undefined {
  const { group, roomy } = pool;
  if (group.running >= group.share) return undefined;
  const { concurrency } = pool.spec;
  let slot = roomy.length === 0 ? undefined : roomy[roomy.length - 1];
  if (slot === undefined) {
    slot = pool.idle.pop();
    if (slot === undefined) return undefined;
    slot.state = 'busy';
    pool.busy++;
    if (concurrency > 1) roomy.push(slot);
  } else if (slot.running + 1 === concurrency) {
    roomy.pop();
  }
  slot.running++;
  slot.startedSumMs += nowMs;
  pool.running++;
  group.running++;
  return slot;
}

/** Takes an invocation that began at `startedMs` out of a busy sandbox's counts. */
export function giveRoomBack(slot: Slot, startedMs: number): void {
  const { pool } = slot;
  pool.group.running--;
  slot.running--;
  slot.startedSumMs = slot.running === 0 ? 0 : slot.startedSumMs - startedMs;
  if (slot.stale) return;
  pool.running--;
  if (pool.spec.concurrency === 1) return;
  if (slot.running === 0) remove(pool.roomy, slot);
  else if (slot.running === pool.spec.concurrency - 1) pool.roomy.push(slot);
}

export function statsOf({ idle, busy, starting, waiters }: Pool): PoolStats {
  return { idle: idle.length, busy, starting, waiting: waiters.size };
}

/** Nothing is in it, nobody waits for it, and nothing is to be kept in it. */
export function isEmpty({ slots, ending, waiters, pings, floor }: Pool): boolean {
  return slots.length + ending + waiters.size + pings.size === 0 && floor === null;
}

/** Sandboxes of the present revision that run something or could. */
export function liveCount({ idle, busy, busyStale }: Pool): number {
  return idle.length + busy - busyStale;
}

/** Starts under way of the present revision. */
export function freshStarts({ starting, startingStale }: Pool): number {
  return starting - startingStale;
}

/** Sandboxes that may still serve a waiter of the pool. */
export function hasServers(pool: Pool): boolean {
  return liveCount(pool) + freshStarts(pool) > 0;
}

export function remove<Item>(items: Item[], item: Item): void {
  const index = items.indexOf(item);
  if (index >= 0) items.splice(index, 1);
}
