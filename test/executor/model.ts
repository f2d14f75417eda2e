/**
 * Plays random steps against the pools, with an own idea of what each request and sandbox is doing, of what each
 * function may run here and what is to be kept. Every effect is checked against it.
 */
import { strict as assert } from 'node:assert';
import { type Effect, Pools, type PoolsLimits } from '../../src/executor/core.js';
import type { PoolSpec } from '../../src/executor/pool.js';
import type { PoolClaim } from '../../src/executor/told.js';
import { spec } from './script.js';

export const kinds = [
  'acquire',
  'acquire',
  'acquire',
  'acquire',
  'acquireIfIdle',
  'prewarm',
  'warmUp',
  'keep',
  'limit',
  'memory',
  'release',
  'release',
  'release',
  'ready',
  'ready',
  'startFailed',
  'dying',
  'vanished',
  'ended',
  'ended',
  'cancel',
  'retire',
  'change',
  'tick',
] as const;
export type Kind = (typeof kinds)[number];

/** Two versions of one function, one whose sandboxes run two at a time, and another. */
const names = ['f', 'f:1', 'g', 'h'] as const;
const concurrencyOf = (name: string): number => (name === 'g' ? 2 : 1);
const functionOf = (name: string): string => name.split(':')[0] as string;
const memoryMb = 100;
const reserveMb = 50;
const infinite = Number.POSITIVE_INFINITY;

interface Box {
  readonly name: string;
  state: 'starting' | 'live' | 'ending';
  stale: boolean;
  /** Tickets, with the time when each began. */
  readonly running: Map<number, number>;
  ping: boolean;
}

export class Model {
  readonly #pools: Pools;
  readonly #boxes = new Map<number, Box>();
  /** The newest revision that the core has heard of, while it has anything of the function. */
  readonly #revisions = new Map<string, number>();
  /** What others believe who heard every claim, by function and revision; with the time they heard it. */
  readonly #claims = new Map<string, { load: number; atMs: number }>();
  /** Waiting requests of each pool, in order. */
  readonly #waiting = new Map<string, number[]>(names.map((name) => [name, []]));
  readonly #pings = new Set<number>();
  readonly #shares = new Map<string, number>();
  readonly #floors = new Map<string, { total: number; spare: number }>();
  #availableMb = infinite;
  /** Ready since memory was read. */
  #settling = 0;
  #revision = 1;
  #ticket = 0;
  #nowMs = 0;

  constructor(
    private readonly limits: PoolsLimits,
    private readonly queueMax: number,
  ) {
    this.#pools = new Pools(limits);
  }

  play(script: readonly (readonly [Kind, number])[]): void {
    for (const [kind, choice] of script) {
      this.#nowMs += kind === 'tick' && choice % 4 === 0 ? 1000 : choice % 7;
      this.#step(kind, choice);
      this.#take();
      this.#pools.invariants();
      this.#compareClaims(kind === 'tick');
      this.#compare();
    }
    this.#drain();
  }

  #step(kind: Kind, choice: number): void {
    const name = names[choice % names.length] as string;
    if (kind === 'acquire') this.#acquire(name);
    else if (kind === 'acquireIfIdle') this.#acquireIfIdle(name, Math.floor(choice / 4) % 2);
    else if (kind === 'prewarm') this.#prewarm(name);
    else if (kind === 'warmUp') this.#warmUp(name);
    else if (kind === 'keep') this.#keep(name, Math.floor(choice / 4));
    else if (kind === 'limit') this.#limit(functionOf(name), [0, 1, 2, 3, null][choice % 5]);
    else if (kind === 'memory') this.#memory([infinite, 0, 60, 160, 400][choice % 5]);
    else if (kind === 'tick') this.#tick(choice % 2 === 0);
    else if (kind === 'retire') this.#retire(name);
    else if (kind === 'change') this.#revision++;
    else if (kind === 'cancel') this.#cancel(name, choice);
    else this.#boxStep(kind, choice);
  }

  #spec(name: string, revision = this.#revision): PoolSpec {
    const { queueMax } = this;
    const concurrency = concurrencyOf(name);
    return spec(name, revision, { concurrency, queueMax, queueWaitMs: 80, memoryMb });
  }

  #acquire(name: string): void {
    const ticket = ++this.#ticket;
    const queue = this.#queue(name);
    const number = this.#pools.acquire(this.#spec(name), ticket, this.#nowMs);
    this.#changeTo(name);
    if (number === undefined) {
      queue.push(ticket);
      return;
    }
    assert.equal(queue.length, 0, 'nobody is overtaken');
    this.#give(number, ticket, name, this.#nowMs);
  }

  #acquireIfIdle(name: string, age: number): void {
    const revision = this.#revision - age;
    const live = this.#revisions.get(name) === revision ? this.#live(name) : [];
    const room = live.some(({ running }) => running.size < concurrencyOf(name));
    const mayRun = room && this.#runningOf(functionOf(name)) < this.#share(functionOf(name));
    const busy = live.some(({ running }) => running.size > 0 && running.size < concurrencyOf(name));
    const taken = this.#pools.acquireIfIdle(name, revision, this.#nowMs);
    if (typeof taken !== 'number') {
      assert.equal(mayRun, false);
      assert.equal(taken, live.length > 0 ? 'busy' : 'not-here');
      return;
    }
    assert.equal(mayRun, true);
    const inBusy = (this.#boxes.get(taken)?.running.size ?? 0) > 0;
    assert.equal(inBusy, busy, 'a busy one with room goes first, so that others can freeze');
    this.#give(taken, ++this.#ticket, name, this.#nowMs);
  }

  #prewarm(name: string): void {
    const accepted = this.#pools.prewarm(this.#spec(name), this.#nowMs);
    const starts = this.#pools.effects.filter(({ kind }) => kind === 'start');
    if (this.#pools.figures(name, this.#revision) !== undefined) this.#changeTo(name);
    if (accepted) assert(starts.length > 0, 'accepted, and one is to come');
  }

  #warmUp(name: string): void {
    const ticket = ++this.#ticket;
    this.#pings.add(ticket);
    this.#pools.warmUp(this.#spec(name), ticket, this.#nowMs);
    this.#changeTo(name);
  }

  #keep(name: string, choice: number): void {
    const wish = { total: choice % 3, spare: Math.floor(choice / 3) % 2 };
    const had = this.#pools.has(name);
    this.#pools.keep(this.#spec(name), wish, this.#nowMs);
    if (wish.total + wish.spare === 0) this.#floors.delete(name);
    else this.#floors.set(name, wish);
    if (had || this.#pools.has(name)) this.#changeTo(name);
  }

  #limit(functionName: string, share: number | null | undefined): void {
    if (share === null || share === undefined) this.#shares.delete(functionName);
    else this.#shares.set(functionName, share);
    this.#pools.limit(functionName, share ?? null, this.#nowMs);
  }

  #memory(availableMb: number | undefined): void {
    this.#availableMb = availableMb ?? infinite;
    this.#settling = 0;
    this.#pools.memoryRead(this.#availableMb, reserveMb);
  }

  #retire(name: string): void {
    this.#makeStale(name);
    this.#floors.delete(name);
    this.#pools.retire(name, this.#nowMs);
  }

  #cancel(name: string, choice: number): void {
    const queue = this.#queue(name);
    const [ticket] = queue.splice(choice % Math.max(1, queue.length), 1);
    if (ticket !== undefined) this.#pools.waiterCancelled(ticket, this.#nowMs);
  }

  /** The core was told of the newest revision, and made what is older stale, before its new effects. */
  #changeTo(name: string): void {
    if ((this.#revisions.get(name) ?? 0) < this.#revision) this.#makeStale(name);
    this.#revisions.set(name, this.#revision);
  }

  #makeStale(name: string): void {
    for (const box of this.#boxes.values()) if (box.name === name) box.stale = true;
  }

  #queue(name: string): number[] {
    return this.#waiting.get(name) as number[];
  }

  #live(name: string): Box[] {
    return [...this.#boxes.values()].filter(
      (box) => box.name === name && !box.stale && box.state === 'live',
    );
  }

  #share(functionName: string): number {
    return this.#shares.get(functionName) ?? infinite;
  }

  #runningOf(functionName: string): number {
    let count = 0;
    for (const { name, running } of this.#boxes.values()) {
      if (functionOf(name) === functionName) count += running.size;
    }
    return count;
  }

  #hear({ functionName, revision, state, load }: PoolClaim): void {
    const key = `${functionName}@${revision}`;
    const known = this.#claims.get(key);
    if (state === 'cold') {
      assert(known !== undefined, 'cold is told of what was warm');
      this.#claims.delete(key);
      return;
    }
    assert.notEqual(load, known?.load, 'nothing is told twice');
    assert(known === undefined || known.atMs + 1000 <= this.#nowMs, 'one load a second');
    this.#claims.set(key, { load, atMs: this.#nowMs });
  }

  /** Whoever heard all claims knows what is warm; and after a tick, within a second, how busy. */
  #compareClaims(ticked: boolean): void {
    const truth = new Map<string, number>();
    for (const [name, revision] of this.#revisions) {
      const live = this.#live(name);
      const running = live.reduce((sum, box) => sum + box.running.size, 0);
      const places = live.length * concurrencyOf(name);
      if (live.length > 0) truth.set(`${name}@${revision}`, running / places);
    }
    assert.deepEqual([...this.#claims.keys()].sort(), [...truth.keys()].sort());
    for (const [key, { load, atMs }] of this.#claims) {
      const share = truth.get(key) ?? Number.NaN;
      if (!ticked || atMs + 1000 > this.#nowMs) continue;
      assert.deepEqual([load === 0, load === 100], [share === 0, share === 1]);
      assert(load % 25 === 0 && Math.abs(load / 100 - share) <= 0.25, `${load} for ${share}`);
    }
  }

  #boxStep(kind: Kind, choice: number): void {
    const fitting = [...this.#boxes].filter(([, { state, running }]) => {
      if (kind === 'ready' || kind === 'startFailed') return state === 'starting';
      if (kind === 'ended') return state === 'ending';
      return state === 'live' && (kind !== 'release' || running.size > 0);
    });
    const [number, box] = fitting[choice % Math.max(1, fitting.length)] ?? [];
    if (number === undefined || box === undefined) return;
    if (kind === 'ready') {
      box.state = 'live';
      this.#settling++;
      this.#pools.sandboxReady(number, this.#nowMs);
    } else if (kind === 'release') {
      const [ticket, sinceMs] = [...box.running][choice % box.running.size] as [number, number];
      box.running.delete(ticket);
      // how long it took is made up: it is what decides how many are started
      this.#pools.released(number, sinceMs, this.#nowMs);
    } else if (kind === 'dying') {
      box.state = 'ending';
      box.running.clear();
      this.#pools.dying(number, this.#nowMs);
    } else {
      this.#boxes.delete(number);
      if (kind !== 'startFailed') this.#pools.ended(number, this.#nowMs);
      else this.#pools.startFailed(number, 'E', this.#nowMs);
    }
  }

  /** Takes the effects, and checks each against what the model knows. */
  #take(): void {
    for (const effect of this.#pools.effects.splice(0)) this.#takeOne(effect);
  }

  #takeOne(effect: Effect): void {
    switch (effect.kind) {
      case 'start':
        this.#started(effect.sandbox, effect.functionName);
        return;
      case 'end': {
        const box = this.#boxes.get(effect.sandbox) as Box;
        assert.deepEqual([box.state, box.running.size], ['live', 0], 'only what runs nothing ends');
        box.state = 'ending';
        if (effect.reason === 'idle') this.#checkKept(box.name);
        return;
      }
      case 'yield':
        (this.#boxes.get(effect.sandbox) as Box).stale = true;
        return;
      case 'run': {
        const { name } = this.#boxes.get(effect.sandbox) as Box;
        assert.equal(this.#queue(name).shift(), effect.ticket, 'in the order of arrival');
        this.#give(effect.sandbox, effect.ticket, name, effect.startedMs);
        return;
      }
      case 'claim':
        this.#hear(effect.claim);
        return;
      case 'refuse':
        assert(effect.retryAfterS >= 1 && Number.isInteger(effect.retryAfterS));
        this.#forget(effect.ticket);
        return;
      case 'fail':
      case 'warmed':
        this.#forget(effect.ticket);
        return;
    }
  }

  #started(number: number, name: string): void {
    assert(!this.#boxes.has(number));
    const unreserved = this.#unused(functionOf(name)) === 0;
    const keptFree = unreserved ? this.#allUnused() : 0;
    assert(
      this.#boxes.size + keptFree < this.limits.sandboxesMax,
      'nobody takes the place that another function has a right to',
    );
    this.#boxes.set(number, {
      name,
      state: 'starting',
      stale: false,
      running: new Map(),
      ping: false,
    });
    const starting = [...this.#boxes.values()].filter(({ state }) => state === 'starting').length;
    assert(starting <= this.limits.startsMax);
    const left = this.#availableMb - (starting + this.#settling) * memoryMb;
    assert(left >= reserveMb, 'a start leaves the reserve alone');
  }

  #unused(functionName: string): number {
    const share = this.#share(functionName);
    if (share === infinite) return 0;
    const slots = [...this.#boxes.values()].filter(
      ({ name, state }) => functionOf(name) === functionName && state !== 'ending',
    );
    return Math.max(0, Math.ceil(share / concurrencyOf(functionName)) - slots.length);
  }

  #allUnused(): number {
    return [...this.#shares.keys()].reduce((sum, name) => {
      // a share counts from the first time that the function is asked for here, in places of one each before
      return sum + this.#unused(name);
    }, 0);
  }

  #checkKept(name: string): void {
    const floor = this.#floors.get(name);
    if (floor === undefined) return;
    const its = [...this.#boxes.values()].filter(
      (box) => box.name === name && !box.stale && box.state !== 'ending',
    );
    assert(its.length >= floor.total, 'what is to be kept is not ended for being idle');
    assert(its.filter(({ running }) => running.size === 0).length >= floor.spare);
  }

  #give(number: number, ticket: number, name: string, sinceMs: number): void {
    const box = this.#boxes.get(number) as Box;
    assert.deepEqual([box.state, box.stale, box.name], ['live', false, name]);
    box.running.set(ticket, sinceMs);
    assert(box.running.size <= concurrencyOf(name), 'never more than a sandbox may run');
    const functionName = functionOf(name);
    assert(this.#runningOf(functionName) <= this.#share(functionName), 'nor a function');
  }

  #forget(ticket: number): void {
    if (this.#pings.delete(ticket)) return;
    for (const queue of this.#waiting.values()) {
      const index = queue.indexOf(ticket);
      if (index >= 0) {
        queue.splice(index, 1);
        return;
      }
    }
    assert.fail(`an answer to request ${ticket}, which does not wait`);
  }

  #compare(): void {
    const stats = this.#pools.stats();
    for (const name of names) {
      const its = [...this.#boxes.values()].filter((box) => box.name === name);
      const live = its.filter(({ state }) => state === 'live');
      assert.deepEqual(stats.get(name) ?? { idle: 0, busy: 0, starting: 0, waiting: 0 }, {
        idle: live.filter(({ running }) => running.size === 0).length,
        busy: live.filter(({ running }) => running.size > 0).length,
        starting: its.filter(({ state }) => state === 'starting').length,
        waiting: this.#queue(name).length,
      });
    }
    assert(this.#boxes.size <= this.limits.sandboxesMax);
  }

  /** Lets everything succeed: everyone who waits is served, floors are reached, and then nothing remains. */
  #drain(): void {
    this.#memory(infinite);
    for (const name of ['f', 'g', 'h']) this.#limit(name, null);
    this.#take();
    this.#quiet(() => [...this.#waiting.values()].every((queue) => queue.length === 0));
    this.#nowMs += 61_000;
    this.#tickAndQuiet();
    assert.equal(this.#pings.size, 0, 'no wish is forgotten');
    this.#checkFloors();
    for (const name of names) {
      this.#floors.delete(name);
      this.#pools.keep(this.#spec(name, 0), { total: 0, spare: 0 }, this.#nowMs);
    }
    this.#nowMs += 5000;
    this.#tickAndQuiet();
    assert.equal(this.#claims.size, 0, "nothing is warm in anybody's mind");
    assert.equal(this.#boxes.size, 0, 'nothing is lost');
    assert.equal(this.#pools.stats().size, 0, 'nothing is kept');
    assert.equal(this.#pools.waiting, 0);
  }

  #tick(spare: boolean): void {
    this.#pools.tick(this.#nowMs);
    this.#pools.look(this.#nowMs, this.#nowMs, spare);
  }

  #tickAndQuiet(): void {
    this.#tick(false);
    this.#take();
    this.#quiet(() => true);
  }

  #quiet(done: () => boolean): void {
    const some = (state: string): boolean =>
      [...this.#boxes.values()].some((box) => box.state === state);
    for (let round = 0; round < 2000; round++) {
      const busy = [...this.#boxes.values()].some(({ running }) => running.size > 0);
      if (some('starting')) this.#step('ready', 0);
      else if (busy) this.#step('release', 0);
      else if (some('ending')) this.#step('ended', 0);
      else if (done()) return;
      this.#take();
      this.#pools.invariants();
    }
    assert.fail('it does not come to rest, or somebody is not served');
  }

  #checkFloors(): void {
    let wished = 0;
    for (const { total, spare } of this.#floors.values()) wished += Math.max(total, spare);
    if (wished > this.limits.sandboxesMax) return;
    for (const [name, { total, spare }] of this.#floors) {
      assert(this.#live(name).length >= Math.max(total, spare), 'floors are reached');
    }
  }
}
