/** Every number of the routing table's flow, with its reason. */

export interface TableParameters {
  /** The Master gathers changes for this long; the first after a quiet time leaves at once. */
  readonly batchMs: number;
  /** A batch this large leaves early, and no message is larger by more than a claim. */
  readonly batchBytesMax: number;
  /** Likewise for what a node tells the Master. */
  readonly reportMs: number;
  /** What was not answered is sent again after this long; each time twice as long, up to the maximum. */
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** Changes on their way to one Replica that it has not confirmed. A Replica that hangs costs no more. */
  readonly windowClaimsMax: number;
  /** Changes that are kept for Replicas that fell behind; beyond, they get a snapshot. */
  readonly historyClaimsMax: number;
  /** Claims of `cold` that a node keeps for a Master that was away; beyond, it tells everything. */
  readonly tombstonesMax: number;
  /** A new Master asks members that have said nothing by themselves after this long. */
  readonly collectAfterMs: number;
  /** A Replica that hears nothing makes sure that the Master knows it. */
  readonly refollowMs: number;
  /** How long a Worker waits for its Replica, and then for the spare. */
  readonly lookupMs: number;
  /** A Replica that did not answer is tried again, beside the other one, after this long. */
  readonly distrustMs: number;
}

export const tableParameters: TableParameters = {
  batchMs: 100,
  batchBytesMax: 64 * 1024,
  reportMs: 100,
  retryMs: 100,
  retryMsMax: 1000,
  windowClaimsMax: 8192,
  historyClaimsMax: 65_536,
  tombstonesMax: 1000,
  collectAfterMs: 100,
  refollowMs: 5000,
  lookupMs: 20,
  distrustMs: 1000,
};
