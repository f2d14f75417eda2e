/** What a cluster of one size was found to cost, measured or simulated. */

export interface Found {
  readonly nodes: number;
  /** CPU of the Master, in cores: its process and, of that, its control thread; simulated: its core of the table alone. */
  readonly masterCores: readonly number[];
  readonly controlCores: readonly number[];
  /** Messages of the routing table that the Master sends and receives, for each change of the table. */
  readonly messagesPerChange: readonly number[];
  readonly changesPerS: readonly number[];
  /** Gossip and routing table, sent by a node in the mean, with the headers of datagrams; and of that, gossip. */
  readonly bytesPerS: readonly number[];
  readonly gossipBytesPerS: readonly number[];
  /** Median and 99th percentile; simulated: the time in the Replica's table alone. */
  readonly lookupMs: readonly number[];
  readonly lookupP99Ms: readonly number[];
}

/** A warm registration at a node of its own: told, confirmed, and both with each of the sqrt(N) Replicas. */
export function messagesPerChangeMax(nodes: number): number {
  return nodes === 1 ? 0 : 2 * Math.max(1, Math.round(Math.sqrt(nodes))) + 2;
}
