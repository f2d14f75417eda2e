/**
 * What still has to be told: one entry per member, since only the newest record counts. Each update
 * rides on a bounded number of packets, the least told first, so that news spread like an epidemic and
 * then die out.
 */
import type { NodeId } from '../types/index.js';

interface Update {
  readonly id: NodeId;
  readonly sequence: number;
  transmits: number;
}

export class UpdateQueue {
  readonly #updates = new Map<NodeId, Update>();
  #sequence = 0;

  get size(): number {
    return this.#updates.size;
  }

  /** There is news of `id`; what was queued about it before is void. */
  push(id: NodeId): void {
    this.#updates.set(id, { id, sequence: this.#sequence++, transmits: 0 });
  }

  delete(id: NodeId): void {
    this.#updates.delete(id);
  }

  /**
   * The members whose records go into one packet of `roomBytes`; `bytesOf` tells what each takes. They
   * count as sent once; after `transmitsMax` times a member's update leaves the queue.
   */
  take(roomBytes: number, transmitsMax: number, bytesOf: (id: NodeId) => number): NodeId[] {
    if (this.#updates.size === 0) return [];
    const waiting = [...this.#updates.values()].sort(
      (one, other) => one.transmits - other.transmits || other.sequence - one.sequence,
    );
    const taken: NodeId[] = [];
    let leftBytes = roomBytes;
    for (const update of waiting) {
      const bytes = bytesOf(update.id);
      if (bytes > leftBytes) continue;
      leftBytes -= bytes;
      taken.push(update.id);
      update.transmits++;
      if (update.transmits >= transmitsMax) this.#updates.delete(update.id);
    }
    return taken;
  }
}
