/** Which other nodes take work: alive and not degraded. Made once per view, not once per request. */
import type { ClusterView, NodeId } from '../types/index.js';

const nobody: ReadonlySet<NodeId> = new Set();

export class Takers {
  #view: ClusterView | null = null;
  #takers = nobody;

  of(view: ClusterView | null): ReadonlySet<NodeId> {
    if (view === this.#view) return this.#takers;
    this.#view = view;
    this.#takers = view === null ? nobody : takersOf(view);
    return this.#takers;
  }
}

function takersOf(view: ClusterView): ReadonlySet<NodeId> {
  const takers = view.nodes.filter(
    ({ id, status, degraded }) => id !== view.self && status === 'alive' && !degraded,
  );
  return new Set(takers.map(({ id }) => id));
}
