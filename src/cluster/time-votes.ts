/**
 * Whose clock is right: the one in the middle. Every node tells what its machine's clock says; who asks keeps that as a
 * distance from its own steady clock, so that a vote does not age, nor depend on the clock that may be wrong. Their
 * median, this machine's own clock among them, is the time of the majority, should there be one. Pure: clocks in,
 * what to go by out.
 */
import type { NodeId } from '../types/index.js';

export interface Verdict {
  /** The time to go by, as a distance from the steady clock; null: nobody knows better than the machine's clock. */
  readonly heldMs: number | null;
  /** By how much the machine's clock is ahead of the middle; 0 where there is none. */
  readonly aheadMs: number;
  /** Whether another time than the machine's is gone by. */
  readonly corrects: boolean;
}

/** A clock that is further off than this is wrong, ... */
export const wrongMs = 2000;
/** ... and right again once it is nearer than this: around one limit alone the time would go to and fro. */
export const rightMs = 1000;
/** While a clock is corrected, votes that differ by no more than this do not move the time. */
const noiseMs = 250;
/** One more voice is the machine's own: of two that differ nobody knows which is right. */
const votesMin = 2;
/** The newest count. A sample is enough, and goes along soon when this machine's steady clock has stood still. */
const votesMax = 15;
/** What a node has said that is gone by now stays true for a while. */
export const voteKeptMs = 600_000;

interface Vote {
  readonly distanceMs: number;
  readonly heardMs: number;
}

export class TimeVotes {
  /** The newest last. */
  readonly #votes = new Map<NodeId, Vote>();
  /** While it is corrected, the time to go by. */
  #corrected: number | null = null;
  /** What the machine's clock said when others last had a say. */
  #judgedMs = 0;

  /** The clock of this node's machine is `distanceMs` more than our steady clock. */
  heard(id: NodeId, distanceMs: number, nowMs: number): void {
    this.#votes.delete(id);
    this.#votes.set(id, { distanceMs, heardMs: nowMs });
    for (const [oldest] of this.#votes) {
      if (this.#votes.size <= votesMax) break;
      this.#votes.delete(oldest);
    }
  }

  /** What to go by where our own machine's clock is `ownMs` more than the steady one. */
  judge(ownMs: number, nowMs: number): Verdict {
    for (const [id, { heardMs }] of this.#votes) {
      if (nowMs - heardMs > voteKeptMs) this.#votes.delete(id);
    }
    if (this.#votes.size < votesMin) return this.#alone(ownMs);
    this.#judgedMs = ownMs;
    const others = [...this.#votes.values()].map(({ distanceMs }) => distanceMs);
    const middleMs = median([ownMs, ...others], this.#corrected ?? ownMs);
    const aheadMs = ownMs - middleMs;
    if (Math.abs(aheadMs) <= (this.#corrected === null ? wrongMs : rightMs)) {
      this.#corrected = null;
      return { heldMs: ownMs, aheadMs, corrects: false };
    }
    if (this.#corrected === null || Math.abs(this.#corrected - middleMs) > noiseMs) {
      this.#corrected = middleMs;
    }
    return { heldMs: this.#corrected, aheadMs, corrects: true };
  }

  /** What the others said last is gone by until the machine's clock agrees, or is set: somebody will know why. */
  #alone(ownMs: number): Verdict {
    const corrected = this.#corrected;
    const aheadMs = ownMs - (corrected ?? ownMs);
    const isSet = Math.abs(ownMs - this.#judgedMs) > rightMs;
    if (corrected !== null && !isSet && Math.abs(aheadMs) > rightMs) {
      return { heldMs: corrected, aheadMs, corrects: true };
    }
    this.#corrected = null;
    return { heldMs: null, aheadMs: 0, corrects: false };
  }
}

/** Of two in the middle, the one that is nearer to `present`: half of the voices are not reason enough to change. */
function median(voices: readonly number[], present: number): number {
  const sorted = [...voices].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? present;
  const lower = sorted[(sorted.length - 1) >> 1] ?? present;
  return Math.abs(upper - present) < Math.abs(lower - present) ? upper : lower;
}
