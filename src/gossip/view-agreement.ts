/**
 * When views that differ need a full sync. News under way make every two views differ for a moment, so a
 * difference counts only when it lasts: our own checksum has stood still for a while, and so long the
 * same other one has been seen. Some differences no sync can mend (members that are forgotten at slightly
 * different moments): those are asked about less and less. Source: the checksum of ringpop; the patience
 * is ours.
 */
import { parameters } from './parameters.js';

/** Checksums of others remembered: two camps are usual, more come and go. */
const othersMax = 16;

export class ViewAgreement {
  #own = '';
  #ownSinceMs = 0;
  #syncAfterMs = 0;
  #pauseMs: number = parameters.viewSyncPauseMs;
  readonly #others = new Map<string, number>();

  /** True where the sender of `other` should be synced with now. */
  observe(own: string, other: string, nowMs: number): boolean {
    if (own !== this.#own) {
      this.#own = own;
      this.#ownSinceMs = nowMs;
      this.#pauseMs = parameters.viewSyncPauseMs;
      this.#syncAfterMs = Math.min(this.#syncAfterMs, nowMs + this.#pauseMs);
      this.#others.clear();
    }
    if (other === own || other === '') return false;
    const seenMs = this.#others.get(other);
    if (seenMs === undefined) {
      if (this.#others.size >= othersMax) this.#others.clear();
      this.#others.set(other, nowMs);
      return false;
    }
    const settledMs = nowMs - parameters.viewSettleMs;
    if (this.#ownSinceMs > settledMs || seenMs > settledMs || nowMs < this.#syncAfterMs)
      return false;
    this.#syncAfterMs = nowMs + this.#pauseMs;
    this.#pauseMs = Math.min(4 * this.#pauseMs, parameters.viewSyncPauseMaxMs);
    return true;
  }
}
