/**
 * How many requests this node has under way to each other one: newer than any load that was told, so that
 * a burst spreads before the news of it has come round.
 */
import type { NodeId } from '../types/index.js';

export class UnderWay {
  /** Only nodes with at least one. */
  readonly #counts = new Map<NodeId, number>();

  of(node: NodeId): number {
    return this.#counts.get(node) ?? 0;
  }

  begin(node: NodeId): void {
    this.#counts.set(node, this.of(node) + 1);
  }

  end(node: NodeId): void {
    const left = this.of(node) - 1;
    if (left > 0) this.#counts.set(node, left);
    else this.#counts.delete(node);
  }
}
