/** What the core wants done: data that the actor, or the simulator, performs. */
import type { NodeId } from '../types/index.js';
import type { Ack, Packet } from './packet.js';
import { parameters } from './parameters.js';
import type { ProbeAnswer } from './prober.js';

/** A member to hold a stream to: when it breaks and cannot be opened again, the process is gone. */
export interface WatchedMember {
  readonly id: NodeId;
  readonly generation: number;
  /** `host:port`. */
  readonly cluster: string;
}

export type Effect =
  /** Send a datagram to `host:port`, or lose it: what matters is repeated. */
  | { readonly kind: 'send'; readonly to: string; readonly packet: Packet }
  /** Send over a stream (TCP) to `host:port`; the reply, if one comes, goes to `receive`. */
  | { readonly kind: 'exchange'; readonly to: string; readonly packet: Packet }
  /** Hold a stream to each of these and to nobody else; what breaks goes to `streamBroken`. */
  | { readonly kind: 'watch'; readonly members: readonly WatchedMember[] }
  /** The clock of this member's machine says `wallMs` now, in milliseconds since 1970. */
  | { readonly kind: 'time'; readonly id: NodeId; readonly wallMs: number }
  /** The snapshot of the members looks different now. */
  | { readonly kind: 'changed' }
  /** Somebody else lives under our id in this generation, or our generation has said goodbye. */
  | { readonly kind: 'conflict'; readonly generation: number };

/** What to do after an `exchange` came in: the reply, if any, and the effects. */
export interface Exchanged {
  readonly reply: Packet | null;
  readonly effects: readonly Effect[];
}

/**
 * What an ack tells of the time: only one straight from whom we asked, and soon. One that has waited for us in
 * the kernel while we stood still says how late it was then.
 */
export function timeTold({ target, wallMs }: Ack, answer: ProbeAnswer | null): Effect[] {
  if (wallMs === undefined || answer?.way !== 'direct') return [];
  if (answer.tookMs > parameters.timeRoundTripMaxMs) return [];
  return [{ kind: 'time', id: target, wallMs: wallMs + answer.tookMs / 2 }];
}
