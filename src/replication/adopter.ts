/**
 * On the Master: what a node owned that is gone becomes that of the nodes that are there, some at a time. A node that comes
 * back soon goes on with its own. Two soft Masters can both try; only one of them has a majority that takes it.
 */
import type { Clock, Logger } from '../lib/index.js';
import { asHearthError, type ClusterView, type NodeId, type NodeView } from '../types/index.js';

/** The next `itemsMax` things of one node become those of others, in turn. */
export interface Adoption {
  readonly from: NodeId;
  readonly to: readonly NodeId[];
  readonly itemsMax: number;
}

export interface AdopterDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Null while the node knows of no cluster. */
  readonly view: () => ClusterView | null;
  /** The nodes that own anything which has not ended. */
  readonly owners: () => Iterable<NodeId>;
  /** Resolves with how many have another owner now. Throws HearthError. */
  readonly adopt: (adoption: Adoption) => Promise<number>;
}

export interface AdopterOptions {
  /** What is adopted, as logs name it: `events`. */
  readonly what: string;
  /** How long a node that died may take to come back. */
  readonly deadAfterMs: number;
  /** How long a node that was stopped may take to end what it runs, and one that stands still to go on. */
  readonly leftAfterMs: number;
}

const lookEveryMs = 250;
/** By one command; more of them follow. */
export const adoptedAtOnce = 1000;

export class Adopter {
  /** Since when each owner has been seen to be gone. */
  readonly #goneSince = new Map<NodeId, number>();
  #adopting = false;
  #cancel: (() => void) | null = null;
  #adopted = 0;

  constructor(
    private readonly deps: AdopterDeps,
    private readonly options: AdopterOptions,
  ) {}

  /** What this node has given to others, or taken, since it began. */
  get adopted(): number {
    return this.#adopted;
  }

  start(): void {
    this.#cancel = this.deps.clock.every(lookEveryMs, () => this.look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Called now and then. */
  look(): void {
    const view = this.deps.view();
    if (view === null || view.master !== view.self) {
      this.#goneSince.clear();
      return;
    }
    const due = this.#due(view);
    if (due !== undefined && view.quorum && !this.#adopting) void this.#adopt(due, view);
  }

  /** One whose things are to be adopted now. */
  #due({ nodes }: ClusterView): NodeId | undefined {
    const nowMs = this.deps.clock.nowMs();
    const owners = new Set(this.deps.owners());
    for (const node of this.#goneSince.keys()) if (!owners.has(node)) this.#goneSince.delete(node);
    let due: NodeId | undefined;
    for (const owner of owners) {
      const graceMs = this.#graceMs(nodes.find(({ id }) => id === owner));
      if (graceMs === null) {
        this.#goneSince.delete(owner);
        continue;
      }
      const sinceMs = this.#goneSince.get(owner) ?? nowMs;
      this.#goneSince.set(owner, sinceMs);
      if (nowMs - sinceMs >= graceMs) due = owner;
    }
    return due;
  }

  /** How long to wait for a node; null for one that does its work. */
  #graceMs(node: NodeView | undefined): number | null {
    const { deadAfterMs, leftAfterMs } = this.options;
    const status = node?.status ?? 'dead';
    if (status === 'dead') return deadAfterMs;
    // one whose data thread stands still may go on at any moment, as one that was stopped may still end something
    return status === 'left' || node?.degraded === true ? leftAfterMs : null;
  }

  async #adopt(from: NodeId, view: ClusterView): Promise<void> {
    const to = takersOf(view, from);
    if (to.length === 0) return;
    const { what } = this.options;
    this.#adopting = true;
    try {
      const count = await this.deps.adopt({ from, to, itemsMax: adoptedAtOnce });
      this.#adopted += count;
      if (count > 0)
        this.deps.logger.info({ what, from, to, count }, 'what a gone node owned was adopted');
    } catch (thrown) {
      this.deps.logger.debug({ err: asHearthError(thrown), what, from }, 'not adopted yet');
    } finally {
      this.#adopting = false;
    }
  }
}

/** Who can take what a node owns. */
export function takersOf({ nodes }: ClusterView, from: NodeId): readonly NodeId[] {
  return nodes
    .filter(({ id, status, degraded, rank }) => {
      return id !== from && status === 'alive' && !degraded && rank >= 0;
    })
    .map(({ id }) => id);
}
