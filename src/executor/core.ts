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

/** Numbers a sandbox from the request to start it until nothing is left of it. */
export type SandboxNumber = number;
/** Numbers a request; the actor chooses it. */
export type Ticket = number;

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
  | { readonly kind: 'fail'; readonly ticket: Ticket; readonly error: unknown };

export interface PoolsLimits {
  readonly sandboxesMax: number;
  readonly startsMax: number;
  readonly waitersPerFunctionMax: number;
  readonly sandboxIdleMs: number;
  readonly queueWaitMs: number;
}

export interface PoolStats {
  readonly idle: number;
  readonly busy: number;
  readonly starting: number;
  readonly waiting: number;
}

type SlotState = 'starting' | 'idle' | 'busy' | 'ending';

interface Slot {
  readonly number: SandboxNumber;
  readonly pool: Pool;
  readonly revision: number;
  state: SlotState;
  /** Made for code or settings that are no more: takes no further request. */
  stale: boolean;
  idleSinceMs: number;
}

interface Pool {
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
    if (revision > pool.revision) {
      pool.revision = revision;
      this.#makeStale(pool);
      // who waits already has lost the sandboxes that were to come, whether or not this request may wait
      this.#plan(pool);
    }
    const slot = pool.idle.pop();
    if (slot !== undefined) {
      slot.state = 'busy';
      pool.busy++;
      return slot.number;
    }
    if (pool.waiters.size >= this.limits.waitersPerFunctionMax) {
      this.effects.push({ kind: 'refuse', ticket, reason: 'too-many-waiters' });
      return undefined;
    }
    pool.waiters.set(ticket, nowMs);
    this.#waiting.set(ticket, pool);
    this.#plan(pool);
    return undefined;
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
      this.#settle(pool);
    }
  }

  /** Sandboxes that could take a request of the function now. */
  idleCount(functionName: string): number {
    return this.#pools.get(functionName)?.idle.length ?? 0;
  }

  /** True while the function has a sandbox or a waiter here. */
  has(functionName: string): boolean {
    return this.#pools.has(functionName);
  }

  stats(): Map<string, PoolStats> {
    const stats = new Map<string, PoolStats>();
    for (const [name, { idle, busy, starting, waiters }] of this.#pools) {
      stats.set(name, { idle: idle.length, busy, starting, waiting: waiters.size });
    }
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
      waiting += pool.waiters.size;
    }
    assert.equal(waiting, this.#waiting.size);
  }

  #poolOf(functionName: string, revision: number): Pool {
    let pool = this.#pools.get(functionName);
    if (pool === undefined) {
      pool = {
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
      };
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
    const { idle, busy, starting, ending, waiters } = pool;
    if (idle.length + busy + starting + ending + waiters.size > 0) return;
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
      revision: pool.revision,
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

/** Sandboxes that may still serve a waiter of the pool. */
function hasServers(pool: Pool): boolean {
  return pool.busy > pool.busyStale || pool.starting > pool.startingStale;
}

/** Never more starts under way than waiters. */
function wantsStarts(pool: Pool): number {
  return pool.waiters.size - (pool.starting - pool.startingStale) - pool.discouraged;
}
