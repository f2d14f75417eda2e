/** What one node holds of one function version ahead of any request: the sum over all nodes is what the API tells. */

export interface LocalCapacity {
  /** Initialised sandboxes that are this node's to keep, of those provisioned in the cluster, and are there or being made. */
  readonly allocated: number;
  /** Of these, the initialised ones. */
  readonly available: number;
  readonly snapshot: SnapshotState;
}

/** `none`: not this node's to make. `refused`: it is started like any other version. */
export interface SnapshotState {
  readonly kind: 'none' | 'making' | 'ready' | 'refused';
  /**
   * Why it was refused, or why what is ready is an initialised sandbox and no copy of one: one sentence; empty
   * where there is nothing to say.
   */
  readonly reason: string;
}

export const noCapacity: LocalCapacity = {
  allocated: 0,
  available: 0,
  snapshot: { kind: 'none', reason: '' },
};
