/**
 * Before a node is asked to leave, another is made to have ready what it has in use: so neither nodes nor sandboxes
 * become fewer than the load needs. Where that does not work the node leaves all the same, and its successor starts cold.
 */
import { type Logger, reasonOf } from '../../lib/index.js';
import type { NodeId, NodeView } from '../../types/index.js';
import type { Warmth } from '../types.js';
import type { Peer } from './peers.js';

export interface WarmSuccessorsDeps {
  /** What a node has in use. */
  readonly inUse: (node: Peer) => Promise<readonly Warmth[]>;
  readonly make: (node: Peer, wanted: readonly Warmth[]) => Promise<void>;
  readonly logger: Logger;
}

export class WarmSuccessors {
  /** Nodes whose warmth was handed on. */
  readonly #done = new Set<NodeId>();
  /** How many nodes each stands in for. */
  readonly #given = new Map<NodeId, number>();

  constructor(private readonly deps: WarmSuccessorsDeps) {}

  /** Once for each node that leaves; `candidates` stay. Never rejects. */
  async handOn(leaving: NodeView, candidates: readonly NodeView[]): Promise<void> {
    const successor = this.#choose(candidates);
    if (successor === undefined || this.#done.has(leaving.id)) return;
    this.#done.add(leaving.id);
    this.#given.set(successor.id, this.#givenTo(successor) + 1);
    const { logger, inUse, make } = this.deps;
    const between = { from: leaving.http, to: successor.http };
    try {
      const wanted = await inUse(leaving);
      if (wanted.length > 0) await make(successor, wanted);
      logger.info({ ...between, functions: wanted.length }, 'a successor is warm');
    } catch (error) {
      logger.info({ ...between, reason: reasonOf(error) }, 'a successor could not be made warm');
    }
  }

  /** Who stands in for the fewest, and of these the youngest: it was started for the next that leaves. */
  #choose(candidates: readonly NodeView[]): NodeView | undefined {
    return candidates.toSorted(
      (a, b) => this.#givenTo(a) - this.#givenTo(b) || b.joinedAt - a.joinedAt,
    )[0];
  }

  #givenTo({ id }: NodeView): number {
    return this.#given.get(id) ?? 0;
  }
}
