/**
 * How far one follower is, as who feeds it sees it. A follower is *probed* until the place where both
 * logs agree is found, and then *streamed* to: entries are sent ahead, several messages at a time. One
 * that needs what is only in a snapshot any more gets that first, part by part.
 */
import { batching } from './timing.js';

export class Progress {
  /** The last index known to be on the follower's disk and equal to ours. */
  match = 0;
  /** The first index to send next. */
  next: number;
  streaming = false;
  /** The index of the snapshot that is on its way, and the part that was sent last; null where none is. */
  snapshot: { readonly index: number; part: number; sentMs: number } | null = null;
  /** When the follower last answered. */
  heardMs: number;
  /** It votes for nobody, for it has forgotten what it promised. */
  mute = false;
  /** The latest round of the leader that the follower answered. */
  round = 0;
  /** The commit index that the follower was told, as far as it could take it. */
  toldCommit = 0;
  /** Last index of each message with entries that was not answered yet. */
  #inFlight: number[] = [];

  constructor(next: number, nowMs: number) {
    this.next = next;
    this.heardMs = nowMs;
  }

  get mayStream(): boolean {
    return this.streaming && this.#inFlight.length < batching.messagesInFlightMax;
  }

  /** A message with entries up to `lastIndex` is on its way. */
  sent(lastIndex: number): void {
    if (!this.streaming) return;
    this.next = lastIndex + 1;
    this.#inFlight.push(lastIndex);
  }

  /** `baseIndex`: what follows this place can be sent as entries. */
  accepted(matchIndex: number, baseIndex: number): void {
    this.match = Math.max(this.match, matchIndex);
    if (this.snapshot !== null && this.match < baseIndex) return;
    this.snapshot = null;
    if (this.streaming) {
      this.next = Math.max(this.next, this.match + 1);
      if ((this.#inFlight[0] ?? Number.POSITIVE_INFINITY) <= this.match) {
        this.#inFlight = this.#inFlight.filter((lastIndex) => lastIndex > this.match);
      }
      return;
    }
    this.streaming = true;
    this.next = this.match + 1;
  }

  /** The follower lacks what came before; false where the refusal is an old one. */
  refused(tryIndex: number, lastIndex: number): boolean {
    if (this.snapshot !== null) return false;
    const next = Math.max(this.match + 1, Math.min(tryIndex, lastIndex) + 1);
    if (next >= this.next) return false;
    this.next = next;
    this.streaming = false;
    this.#inFlight = [];
    return true;
  }

  /** A snapshot is to be sent, from its first part on. */
  begin(snapshotIndex: number, nowMs: number): void {
    this.snapshot = { index: snapshotIndex, part: 0, sentMs: nowMs };
    this.streaming = false;
    this.#inFlight = [];
  }
}
