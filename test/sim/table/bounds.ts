/**
 * How soon tables must be right, in terms of the parameters and the delay d of the slowest message. In the worst
 * case a node and its Master learn of each other, or of a change, just too late:
 *
 *     collectAfterMs   a new Master waits for what members say by themselves, and asks
 *     3 d              question, report, and a second round where that report was about too little: 2 d
 *     batchMs          the Master has just sent a batch
 *     3 d              the batch; a gap costs a question and the batch again
 *     2 d              for every part of a snapshot but the first
 *
 * A report that has to wait for the one before (reportMs) does so instead of collectAfterMs. Every tick may be late.
 */
import { claimBytes } from '../../../src/cluster/table/claim.js';
import { type TableCluster, tickLateMsMax } from './cluster.js';

/** After the last change of views or claims, where nothing is lost: two batches plus delays. */
export function convergedMsMax(cluster: TableCluster): number {
  const { batchMs, collectAfterMs, reportMs } = cluster.parameters;
  const { delayMsMax } = cluster.link;
  const messages = 8 + 2 * (snapshotParts(cluster) - 1);
  return Math.max(collectAfterMs, reportMs) + batchMs + messages * delayMsMax + 4 * tickLateMsMax;
}

/** A node that has just become a Replica takes everything in, part by part. */
function snapshotParts({ nodes, parameters }: TableCluster): number {
  let bytes = 0;
  for (const node of nodes.values()) {
    if (node.alive) for (const claim of node.warm()) bytes += claimBytes(claim);
  }
  return Math.max(1, Math.ceil(bytes / parameters.batchBytesMax));
}

/** After loss, cuts and stalls have ended: whoever was not answered may just have begun its longest pause. */
export function recoveredMsMax(cluster: TableCluster): number {
  return cluster.parameters.retryMsMax + tickLateMsMax + convergedMsMax(cluster);
}

/**
 * While a tenth of all messages is lost: an exchange fails in 19 % of the cases, so that even ten in a row,
 * after which 7.5 s have passed, come once in twenty million times.
 */
export const lossyConvergedMsMax = 10_000;
