/**
 * What a link does to a datagram. The delay is a base and an exponential tail, so that one packet
 * overtakes another now and then: reordering needs no knob of its own.
 */
import type { Random } from '../../src/lib/index.js';

export interface Link {
  /** No packet is faster. */
  readonly latencyMs: number;
  /** Mean of what comes on top. */
  readonly tailMs: number;
  /** Share of the packets that never arrive, 0 to 1. */
  readonly loss: number;
  /** Share of the packets that arrive twice, 0 to 1. */
  readonly duplication: number;
}

/** A data centre: most packets below a millisecond, a few of several. */
export const lan: Link = { latencyMs: 0.3, tailMs: 0.5, loss: 0, duplication: 0 };

/** How long one packet takes. */
export function delayMs(link: Link, random: Random): number {
  return link.latencyMs - link.tailMs * Math.log(1 - random.next());
}

const retryMs = 200;
const segmentBytes = 1400;
const segmentHeaderBytes = 40;

export function segmentsOf(payloadBytes: number): number {
  return Math.max(1, Math.ceil(payloadBytes / segmentBytes));
}

/** What a message on a stream costs with the headers (IP and TCP) of its segments. */
export function streamBytes(payloadBytes: number): number {
  return payloadBytes + segmentHeaderBytes * segmentsOf(payloadBytes);
}

/**
 * How long a message of that many segments takes on a stream: whatever is lost is sent again after
 * 200 ms, then 400, then 800 (TCP's first retransmission timeouts); the slowest segment counts.
 */
export function streamDelayMs(link: Link, segments: number, random: Random): number {
  let waitMs = 0;
  for (let segment = 0; segment < segments && link.loss > 0; segment++) {
    let lostMs = 0;
    for (let nextMs = retryMs; random.next() < link.loss && nextMs < 60_000; nextMs *= 2) {
      lostMs += nextMs;
    }
    waitMs = Math.max(waitMs, lostMs);
  }
  return waitMs + delayMs(link, random);
}
