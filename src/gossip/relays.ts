/** Probes under way for others: who asked, and under which number they wait for the answer. */
import type { NodeId } from '../types/index.js';

export interface Relay {
  /** `host:port` of the member that asked. */
  readonly origin: string;
  readonly originSequence: number;
  readonly target: NodeId;
  /** Without an ack until then the asker is told so; a later ack is still passed on for a while. */
  readonly nackAtMs: number;
  readonly expiresAtMs: number;
}

export class Relays {
  readonly #relays = new Map<number, Relay>();
  readonly #unanswered = new Set<number>();

  constructor(private readonly capacity: number) {}

  /** False where too many are under way: the asker has others to ask. */
  add(sequence: number, relay: Relay): boolean {
    if (this.#relays.size >= this.capacity) return false;
    this.#relays.set(sequence, relay);
    this.#unanswered.add(sequence);
    return true;
  }

  /** The relay that an ack of `target` answers, at most once. */
  take(sequence: number, target: NodeId): Relay | undefined {
    const relay = this.#relays.get(sequence);
    if (relay?.target !== target) return undefined;
    this.#relays.delete(sequence);
    this.#unanswered.delete(sequence);
    return relay;
  }

  /** Those whose asker is to be told now that nobody answers, each once. */
  nacksDue(nowMs: number): Relay[] {
    const due: Relay[] = [];
    for (const sequence of this.#unanswered) {
      const relay = this.#relays.get(sequence);
      if (relay !== undefined && relay.nackAtMs > nowMs) continue;
      this.#unanswered.delete(sequence);
      if (relay !== undefined) due.push(relay);
    }
    return due;
  }

  expire(nowMs: number): void {
    for (const [sequence, relay] of this.#relays) {
      if (relay.expiresAtMs <= nowMs) this.#relays.delete(sequence);
    }
  }
}
