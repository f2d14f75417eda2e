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
import {
  hasServers,
  isEmpty,
  liveCount,
  newPool,
  type Pool,
  type PoolStats,
  type SandboxNumber,
  type Slot,
  type SlotState,
  statsOf,
  type Ticket,
  wantsStarts,
} from './pool.js';
import { type PoolClaim, tellCold, tellLoad, tellWarm } from './told.js';

export type Effect =
  | { readonly kind: 'start'; readonly sandbox: SandboxNumber; readonly functionName: string }
  | { readonly kind: 'end'; readonly sandbox: SandboxNumber }
  | {
      readonly kind: 'run';
      readonly ticket: Ticket;
      readonly sandbox: SandboxNumber;
      readonly start: 'cold' | 'stolen';
    }
  | {
      readonly kind: 'refuse';
      readonly ticket: Ticket;
      readonly reason: 'too-many-waiters' | 'waited-too-long';
    }
  /** No sandbox could be started, and this is why. */
  | { readonly kind: 'fail'; readonly ticket: Ticket; readonly error: unknown }
  /** What the other nodes are to know. */
  | { readonly kind: 'claim'; readonly claim: PoolClaim };

export interface PoolsLimits {
  readonly sandboxesMax: number;
  readonly startsMax: number;
  readonly waitersPerFunctionMax: number;
  readonly sandboxIdleMs: number;
  readonly queueWaitMs: number;
}

export class Pools {
  /** What the actor must do, in order; the actor empties it. */
  readonly effects: Effect[] = [];
  readonly #pools = new Map<string, Pool>();
  readonly #slots = new Map<SandboxNumber, Slot>();
  readonly #waiting = new Map<Ticket, Pool>();
  /** Pools with waiters that no start is under way for; served in turn. */
  readonly #wanting = new Set<Pool>();
  #nextNumber = 1;
  #starting = 0;
  #ending = 0;

  constructor(private readonly limits: PoolsLimits) {}

  /**
   * An idle sandbox, now busy with the request; or undefined, and the request waits until an effect
   * names its ticket. A higher revision than seen before makes the function's older sandboxes stale.
   */
  acquire(
    functionName: string,
    revision: number,
    ticket: Ticket,
    nowMs: number,
  ): SandboxNumber | undefined {
    const pool = this.#poolOf(functionName, revision);
    if (revision > pool.revision) this.#renew(pool, revision);
    const number = takeIdle(pool);
    if (number !== undefined) return number;
    if (pool.waiters.size >= this.limits.waitersPerFunctionMax) {
      this.effects.push({ kind: 'refuse', ticket, reason: 'too-many-waiters' });
      return undefined;
    }
    pool.waiters.set(ticket, nowMs);
    this.#waiting.set(ticket, pool);
    this.#plan(pool);
    return undefined;
  }

  /**
   * An idle sandbox of exactly this revision, now busy with a request; or why there is none: all of them
   * are `busy`, or it has none. The request does not wait.
   */
  acquireIfIdle(functionName: string, revision: number): SandboxNumber | 'busy' | 'not-here' {
    const pool = this.#pools.get(functionName);
    if (pool === undefined || pool.revision !== revision) return 'not-here';
    return takeIdle(pool) ?? (liveCount(pool) > 0 ? 'busy' : 'not-here');
  }

  /**
   * Starts a sandbox that nobody waits for. False, and nothing is done, where the function has one, ready
   * or to come, or was changed meanwhile, or where the node has no room or others wait for it.
   */
  prewarm(functionName: string, revision: number): boolean {
    const present = this.#pools.get(functionName);
    if (present !== undefined) {
      if (present.revision > revision) return false;
      if (present.revision === revision && (hasServers(present) || present.idle.length > 0)) {
        return false;
      }
    }
    const { startsMax, sandboxesMax } = this.limits;
    if (this.#wanting.size > 0 || this.#starting >= startsMax) return false;
    if (this.#slots.size >= sandboxesMax) return false;
    const pool = present ?? this.#poolOf(functionName, revision);
    if (revision > pool.revision) this.#renew(pool, revision);
    // who waited for the old revision has a start of the new one by now
    if (!hasServers(pool)) this.#start(pool);
    return true;
  }

  /** A start has succeeded. */
  sandboxReady(number: SandboxNumber, nowMs: number): void {
    const slot = this.#slots.get(number);
    if (slot?.state !== 'starting') return;
    const { pool } = slot;
    this.#leaveStarting(slot);
    if (slot.stale) {
      this.#end(slot);
    } else {
      pool.discouraged = 0;
      slot.state = 'busy';
      pool.busy++;
      this.#offer(slot, 'cold', nowMs);
      this.#tell(tellWarm(pool, nowMs));
    }
    this.#plan(pool);
  }

  /** A start has failed: what it was made for fails too, unless other sandboxes can still serve it. */
  startFailed(number: SandboxNumber, error: unknown): void {
    const slot = this.#slots.get(number);
    if (slot?.state !== 'starting') return;
    const { pool } = slot;
    this.#leaveStarting(slot);
    this.#slots.delete(number);
    if (!slot.stale) {
      pool.discouraged++;
      if (!hasServers(pool)) {
        for (const ticket of pool.waiters.keys()) {
          this.#waiting.delete(ticket);
          this.effects.push({ kind: 'fail', ticket, error });
        }
        pool.waiters.clear();
      }
    }
    this.#settle(pool);
  }

  /** A request has given its sandbox back. */
  released(number: SandboxNumber, nowMs: number): void {
    const slot = this.#slots.get(number);
    if (slot?.state !== 'busy') return;
    if (slot.stale) {
      this.#leaveBusy(slot);
      this.#end(slot);
      this.#plan(slot.pool);
      return;
    }
    this.#offer(slot, 'stolen', nowMs);
    if (this.#wanting.size > 0) this.#plan(slot.pool);
  }

  /** Nothing is left of a sandbox, for whatever reason. */
  ended(number: SandboxNumber): void {
    const slot = this.#slots.get(number);
    if (slot === undefined) return;
    const { pool } = slot;
    assert(slot.state !== 'starting', 'a start is ready or has failed before it ends');
    if (slot.state === 'idle') pool.idle.splice(pool.idle.indexOf(slot), 1);
    else if (slot.state === 'busy') this.#leaveBusy(slot);
    else {
      pool.ending--;
      this.#ending--;
    }
    this.#slots.delete(number);
    this.#tell(tellCold(pool));
    this.#settle(pool);
  }

  /** A sandbox takes no more calls, though something of it may still be there: `ended` follows. */
  dying(number: SandboxNumber): void {
    const slot = this.#slots.get(number);
    if (slot === undefined || slot.state === 'ending' || slot.state === 'starting') return;
    const { pool } = slot;
    if (slot.state === 'idle') pool.idle.splice(pool.idle.indexOf(slot), 1);
    else this.#leaveBusy(slot);
    slot.state = 'ending';
    pool.ending++;
    this.#ending++;
    this.#tell(tellCold(pool));
    this.#settle(pool);
  }

  /** The caller of a waiting request has gone away. */
  waiterCancelled(ticket: Ticket): void {
    const pool = this.#waiting.get(ticket);
    if (pool === undefined) return;
    this.#waiting.delete(ticket);
    pool.waiters.delete(ticket);
    this.#settle(pool);
  }

  /** The function was changed or deleted: no request gets one of its present sandboxes any more. */
  retire(functionName: string): void {
    const pool = this.#pools.get(functionName);
    if (pool === undefined) return;
    this.#makeStale(pool);
    this.#settle(pool);
  }

  tick(nowMs: number): void {
    for (const pool of this.#pools.values()) {
      for (let slot = pool.idle[0]; slot !== undefined; slot = pool.idle[0]) {
        if (slot.idleSinceMs + this.limits.sandboxIdleMs > nowMs) break;
        pool.idle.shift();
        this.#end(slot);
      }
      for (const [ticket, sinceMs] of pool.waiters) {
        if (sinceMs + this.limits.queueWaitMs > nowMs) break;
        pool.waiters.delete(ticket);
        this.#waiting.delete(ticket);
        this.effects.push({ kind: 'refuse', ticket, reason: 'waited-too-long' });
      }
      this.#tell(tellLoad(pool, nowMs));
      this.#settle(pool);
    }
  }

  /** True where a request of the function, of exactly this revision, would find an idle sandbox. */
  hasIdle(functionName: string, revision: number): boolean {
    const pool = this.#pools.get(functionName);
    return pool?.revision === revision && pool.idle.length > 0;
  }

  /** True while the function has a sandbox or a waiter here. */
  has(functionName: string): boolean {
    return this.#pools.has(functionName);
  }

  stats(): Map<string, PoolStats> {
    const stats = new Map<string, PoolStats>();
    for (const [name, pool] of this.#pools) stats.set(name, statsOf(pool));
    return stats;
  }

  /** Throws where the state contradicts itself: called after every step by tests and the simulator. */
  invariants(): void {
    assert(
      this.#slots.size <= this.limits.sandboxesMax,
      'no more sandboxes than the node may have',
    );
    assert(this.#starting <= this.limits.startsMax, 'no more starts than the node may have');
    let waiting = 0;
    for (const pool of this.#pools.values()) {
      const slots = [...this.#slots.values()].filter((slot) => slot.pool === pool);
      const count = (state: SlotState): number =>
        slots.filter((slot) => slot.state === state).length;
      assert.equal(count('idle'), pool.idle.length);
      assert.equal(count('busy'), pool.busy);
      assert.equal(count('starting'), pool.starting);
      assert.equal(count('ending'), pool.ending);
      assert(
        pool.idle.every((slot) => !slot.stale),
        'a stale sandbox is never idle',
      );
      assert(pool.waiters.size === 0 || pool.idle.length === 0, 'nobody waits beside an idle one');
      assert(pool.waiters.size <= this.limits.waitersPerFunctionMax);
      assert(
        pool.waiters.size === 0 || hasServers(pool) || this.#wanting.has(pool),
        'no waiter is forgotten',
      );
      const warm = liveCount(pool) > 0 ? pool.revision : undefined;
      assert.equal(pool.told?.revision, warm, 'others know what is warm');
      waiting += pool.waiters.size;
    }
    assert.equal(waiting, this.#waiting.size);
  }

  #poolOf(functionName: string, revision: number): Pool {
    let pool = this.#pools.get(functionName);
    if (pool === undefined) {
      pool = newPool(functionName, revision);
      this.#pools.set(functionName, pool);
    }
    return pool;
  }

  /** Gives a busy sandbox to the first waiter, or makes it idle. */
  #offer(slot: Slot, start: 'cold' | 'stolen', nowMs: number): void {
    const { pool } = slot;
    for (const ticket of pool.waiters.keys()) {
      pool.waiters.delete(ticket);
      this.#waiting.delete(ticket);
      this.effects.push({ kind: 'run', ticket, sandbox: slot.number, start });
      return;
    }
    pool.busy--;
    slot.state = 'idle';
    slot.idleSinceMs = nowMs;
    pool.idle.push(slot);
  }

  /** The slot must be in none of its pool's counts. It counts for the node until `ended`. */
  #end(slot: Slot): void {
    slot.state = 'ending';
    slot.pool.ending++;
    this.#ending++;
    this.effects.push({ kind: 'end', sandbox: slot.number });
    this.#tell(tellCold(slot.pool));
  }

  #tell(claim: PoolClaim | null): void {
    if (claim !== null) this.effects.push({ kind: 'claim', claim });
  }

  #renew(pool: Pool, revision: number): void {
    pool.revision = revision;
    this.#makeStale(pool);
    // who waits already has lost the sandboxes that were to come, whoever it is that tells of the change
    this.#plan(pool);
  }

  #makeStale(pool: Pool): void {
    for (const slot of pool.idle.splice(0)) this.#end(slot);
    pool.discouraged = 0;
    if (pool.busy === pool.busyStale && pool.starting === pool.startingStale) return;
    for (const slot of this.#slots.values()) {
      if (slot.pool !== pool || slot.stale || slot.state === 'ending') continue;
      slot.stale = true;
      if (slot.state === 'busy') pool.busyStale++;
      else pool.startingStale++;
    }
    this.#tell(tellCold(pool));
  }

  #leaveBusy(slot: Slot): void {
    slot.pool.busy--;
    if (slot.stale) slot.pool.busyStale--;
  }

  #leaveStarting(slot: Slot): void {
    slot.pool.starting--;
    this.#starting--;
    if (slot.stale) slot.pool.startingStale--;
  }

  /** After something of a pool has gone: its waiters may need a start, or the pool may be empty. */
  #settle(pool: Pool): void {
    if (!hasServers(pool)) pool.discouraged = 0;
    this.#plan(pool);
    if (!isEmpty(pool)) return;
    this.#wanting.delete(pool);
    this.#pools.delete(pool.functionName);
  }

  /** Starts sandboxes for pools that want them, in turn, as far as the bounds of the node allow. */
  #plan(changed: Pool): void {
    if (wantsStarts(changed) > 0) this.#wanting.add(changed);
    else this.#wanting.delete(changed);
    while (this.#wanting.size > 0 && this.#starting < this.limits.startsMax) {
      const [pool] = this.#wanting;
      if (pool === undefined) return;
      this.#wanting.delete(pool);
      if (wantsStarts(pool) <= 0) continue;
      if (this.#slots.size >= this.limits.sandboxesMax) {
        this.#wanting.add(pool);
        if (this.#ending < this.#wanting.size) this.#evictLeastRecentlyUsed();
        return;
      }
      this.#start(pool);
      if (wantsStarts(pool) > 0) this.#wanting.add(pool);
    }
  }

  #start(pool: Pool): void {
    const slot: Slot = {
      number: this.#nextNumber++,
      pool,
      state: 'starting',
      stale: false,
      idleSinceMs: 0,
    };
    this.#slots.set(slot.number, slot);
    pool.starting++;
    this.#starting++;
    const { functionName } = pool;
    this.effects.push({ kind: 'start', sandbox: slot.number, functionName });
  }

  /** A pool that wants a start has no idle sandbox, so the victim is another function's. */
  #evictLeastRecentlyUsed(): void {
    let victim: Slot | undefined;
    for (const { idle } of this.#pools.values()) {
      const oldest = idle[0];
      if (oldest === undefined) continue;
      if (victim === undefined || oldest.idleSinceMs < victim.idleSinceMs) victim = oldest;
    }
    if (victim === undefined) return;
    victim.pool.idle.shift();
    this.#end(victim);
  }
}

/** The last one used, now busy. */
function takeIdle(pool: Pool): SandboxNumber | undefined {
  const slot = pool.idle.pop();
  if (slot === undefined) return undefined;
  slot.state = 'busy';
  pool.busy++;
  return slot.number;
}
