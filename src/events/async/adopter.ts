/**
 * On the Master: events whose node is gone become those of the nodes that are there, some at a time. A node that comes
 * back soon goes on with its own. Two soft Masters can both try; only one of them has a majority that takes it.
 */
import type { Clock, Logger } from '../../lib/index.js';
import { asHearthError, type ClusterView, type NodeId, type NodeView } from '../../types/index.js';
import type { AdoptCommand, CommandResult } from './command.js';

export interface AdopterDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Null while the node knows of no cluster. */
  readonly view: () => ClusterView | null;
  /** The nodes that have events which have not ended. */
  readonly owners: () => Iterable<NodeId>;
  readonly ask: (command: AdoptCommand) => Promise<CommandResult>;
}

export interface AdopterOptions {
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

  /** Events that this node has given to others, or taken, since it began. */
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

  /** One whose events are to be adopted now. */
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
    this.#adopting = true;
    try {
      const result = await this.deps.ask({ kind: 'adopt', from, to, itemsMax: adoptedAtOnce });
      const count = result.kind === 'changed' ? result.count : 0;
      this.#adopted += count;
      if (count > 0)
        this.deps.logger.info({ from, to, count }, 'events of a node that is gone were adopted');
    } catch (thrown) {
      this.deps.logger.debug(
        { err: asHearthError(thrown), from },
        'events could not be adopted yet',
      );
    } finally {
      this.#adopting = false;
    }
  }
}

/** Who can take events of a node. */
export function takersOf({ nodes }: ClusterView, from: NodeId): readonly NodeId[] {
  return nodes
    .filter(({ id, status, degraded, rank }) => {
      return id !== from && status === 'alive' && !degraded && rank >= 0;
    })
    .map(({ id }) => id);
}
