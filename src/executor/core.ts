/**
 * Competitive consumption, as pure state. A request takes an idle sandbox at once (the last one used:
 * its caches are the warmest), or waits in order; a waiting request takes whichever comes first, a new
 * sandbox or one that another request gives back. A new sandbox that comes late stays as spare: that is
 * how a pool grows to its load.
 *
 * Time is an argument, and what is to be done is left in `effects` for the actor to take. Nothing here
 * allocates on the way of a request that finds an idle sandbox.
 */
import { strict as assert } from 'node:assert';
import { type Book, newBook, type PoolCounters, type PoolsLimits } from './book.js';
import type { Effect } from './effects.js';
import { clearUp, type FloorWish, lacksOf, putOff } from './floors.js';
import { checkBook } from './invariants.js';
import {
  dropIfEmpty,
  lackOf,
  plan,
  planAll,
  refuse,
  refuseAll,
  settle,
  yieldPlace,
} from './planner.js';
import {
  giveRoomBack,
  hasServers,
  liveCount,
  type Pool,
  type PoolSpec,
  type PoolStats,
  type SandboxNumber,
  type Slot,
  statsOf,
  type Ticket,
  takeRoom,
} from './pool.js';
import { makeAllStale, poolOf, setFloor } from './revisions.js';
import { serve, serveGroup, serveOthers } from './serve.js';
import {
  becomeEnding,
  becomeIdle,
  endSlot,
  forget,
  leaveBusy,
  leaveLive,
  leaveStarting,
  startSlot,
  tell,
} from './slots.js';
import { measuredPeak, measuredService, measuredStart } from './starts.js';
import { lookAtAll, tickAll } from './tick.js';
import { tellWarm } from './told.js';
import { figuresOf, hasRoom, type PoolFigures, usedSince } from './views.js';

export type { PoolsLimits } from './book.js';
export type { Effect } from './effects.js';

export class Pools {
  readonly #book: Book;

  constructor(limits: PoolsLimits) {
    this.#book = newBook(limits);
  }

  /** What the actor must do, in order; the actor empties it. */
  get effects(): Effect[] {
    return this.#book.effects;
  }

  get counters(): Readonly<PoolCounters> {
    return this.#book.counters;
  }

  /** Requests that wait, of all functions, and wishes for single sandboxes. */
  get waiting(): number {
    return this.#book.waiting.size;
  }

  /** Memory for new sandboxes, MB; Infinity where the host says nothing. */
  get freeMemoryMb(): number {
    return Math.max(0, this.#book.memory.freeMb);
  }

  /**
   * Room in a sandbox, now taken by the request; or undefined, and the request waits until an effect
   * names its ticket. A higher revision than seen before makes the version's older sandboxes stale.
   */
  acquire(spec: PoolSpec, ticket: Ticket, nowMs: number): SandboxNumber | undefined {
    const pool = poolOf(this.#book, spec, nowMs);
    const slot = takeRoom(pool, nowMs);
    if (slot !== undefined) {
      if (pool.floor !== null && lacksOf(pool) > 0) plan(this.#book, pool, nowMs);
      return slot.number;
    }
    const reason =
      pool.group.share === 0
        ? 'nothing-reserved'
        : pool.waiters.size >= pool.spec.queueMax
          ? 'too-many-waiters'
          : null;
    if (reason !== null) {
      refuse(this.#book, pool, ticket, reason);
      dropIfEmpty(this.#book, pool);
      return undefined;
    }
    if (pool.waiters.size === 0) pool.queuedSinceMs = nowMs;
    pool.waiters.set(ticket, nowMs);
    this.#book.waiting.set(ticket, pool);
    plan(this.#book, pool, nowMs);
    return undefined;
  }

  /**
   * Room in a sandbox of exactly this revision, now taken; or why there is none: all of them are `busy`, the
   * function may run no more here, or it has none. The request does not wait.
   */
  acquireIfIdle(
    name: string,
    revision: number,
    nowMs: number,
  ): SandboxNumber | 'busy' | 'not-here' {
    const pool = this.#book.pools.get(name);
    if (pool === undefined || pool.spec.revision !== revision) return 'not-here';
    const slot = takeRoom(pool, nowMs);
    if (slot === undefined) return liveCount(pool) > 0 ? 'busy' : 'not-here';
    if (pool.floor !== null && lacksOf(pool) > 0) plan(this.#book, pool, nowMs);
    return slot.number;
  }

  /**
   * Starts a sandbox that nobody waits for. False, and nothing is done, where the function has one, ready
   * or to come, or was changed meanwhile, or where the node has no room or others wait for it.
   */
  prewarm(spec: PoolSpec, nowMs: number): boolean {
    const book = this.#book;
    const present = book.pools.get(spec.name);
    if (present !== undefined) {
      if (present.spec.revision > spec.revision) return false;
      if (present.spec.revision === spec.revision && hasServers(present)) return false;
    }
    if (book.wanting.size > 0 || book.starting >= book.limits.startsMax) return false;
    const pool = poolOf(this.#book, spec, nowMs);
    // who waited for the old revision may have a start of the new one by now
    if (hasServers(pool)) return true;
    const lack = book.starting >= book.limits.startsMax || lackOf(book, pool) !== null;
    if (!lack) startSlot(book, pool, 'ahead', null, nowMs);
    settle(book, pool, nowMs);
    return !lack;
  }

  /** Starts a sandbox, whatever there is already; an effect names the ticket when it is there, or why it is not. */
  warmUp(spec: PoolSpec, ticket: Ticket, nowMs: number): void {
    const pool = poolOf(this.#book, spec, nowMs);
    if (pool.pings.size >= pool.spec.queueMax) {
      refuse(this.#book, pool, ticket, 'too-many-waiters');
    } else {
      pool.pings.set(ticket, nowMs);
      this.#book.waiting.set(ticket, pool);
    }
    settle(this.#book, pool, nowMs);
  }

  /** From now on so many sandboxes of the version are kept; a floor of nothing is none. */
  keep(spec: PoolSpec, wish: FloorWish, nowMs: number): void {
    if (wish.total + wish.spare === 0 && !this.#book.pools.has(spec.name)) return;
    const pool = poolOf(this.#book, spec, nowMs);
    setFloor(this.#book, pool, wish);
    settle(this.#book, pool, nowMs);
  }

  /** At most so many invocations of the function run here at a time; null for any number. */
  limit(functionName: string, share: number | null, nowMs: number): void {
    const book = this.#book;
    const group = book.groups.setShare(functionName, share ?? Number.POSITIVE_INFINITY);
    const pools = [...group.pools];
    if (share === 0) for (const pool of pools) refuseAll(book, pool, 'nothing-reserved');
    serveGroup(book, group, null, nowMs);
    for (const pool of pools) settle(book, pool, nowMs);
    planAll(book, nowMs);
  }

  /** A start has succeeded. */
  sandboxReady(number: SandboxNumber, nowMs: number): void {
    const slot = this.#book.slots.get(number);
    if (slot?.state !== 'starting') return;
    const { pool, ping } = slot;
    leaveStarting(this.#book, slot, true);
    if (slot.stale) {
      endSlot(this.#book, slot, 'stale');
      if (ping !== null) this.#askAgain(pool, ping, nowMs);
    } else {
      measuredStart(pool, nowMs - slot.startedMs);
      pool.discouraged = 0;
      becomeIdle(this.#book, slot, nowMs);
      if (ping !== null) this.#book.effects.push({ kind: 'warmed', ticket: ping });
      serve(this.#book, pool, slot, nowMs);
      tell(this.#book, tellWarm(pool, nowMs));
    }
    plan(this.#book, pool, nowMs);
  }

  /** A start has failed: what it was made for fails too, unless other sandboxes can still serve it. */
  startFailed(number: SandboxNumber, error: unknown, nowMs: number): void {
    const slot = this.#book.slots.get(number);
    if (slot?.state !== 'starting') return;
    const { pool, ping } = slot;
    leaveStarting(this.#book, slot, false);
    forget(this.#book, slot);
    if (ping !== null) this.#book.effects.push({ kind: 'fail', ticket: ping, error });
    if (!slot.stale) {
      pool.discouraged++;
      if (pool.floor !== null) putOff(pool.floor, nowMs);
      if (!hasServers(pool)) {
        for (const ticket of pool.waiters.keys()) {
          this.#book.waiting.delete(ticket);
          this.#book.effects.push({ kind: 'fail', ticket, error });
        }
        pool.waiters.clear();
      }
    }
    settle(this.#book, pool, nowMs);
  }

  /**
   * A request that took its place at `startedMs` has given it back; the most memory that its sandbox has used
   * so far, 0 where nobody knows.
   */
  released(number: SandboxNumber, startedMs: number, nowMs: number, peakBytes = 0): void {
    const book = this.#book;
    const slot = book.slots.get(number);
    if (slot?.state !== 'busy') return;
    const { pool } = slot;
    giveRoomBack(slot, startedMs);
    if (!slot.stale) {
      measuredService(pool, nowMs - startedMs, nowMs);
      if (peakBytes > 0) measuredPeak(pool, peakBytes);
      if (pool.floor !== null) clearUp(pool.floor);
      if (!yieldPlace(book, slot, nowMs)) {
        if (slot.running === 0) {
          pool.busy--;
          becomeIdle(book, slot, nowMs);
        }
        serve(book, pool, null, nowMs);
        if (book.wanting.size + book.lacking.size + pool.waiters.size > 0) plan(book, pool, nowMs);
        return;
      }
    } else if (slot.running === 0) {
      leaveBusy(slot);
      endSlot(book, slot, 'stale');
    }
    serve(book, pool, null, nowMs);
    settle(book, pool, nowMs);
  }

  /** Nothing is left of a sandbox, for whatever reason. */
  ended(number: SandboxNumber, nowMs: number): void {
    const slot = this.#book.slots.get(number);
    if (slot === undefined) return;
    const { pool } = slot;
    assert(slot.state !== 'starting', 'a start is ready or has failed before it ends');
    if (slot.state !== 'ending') this.#lose(slot, nowMs);
    forget(this.#book, slot);
    settle(this.#book, pool, nowMs);
  }

  /** A sandbox takes no more calls, though something of it may still be there: `ended` follows. */
  dying(number: SandboxNumber, nowMs: number): void {
    const slot = this.#book.slots.get(number);
    if (slot === undefined || slot.state === 'ending' || slot.state === 'starting') return;
    this.#lose(slot, nowMs);
    settle(this.#book, slot.pool, nowMs);
  }

  /** The caller of a waiting request has gone away. */
  waiterCancelled(ticket: Ticket, nowMs: number): void {
    const pool = this.#book.waiting.get(ticket);
    if (pool === undefined) return;
    this.#book.waiting.delete(ticket);
    pool.waiters.delete(ticket);
    pool.pings.delete(ticket);
    settle(this.#book, pool, nowMs);
  }

  /**
   * The version was changed or deleted: no request gets one of its present sandboxes any more, and nothing is
   * kept of it until that is wished again.
   */
  retire(name: string, nowMs: number): void {
    const pool = this.#book.pools.get(name);
    if (pool === undefined) return;
    setFloor(this.#book, pool, { total: 0, spare: 0 });
    makeAllStale(this.#book, pool);
    settle(this.#book, pool, nowMs);
  }

  /** A reading of the host's memory. */
  memoryRead(availableMb: number, reserveMb: number): void {
    this.#book.memory.read(availableMb, reserveMb);
  }

  /** To be called now and then, and more often while somebody waits: deadlines and the reserve are seen to. */
  tick(nowMs: number): void {
    tickAll(this.#book, nowMs);
  }

  /**
   * As often, when all that had ended by `heardMs` was told: how long invocations run and queues last is seen to.
   * `spare` where more sandboxes could get something done.
   */
  look(heardMs: number, nowMs: number, spare: boolean): void {
    lookAtAll(this.#book, heardMs, nowMs, spare);
  }

  /** True where a request that nobody has a sandbox for would be started for here, or wait in a bearable queue. */
  hasRoom(functionName: string, memoryMb: number): boolean {
    return hasRoom(this.#book, functionName, memoryMb);
  }

  /** True while the version has a sandbox or a waiter here, or is to have one. */
  has(name: string): boolean {
    return this.#book.pools.has(name);
  }

  /** Of exactly this revision; undefined where the node has nothing of it. */
  figures(name: string, revision: number): PoolFigures | undefined {
    const pool = this.#book.pools.get(name);
    return pool?.spec.revision === revision ? figuresOf(pool) : undefined;
  }

  /** Sandboxes used since then, by pool; only those that have any. */
  usedSince(sinceMs: number): Map<string, number> {
    const used = new Map<string, number>();
    for (const [name, pool] of this.#book.pools) {
      const sandboxes = usedSince(pool, sinceMs);
      if (sandboxes > 0) used.set(name, sandboxes);
    }
    return used;
  }

  stats(): Map<string, PoolStats> {
    const stats = new Map<string, PoolStats>();
    for (const [name, pool] of this.#book.pools) stats.set(name, statsOf(pool));
    return stats;
  }

  /** Throws where the state contradicts itself: called after every step by tests and the simulator. */
  invariants(): void {
    checkBook(this.#book);
  }

  /** An idle or busy sandbox is gone by itself. */
  #lose(slot: Slot, nowMs: number): void {
    const { pool } = slot;
    const { floor } = pool;
    // one that nobody has used since the last trouble does not get better by being made again at once
    if (floor !== null && slot.state === 'idle') putOff(floor, nowMs);
    leaveLive(slot);
    becomeEnding(this.#book, slot);
    serveOthers(this.#book, pool, nowMs);
  }

  #askAgain(pool: Pool, ping: Ticket, nowMs: number): void {
    pool.pings.set(ping, nowMs);
    this.#book.waiting.set(ping, pool);
  }
}
