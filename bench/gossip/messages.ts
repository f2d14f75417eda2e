/** What the benchmark and its processes tell each other, over Node's own channel. */
import { performance } from 'node:perf_hooks';
import type { GossipStatus } from '../../src/gossip/index.js';

export interface MemberPlan {
  readonly id: string;
  readonly generation: number;
  /** 0 takes a free one. */
  readonly port: number;
}

/** To a process: start these members. */
export interface HostPlan {
  readonly members: readonly MemberPlan[];
  /** `host:port` of members to join. */
  readonly seeds: readonly string[];
  /** Report of these ids whatever changes, and of all others only deaths. */
  readonly victims: readonly string[];
}

export type ToHost = { kind: 'start'; plan: HostPlan } | { kind: 'usage' };

/** One member sees another differently. */
export interface Sighting {
  readonly observer: string;
  readonly member: string;
  readonly generation: number;
  readonly status: GossipStatus;
  readonly atMs: number;
}

/** All members of one process together, since it started. */
export interface Usage {
  readonly cpuMs: number;
  readonly atMs: number;
  readonly sent: number;
  readonly received: number;
  readonly exchanges: number;
  readonly suspected: number;
  /** Members found dead because their suspicion ran out, and because their process was proven gone. */
  readonly convicted: number;
  readonly proven: number;
  readonly refuted: number;
  readonly stalls: number;
  /** The longest that the event loop stood still since this was last asked. */
  readonly loopDelayMs: number;
}

export type FromHost =
  | { kind: 'started'; addresses: string[] }
  | { kind: 'sightings'; sightings: Sighting[] }
  | { kind: 'usage'; usage: Usage };

/** Milliseconds on the wall clock with fractions: the same for all processes of a machine. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
