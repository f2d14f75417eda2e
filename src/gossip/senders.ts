/**
 * What is kept about those whose packets have opened: their key, and which of their counters were seen.
 * One entry per sender, for the latest of its lives; who has been silent longest is forgotten first.
 *
 * Only packets that opened come in here: headers that somebody made up change nothing.
 */
import type { NodeId } from '../types/index.js';
import type { RingKey } from './keyring.js';
import { ReplayWindow } from './replay-window.js';

export interface Sender {
  readonly id: NodeId;
  readonly generation: number;
}

/** A sender's key for one secret. */
export interface SenderKey {
  readonly ringKey: RingKey;
  readonly key: Buffer;
}

interface Entry {
  readonly generation: number;
  readonly window: ReplayWindow;
  senderKey: SenderKey;
}

export class Senders {
  readonly #entries = new Map<NodeId, Entry>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.#entries.size;
  }

  /** The key with which the sender's last packet opened, if it was under this secret. */
  key({ id, generation }: Sender, ringKey: RingKey): Buffer | undefined {
    const entry = this.#entries.get(id);
    if (entry?.generation !== generation) return undefined;
    return entry.senderKey.ringKey === ringKey ? entry.senderKey.key : undefined;
  }

  /** True where this packet opened before, or is so old that we cannot tell. */
  seen({ id, generation }: Sender, counter: number): boolean {
    const entry = this.#entries.get(id);
    return entry?.generation === generation && entry.window.has(counter);
  }

  /**
   * A packet that was not `seen` has opened. A later life replaces an earlier one; packets of an earlier
   * life leave no trace, and are the core's to refuse.
   */
  opened({ id, generation }: Sender, counter: number, senderKey: SenderKey): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined && entry.generation > generation) return;
    this.#entries.delete(id);
    if (entry?.generation === generation) {
      entry.window.add(counter);
      entry.senderKey = senderKey;
      this.#entries.set(id, entry);
      return;
    }
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < this.capacity) break;
      this.#entries.delete(oldest);
    }
    this.#entries.set(id, { generation, window: new ReplayWindow(counter), senderKey });
  }
}
