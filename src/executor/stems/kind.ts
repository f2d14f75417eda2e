/**
 * The stem cells of one kind: how often they have been asked for lately, how long one takes to boot, and so
 * how many there should be. What is asked for while another one boots is what a reserve is for.
 */
import type { StemKind } from '../../agent/index.js';

/** Numbers a stem cell from the decision to boot it. */
export type StemNumber = number;

/** One that can be taken. */
export interface ReadyStem {
  readonly number: StemNumber;
  readonly bootedAtMs: number;
}

export interface KindState {
  readonly name: string;
  readonly kind: StemKind;
  /** One of these is there from the beginning. */
  readonly initial: boolean;
  /** A stack: the last has booted last, and may not even be frozen yet. */
  readonly ready: ReadyStem[];
  booting: number;
  /** Asks, each worth half as much after every half-life, as of `asksAtMs`. */
  asks: number;
  asksAtMs: number;
  /** How long one takes to boot, smoothed. */
  bootMs: number;
  /** Boots that failed and stem cells that died, in a row. */
  failures: number;
  failedAtMs: number;
  /** The driver has none of this kind. */
  withdrawn: boolean;
}

const halfLifeMs = 60_000;
/** A kind that nobody has asked for in this time has none any more. */
const forgottenAfterMs = 600_000;
/** What a boot takes as long as none was measured. */
const bootMsPrior = 100;
const bootMsMax = 10_000;
const bootSmoothing = 0.3;
/** The reserve lasts for this many boots at the present rate: requests come in bursts. */
const bootsOfReserve = 3;
/** A part of a stem cell that is worth none. */
const neglected = 0.05;
const retryMs = { first: 1000, max: 60_000 } as const;

/** More of one kind would only hold memory: what a burst needs beyond them is a cold start. */
export const stemsPerKindMax = 8;

/** The same for kinds that are the same. */
export function kindNameOf({ runtime, memoryMb, ephemeralMb }: StemKind): string {
  return `${runtime}/${memoryMb}/${ephemeralMb}`;
}

export function newKind(kind: StemKind, initial: boolean): KindState {
  return {
    name: kindNameOf(kind),
    kind,
    initial,
    ready: [],
    booting: 0,
    asks: 0,
    asksAtMs: Number.NEGATIVE_INFINITY,
    bootMs: bootMsPrior,
    failures: 0,
    failedAtMs: Number.NEGATIVE_INFINITY,
    withdrawn: false,
  };
}

export function countAsk(state: KindState, nowMs: number): void {
  state.asks = asksNow(state, nowMs) + 1;
  state.asksAtMs = nowMs;
}

/** Asks per second of late. */
export function rateOf(state: KindState, nowMs: number): number {
  return (asksNow(state, nowMs) * Math.LN2 * 1000) / halfLifeMs;
}

export function learnBoot(state: KindState, bootMs: number): void {
  const measured = Math.min(bootMs, bootMsMax);
  state.bootMs += bootSmoothing * (measured - state.bootMs);
}

/** One for the next to come, and what would be asked for while a few boot. */
export function targetOf(state: KindState, nowMs: number): number {
  if (state.withdrawn) return 0;
  if (!state.initial && state.asksAtMs + forgottenAfterMs <= nowMs) return 0;
  const duringBoots = rateOf(state, nowMs) * (state.bootMs / 1000) * bootsOfReserve;
  const reserve = Math.ceil(Math.max(0, duringBoots - neglected));
  return Math.min(stemsPerKindMax, 1 + reserve);
}

export function countFailure(state: KindState, nowMs: number): void {
  const long = nowMs - state.failedAtMs > 2 * retryMs.max;
  state.failures = long ? 1 : state.failures + 1;
  state.failedAtMs = nowMs;
}

/** Before this time none is booted: 1 s after a failure, twice as long after each further one. */
export function retryAtMs({ failures, failedAtMs }: KindState): number {
  if (failures === 0) return Number.NEGATIVE_INFINITY;
  return failedAtMs + Math.min(retryMs.max, retryMs.first * 2 ** (failures - 1));
}

function asksNow({ asks, asksAtMs }: KindState, nowMs: number): number {
  return asks === 0 ? 0 : asks * 2 ** ((asksAtMs - nowMs) / halfLifeMs);
}
