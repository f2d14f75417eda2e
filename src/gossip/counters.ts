/** What gossip counts, for metrics and tests. */
import { type DropReason, dropReasons } from './packet.js';

export interface GossipCounters {
  /** Datagrams that arrived, the dropped ones included. */
  received: number;
  sent: number;
  /** Of these, without the headers of IP and UDP, and of requests and replies over streams. */
  receivedBytes: number;
  sentBytes: number;
  sendErrors: number;
  /** Members that failed our probe and were alive until then. */
  suspected: number;
  /** Suspects that we declared dead. */
  convicted: number;
  /** Members whose process is proven to be gone: a broken stream, a refused one, no answer. */
  proven: number;
  /** Probes that were answered over a stream (TCP) only: UDP may be blocked. */
  ackedByStreamOnly: number;
  /** Requests sent over a stream, and those that got no reply. */
  exchanges: number;
  exchangeErrors: number;
  /** Times that we had to say that we are there. */
  refuted: number;
  /** Gaps between two ticks that were too long to convict anybody after them. */
  stalls: number;
  /** Packets and single updates that were not taken. */
  readonly dropped: Record<DropReason, number>;
}

export function newCounters(): GossipCounters {
  const dropped = Object.fromEntries(dropReasons.map((reason) => [reason, 0]));
  return {
    received: 0,
    sent: 0,
    receivedBytes: 0,
    sentBytes: 0,
    sendErrors: 0,
    suspected: 0,
    convicted: 0,
    proven: 0,
    ackedByStreamOnly: 0,
    exchanges: 0,
    exchangeErrors: 0,
    refuted: 0,
    stalls: 0,
    dropped: dropped as Record<DropReason, number>,
  };
}
