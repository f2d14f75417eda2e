/** All that a tried upgrade leaves behind, as data. Times are this machine's monotonic milliseconds, but where wall time is said. */
import type { Comparison, Step } from '../../src/rollout/index.js';
import type { RawRecord } from '../chaos/load/raw-record.js';
import type { MachineStall } from '../chaos/records.js';

/** A step as it was first seen from outside. */
export interface StepSeen {
  readonly step: Step;
  readonly atMs: number;
  /** Address and version of who was Master then. */
  readonly master: string;
  /** Alive members by version, such as `0.2.0: 5, 0.2.1: 1`. */
  readonly nodes: string;
}

export interface Killed {
  readonly step: Step;
  readonly atMs: number;
  /** `host:port` */
  readonly http: string;
  readonly node: string;
  readonly version: string;
  /** Until another was Master with a majority; null: not seen. */
  readonly nextAfterMs: number | null;
}

export interface UpgradeRecord {
  readonly from: string;
  readonly to: string;
  readonly rate: number;
  /** The load ran from `beganMs`, the release was offered at `offeredMs`, its rollout was over at `overMs`. */
  readonly beganMs: number;
  readonly offeredMs: number;
  readonly overMs: number;
  readonly endedMs: number;
  readonly end: 'finalised' | 'rolled-back' | 'none';
  readonly reason: string | null;
  readonly steps: readonly StepSeen[];
  readonly kills: readonly Killed[];
  /** Fewest alive members seen while nobody had just been killed. */
  readonly aliveMin: number;
  /** Alive members at the end, by version. */
  readonly versions: Readonly<Record<string, number>>;
  readonly formatLevel: number;
  readonly comparison: Comparison | null;
  readonly story: readonly string[];
  readonly requests: readonly RawRecord[];
  readonly events: number;
  readonly lost: readonly string[];
  readonly oddities: readonly string[];
  readonly stalls: readonly MachineStall[];
}
