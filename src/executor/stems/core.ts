/**
 * Stem cells that wait to become functions' sandboxes, as pure state. A start takes one if there is one and
 * never waits for one; behind its back another is booted. That must not slow down what anybody waits for: boots
 * are few at a time, wait while starts wait, and the one that replaces a stem cell waits until that one has
 * started its function. They are the first to go when memory is short: all that they hold is time.
 *
 * Time is an argument, and what is to be done is left in `effects` for the actor to take.
 */
import { strict as assert } from 'node:assert';
import type { StemKind } from '../../agent/index.js';
import {
  countAsk,
  countFailure,
  type KindState,
  kindNameOf,
  learnBoot,
  newKind,
  retryAtMs,
  type StemNumber,
  stemsPerKindMax,
  targetOf,
} from './kind.js';
import { type Share, sharesOf } from './shares.js';

export type StemEffect =
  | { readonly kind: 'boot'; readonly stem: StemNumber; readonly of: StemKind }
  | { readonly kind: 'end'; readonly stem: StemNumber };

export interface StemLimits {
  /** Stem cells of all kinds, from the decision to boot one until it is taken or nothing is left of it. */
  readonly stemCellsMax: number;
  /** Boots at the same time. */
  readonly bootsMax: number;
  /** Kinds that are known at the same time. */
  readonly kindsMax: number;
}

/** What the node is like now. */
export interface Surroundings {
  /** Starts of functions wait: nothing is booted beside them. */
  readonly busy: boolean;
  readonly memoryShort: boolean;
}

export interface StemCounts {
  readonly ready: number;
  readonly booting: number;
}

interface Slot {
  readonly state: KindState;
  step: 'booting' | 'ready' | 'ending';
}

/** So long a boot waits for the start that took the stem cell it replaces. */
export const startGraceMs = 20;
/** Too many of a kind are ended only then: kinds that are asked for in turn must not push each other out. */
const surplusAgeMs = 30_000;
/** Memory that has just become enough is not filled again at once. */
const memoryPauseMs = 10_000;

export class Stems {
  /** What the actor must do, in order; the actor empties it. */
  readonly effects: StemEffect[] = [];
  readonly #kinds = new Map<string, KindState>();
  readonly #slots = new Map<StemNumber, Slot>();
  /** Taken for starts that are under way, until when boots wait for them; in that order. */
  readonly #starts = new Map<StemNumber, number>();
  #nextNumber = 1;
  #booting = 0;
  #bootsFromMs = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(
    private readonly limits: StemLimits,
    initial: readonly StemKind[],
  ) {
    for (const kind of initial) this.#kinds.set(kindNameOf(kind), newKind(kind, true));
  }

  /** A function is to be started that a stem cell of this kind could become. */
  asked(kind: StemKind, nowMs: number): void {
    const name = kindNameOf(kind);
    let state = this.#kinds.get(name);
    if (state === undefined) {
      if (this.#stopped || !this.#roomForKind()) return;
      state = newKind(kind, false);
      this.#kinds.set(name, state);
    }
    countAsk(state, nowMs);
  }

  /** A stem cell, once and for ever no more of the pool; `started` tells when its function has started. */
  take(kind: StemKind, nowMs: number): StemNumber | undefined {
    const stem = this.#kinds.get(kindNameOf(kind))?.ready.pop();
    if (stem === undefined) return undefined;
    this.#slots.delete(stem.number);
    this.#starts.set(stem.number, nowMs + startGraceMs);
    return stem.number;
  }

  /** The start that took it is over. `lost`: it was the stem cell's fault that it came to nothing. */
  started(stem: StemNumber, kind: StemKind, lost: boolean, nowMs: number): void {
    this.#starts.delete(stem);
    const state = this.#kinds.get(kindNameOf(kind));
    if (state === undefined) return;
    if (lost) countFailure(state, nowMs);
    else state.failures = 0;
  }

  booted(stem: StemNumber, bootMs: number, nowMs: number): void {
    const slot = this.#slots.get(stem);
    if (slot?.step !== 'booting') return;
    this.#leaveBooting(slot);
    learnBoot(slot.state, bootMs);
    slot.step = 'ready';
    slot.state.ready.push({ number: stem, bootedAtMs: nowMs });
    if (this.#stopped) this.#endReady(slot.state);
  }

  /** `forGood`: the driver has no stem cells of this kind. */
  bootFailed(stem: StemNumber, forGood: boolean, nowMs: number): void {
    const slot = this.#slots.get(stem);
    if (slot?.step !== 'booting') return;
    this.#leaveBooting(slot);
    this.#slots.delete(stem);
    slot.state.withdrawn ||= forGood;
    countFailure(slot.state, nowMs);
  }

  /** One has ended by itself. False where it was not ready, and that was to be expected. */
  died(stem: StemNumber, nowMs: number): boolean {
    const slot = this.#slots.get(stem);
    if (slot?.step !== 'ready') return false;
    const { ready } = slot.state;
    ready.splice(
      ready.findIndex(({ number }) => number === stem),
      1,
    );
    countFailure(slot.state, nowMs);
    this.#end(stem, slot);
    return true;
  }

  /** Nothing is left of one that was to end. */
  ended(stem: StemNumber): void {
    if (this.#slots.get(stem)?.step === 'ending') this.#slots.delete(stem);
  }

  /** Boots and ends what is due. True where a boot is, but waits for others, so that it should be tried soon. */
  plan(nowMs: number, { busy, memoryShort }: Surroundings): boolean {
    if (this.#stopped) return false;
    for (const [stem, untilMs] of this.#starts) {
      if (untilMs > nowMs) break;
      this.#starts.delete(stem);
    }
    if (memoryShort) {
      this.#bootsFromMs = nowMs + memoryPauseMs;
      for (const state of this.#kinds.values()) this.#endReady(state);
    }
    const shares = sharesOf(this.#kinds.values(), this.limits.stemCellsMax, nowMs);
    for (const share of shares) this.#endSurplus(share, nowMs);
    this.#forgetKinds(nowMs);
    if (this.#bootsFromMs > nowMs) return false;
    while (this.#booting < this.limits.bootsMax && this.#slots.size < this.limits.stemCellsMax) {
      const state = neediest(shares, nowMs);
      if (state === null) return false;
      if (busy || this.#starts.size > 0) return true;
      this.#boot(state);
    }
    return false;
  }

  /** Ends all of them; nothing is booted any more. */
  stop(): void {
    this.#stopped = true;
    for (const state of this.#kinds.values()) this.#endReady(state);
  }

  /** True where nothing happens by itself until a stem cell is asked for. */
  get quiet(): boolean {
    return this.#slots.size === 0 && [...this.#kinds.values()].every(({ withdrawn }) => withdrawn);
  }

  counts(): StemCounts {
    let ready = 0;
    for (const state of this.#kinds.values()) ready += state.ready.length;
    return { ready, booting: this.#booting };
  }

  /** How many of a kind there should be now, by its own rate alone. */
  target(kind: StemKind, nowMs: number): number {
    const state = this.#kinds.get(kindNameOf(kind));
    return state === undefined ? 0 : targetOf(state, nowMs);
  }

  /** Throws where the state contradicts itself: called after every step by tests. */
  invariants(): void {
    assert(
      this.#slots.size <= this.limits.stemCellsMax,
      'no more stem cells than the node may have',
    );
    assert(this.#booting <= this.limits.bootsMax, 'no more boots than the node may have');
    assert(this.#kinds.size <= this.limits.kindsMax, 'no more kinds than may be known');
    let booting = 0;
    const steps = [...this.#slots.values()];
    for (const state of this.#kinds.values()) {
      const count = (step: Slot['step']): number =>
        steps.filter((slot) => slot.state === state && slot.step === step).length;
      assert.equal(count('ready'), state.ready.length);
      assert.equal(count('booting'), state.booting);
      assert(state.ready.length + state.booting <= stemsPerKindMax, 'no more than a kind may have');
      for (const { number } of state.ready) {
        assert.equal(this.#slots.get(number)?.step, 'ready', 'what can be taken is ready');
      }
      booting += state.booting;
    }
    assert.equal(booting, this.#booting);
  }

  #boot(state: KindState): void {
    const stem = this.#nextNumber++;
    this.#slots.set(stem, { state, step: 'booting' });
    state.booting++;
    this.#booting++;
    this.effects.push({ kind: 'boot', stem, of: state.kind });
  }

  #leaveBooting({ state }: Slot): void {
    state.booting--;
    this.#booting--;
  }

  /** It must be in no list of its kind any more. */
  #end(stem: StemNumber, slot: Slot): void {
    slot.step = 'ending';
    this.effects.push({ kind: 'end', stem });
  }

  #endReady({ ready }: KindState): void {
    for (const { number } of ready.splice(0)) this.#end(number, this.#slots.get(number) as Slot);
  }

  #endSurplus({ state, count }: Share, nowMs: number): void {
    const { ready } = state;
    while (ready.length + state.booting > count) {
      const oldest = ready[0];
      if (oldest === undefined || oldest.bootedAtMs + surplusAgeMs > nowMs) return;
      ready.shift();
      this.#end(oldest.number, this.#slots.get(oldest.number) as Slot);
    }
  }

  #forgetKinds(nowMs: number): void {
    for (const [name, state] of this.#kinds) {
      if (isBare(state) && targetOf(state, nowMs) === 0 && !state.withdrawn) {
        this.#kinds.delete(name);
      }
    }
  }

  /** Forgets, where it must, the kind that was asked for least recently and has nothing. */
  #roomForKind(): boolean {
    if (this.#kinds.size < this.limits.kindsMax) return true;
    let victim: KindState | undefined;
    for (const state of this.#kinds.values()) {
      if (state.initial || !isBare(state)) continue;
      if (victim === undefined || state.asksAtMs < victim.asksAtMs) victim = state;
    }
    return victim !== undefined && this.#kinds.delete(victim.name);
  }
}

/** The kind to boot one of: first one that has none, in the order of the shares. */
function neediest(shares: readonly Share[], nowMs: number): KindState | null {
  let found: KindState | null = null;
  for (const { state, count } of shares) {
    const present = state.ready.length + state.booting;
    if (present >= count || retryAtMs(state) > nowMs) continue;
    if (present === 0) return state;
    found ??= state;
  }
  return found;
}

function isBare({ ready, booting }: KindState): boolean {
  return ready.length + booting === 0;
}
