/** What the executor needs of others, what it can be told, and what it tells. */
import type { LogSink, Sandbox, SandboxSpec } from '../agent/index.js';
import type { Clock, Logger } from '../lib/index.js';
import type { WarmClaim } from '../types/index.js';
import type { PoolCounters } from './book.js';
import type { ExecutionSink } from './executions/index.js';
import type { MemoryReading } from './host-memory.js';
import type { PoolStats } from './pool.js';
import type { SpecCatalog } from './sandbox-spec.js';

export interface ExecutorDeps {
  /** Where sandboxes come from. */
  readonly driver: {
    /** Resolves with a sandbox that has loaded its handler; rejects with SandboxInitError or HearthError. */
    create(spec: SandboxSpec): Promise<Sandbox>;
  };
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hears of every invocation, just before its answer is passed on: it keeps nobody waiting. */
  readonly logs: LogSink;
  /** The same, with what became of it and why it took so long. */
  readonly executions: ExecutionSink;
  readonly catalog: SpecCatalog;
  /** Hears what became warm or cold here, in order, and now and then how busy it is. */
  readonly claims: {
    changed(claim: WarmClaim): void;
  };
  /** The host's memory, the same object until it is read again; null where the host does not say. */
  memory(): MemoryReading | null;
  /** Whether more sandboxes could get anything done: not where all processors are busy, or the thread that feeds them. */
  spareTime(): boolean;
}

export interface ExecutorOptions {
  readonly sandboxesMax: number;
  readonly startsMax: number;
  readonly sandboxIdleMs: number;
  readonly queueWaitMs: number;
  /** Memory of the host that sandboxes are not to take; without it, a share of all. */
  readonly memoryReserveMb?: number | undefined;
  readonly functionArn: (functionName: string, qualifier?: string) => string;
}

export interface ExecutorStats {
  readonly functions: Readonly<Record<string, PoolStats>>;
  readonly counters: Readonly<ExecutorCounters>;
  readonly pools: Readonly<PoolCounters>;
}

export interface ExecutorCounters {
  cold: number;
  warm: number;
  stolen: number;
  /** Requests refused, for whatever reason. */
  throttled: number;
  /** Sandboxes whose handler could not be loaded. */
  initErrors: number;
  /** Sandboxes started ahead of any request. */
  prewarmed: number;
}
