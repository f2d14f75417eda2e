/**
 * How many sandboxes to make. A burst of short invocations is served sooner by a few sandboxes that come
 * back at once than by one for each request, all booting on the same cores; long ones need one each. So as
 * many are wanted as drain the queue within a time that is worth a start (Little's law: work that is there,
 * over the time it may take), from what invocations and starts were measured to take. A queue that lasts shows that there
 * are as many callers as sandboxes and waiters: then one for each is wanted, as long as more of them get more done.
 */
import { roomOf } from './groups.js';
import { freshStarts, liveCount, type Pool } from './pool.js';

/** What is known of a pool from the past; zero where nothing is. Outlives the pool. */
export interface Estimates {
  /** What an invocation is taken for before one was measured. */
  readonly unknownServiceMs: number;
  /** How long an invocation keeps its place, milliseconds. */
  serviceMs: number;
  /** When that was last measured. */
  measuredAtMs: number;
  /** From the wish for a sandbox to one that is ready, milliseconds. */
  startMs: number;
  /** The most memory that one was seen to use, MB. */
  peakMb: number;
}

/** What the start of one is taken for. */
const unknownStartMs = 100;
/** The least time in which a queue is to be drained: a start for less is not worth it. */
const drainMsMin = 200;
/** How much the newest measurement counts. */
const newestShare = 0.25;
/**
 * Invocations that take longer than expected are believed only in the course of such a time: sandboxes that wait for a
 * core make each other slow, and what that adds is no reason for more of them, while some are as quick as ever. Truly
 * long ones show by their age while they run, from `crowdedMs` on: by the median, for of many that wait for a core one has
 * always waited long.
 */
const longerWithinMs = 10_000;
const crowdedMs = 20;
const retryAfterSMax = 60;

/** Starts that the pool wants now, beside those under way; 0 or less where none. */
export function wantsStarts(pool: Pool): number {
  const { concurrency } = pool.spec;
  const coming = freshStarts(pool);
  // a version that has none gets one also where others use the share up: else its turn could never come
  const least = liveCount(pool) === 0 ? 1 : 0;
  const waiting = Math.min(pool.waiters.size, Math.max(roomOf(pool.group), least));
  const most = Math.ceil(waiting / concurrency) - coming - pool.discouraged;
  if (most <= 0 || pool.lasting) return Math.max(0, most);
  const work = (waiting + pool.running) * serviceMsOf(pool);
  const wanted = Math.max(1, Math.ceil(work / (drainMsOf(pool) * concurrency)));
  return Math.min(most, wanted - liveCount(pool) - coming);
}

/** What an invocation takes: never less than most have been running for. */
export function serviceMsOf({ estimates, medianAgeMs }: Pool): number {
  const { serviceMs, unknownServiceMs } = estimates;
  const known = serviceMs > 0 ? serviceMs : unknownServiceMs;
  return medianAgeMs < crowdedMs ? known : Math.max(known, medianAgeMs);
}

export function startMsOf({ estimates }: Pool): number {
  return estimates.startMs > 0 ? estimates.startMs : unknownStartMs;
}

/** Whether there is a queue that should have been drained: others come as fast as it is served. */
export function lasts(pool: Pool, nowMs: number): boolean {
  if (pool.waiters.size === 0 || liveCount(pool) === 0 || freshStarts(pool) > 0) return false;
  return nowMs - pool.queuedSinceMs > drainMsOf(pool);
}

/** The time in which a queue is to be drained. */
function drainMsOf(pool: Pool): number {
  return Math.max(2 * startMsOf(pool), drainMsMin);
}

/** What a new sandbox is expected to take of the host's memory. */
export function memoryMbOf({ estimates, spec }: Pool): number {
  return estimates.peakMb > 0 ? Math.min(estimates.peakMb, spec.memoryMb) : spec.memoryMb;
}

/** When it is worth asking again, from the queue and what its requests take: whole seconds. */
export function retryAfterSOf(pool: Pool): number {
  const places = Math.min(
    Math.max(1, liveCount(pool) * pool.spec.concurrency),
    Math.max(1, pool.group.share),
  );
  const seconds = Math.ceil((pool.waiters.size * serviceMsOf(pool)) / places / 1000);
  return Math.min(retryAfterSMax, Math.max(1, seconds));
}

/**
 * Looks at what runs: to be called now and then. What a sandbox is seen to run at two looks has run since the first of
 * them; on a busy node no more is known, for what was sent may have left late, and answers since `heardMs` are unread.
 */
export function noteAges(pool: Pool, heardMs: number, nowMs: number): void {
  const agesMs: number[] = [];
  for (const slot of pool.slots) {
    if (slot.state !== 'busy' || slot.stale) continue;
    if (slot.seenSumMs !== slot.startedSumMs) {
      slot.seenSumMs = slot.startedSumMs;
      slot.seenMs = nowMs;
    }
    agesMs.push(heardMs - slot.seenMs);
  }
  agesMs.sort((a, b) => a - b);
  pool.medianAgeMs = Math.max(0, agesMs[agesMs.length >> 1] ?? 0);
}

export function measuredService({ estimates }: Pool, tookMs: number, nowMs: number): void {
  const { serviceMs, measuredAtMs } = estimates;
  const sinceShare = Math.min(newestShare, (nowMs - measuredAtMs) / longerWithinMs);
  const share = tookMs > serviceMs ? sinceShare : newestShare;
  estimates.measuredAtMs = nowMs;
  estimates.serviceMs = smoothed(estimates.serviceMs, tookMs, share);
}

export function measuredStart({ estimates }: Pool, tookMs: number): void {
  estimates.startMs = smoothed(estimates.startMs, tookMs, newestShare);
}

export function measuredPeak({ estimates }: Pool, peakBytes: number): void {
  const peakMb = Math.ceil(peakBytes / (1024 * 1024));
  if (peakMb > estimates.peakMb) estimates.peakMb = peakMb;
}

/** The estimates of pools that are there and of those that were, least recently made ones forgotten first. */
export class History {
  readonly #known = new Map<string, Estimates>();

  constructor(
    private readonly entriesMax: number,
    private readonly unknownServiceMs: number,
  ) {}

  /** Of the pool; where it is new, a copy of what is known of `like`. */
  of(name: string, like: string): Estimates {
    const known = this.#known.get(name);
    const { unknownServiceMs } = this;
    const nothing = { unknownServiceMs, serviceMs: 0, measuredAtMs: 0, startMs: 0, peakMb: 0 };
    const estimates = known ?? { ...(this.#known.get(like) ?? nothing) };
    this.#known.delete(name);
    this.#known.set(name, estimates);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.entriesMax) break;
      this.#known.delete(oldest);
    }
    return estimates;
  }
}

/** Zero is what nothing is known by. */
function smoothed(knownMs: number, newestMs: number, share: number): number {
  const leastMs = Math.max(newestMs, 0.01);
  return knownMs === 0 ? leastMs : knownMs + share * (leastMs - knownMs);
}
