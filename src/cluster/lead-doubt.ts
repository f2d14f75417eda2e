/**
 * Whether somebody leads with a majority behind it, as far as this node's own questions have been answered. A write
 * waits as long as that is confirmed again and again, however slow disks are; without it for `doubtfulMs` it is
 * refused, so that whoever asks a minority hears so within a second, and an election of some hundred milliseconds
 * goes unnoticed. Pure: time is an argument.
 */

/** How long nobody has confirmed it when a write is refused. */
const doubtfulMs = 750;
/** What a write gets of that for itself, however long the doubt has lasted. */
const patienceMinMs = 350;
/** Whoever looks at its doubts regularly and does so later than this has stood still, and not been busy. */
const standstillMs = 300;

export class LeadDoubt {
  #confirmedMs = Number.NEGATIVE_INFINITY;
  /** When the first question was asked that has come to nothing since. */
  #sinceMs: number | null = null;
  #lookedMs: number | null = null;
  /** The last standstill that counted. */
  #stoodMs = Number.NEGATIVE_INFINITY;

  get exists(): boolean {
    return this.#sinceMs !== null;
  }

  /** Somebody leads. */
  confirmed(nowMs: number): void {
    this.#confirmedMs = nowMs;
    this.#sinceMs = null;
  }

  /** Nobody was there to be asked, or has answered, what was asked at `askedMs`. */
  unanswered(askedMs: number): void {
    if (askedMs < this.#confirmedMs) return;
    this.#sinceMs = Math.min(this.#sinceMs ?? askedMs, askedMs);
  }

  /**
   * To be called often, and before each `givesUpAt`. After a standstill of this node the answers may lie unread, so there
   * is as much time for them as for a new write; whoever stands still again and again gives up all the same.
   */
  look(nowMs: number): void {
    const isLate = this.#lookedMs !== null && nowMs - this.#lookedMs > standstillMs;
    if (isLate && nowMs - this.#stoodMs > 2 * doubtfulMs) this.#stoodMs = nowMs;
    this.#lookedMs = nowMs;
  }

  /** Nobody looks any more for now. */
  rest(): void {
    this.#lookedMs = null;
  }

  /** When a write that began at `startMs` gives up, unless somebody confirms before that. */
  givesUpAt(startMs: number): number {
    return Math.max(this.#doubtfulAt(startMs), this.#stoodMs + patienceMinMs);
  }

  #doubtfulAt(startMs: number): number {
    if (this.#sinceMs === null) return Math.max(startMs, this.#confirmedMs) + doubtfulMs;
    const sinceMs = Math.max(this.#sinceMs, startMs + patienceMinMs - doubtfulMs);
    return Math.max(Math.min(sinceMs, startMs), this.#confirmedMs) + doubtfulMs;
  }
}
