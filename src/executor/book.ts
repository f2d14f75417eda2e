/** All that the pools of one node know, in one place: `core.ts` takes the inputs, the files beside it change this. */
import type { Effect, EndReason, RefusalReason } from './effects.js';
import { Groups } from './groups.js';
import { MemoryLedger } from './memory-ledger.js';
import type { Pool, SandboxNumber, Slot, StartReason, Ticket } from './pool.js';
import { History } from './starts.js';

export interface PoolsLimits {
  readonly sandboxesMax: number;
  readonly startsMax: number;
  readonly sandboxIdleMs: number;
  /** Pools of which it is remembered how long invocations and starts take. */
  readonly historyMax: number;
  /** What an invocation of an unknown function is taken for. */
  readonly unknownServiceMs: number;
}

export interface PoolCounters {
  readonly starts: Record<StartReason, number>;
  readonly ends: Record<EndReason, number>;
  readonly refusals: Record<RefusalReason, number>;
  /** Requests that waited and were then run, and how long they waited, together. */
  queueWaits: number;
  queueWaitMs: number;
}

/** Pools that wait for a place, where no idle sandbox could be ended for them. */
export interface Owed {
  /** How many of them no ending sandbox makes room for. */
  count: number;
  /** One of them has a right to its place. */
  reserved: boolean;
  /** Since when the first of them has waited. */
  sinceMs: number;
}

export interface Book {
  readonly limits: PoolsLimits;
  readonly effects: Effect[];
  readonly pools: Map<string, Pool>;
  readonly slots: Map<SandboxNumber, Slot>;
  /** Who waits, for a place or for a sandbox asked for by itself. */
  readonly waiting: Map<Ticket, Pool>;
  /** Pools with waiters that want starts and have not got them; served in turn. */
  readonly wanting: Set<Pool>;
  /** Pools that want starts that nobody waits for; after all others. */
  readonly lacking: Set<Pool>;
  readonly groups: Groups;
  readonly memory: MemoryLedger;
  readonly history: History;
  readonly counters: PoolCounters;
  readonly owed: Owed;
  nextNumber: number;
  starting: number;
  ending: number;
  /** GreedyDual's L: what the last sandbox that was given up was worth. */
  inflation: number;
  /** What all floors together ask for. */
  floorSlots: number;
}

export function newBook(limits: PoolsLimits): Book {
  return {
    limits,
    effects: [],
    pools: new Map(),
    slots: new Map(),
    waiting: new Map(),
    wanting: new Set(),
    lacking: new Set(),
    groups: new Groups(),
    memory: new MemoryLedger(),
    history: new History(limits.historyMax, limits.unknownServiceMs),
    counters: {
      starts: { request: 0, ahead: 0, floor: 0 },
      ends: { room: 0, memory: 0, yielded: 0, idle: 0, stale: 0 },
      refusals: {
        'too-many-waiters': 0,
        'waited-too-long': 0,
        'nothing-reserved': 0,
        'no-memory': 0,
      },
      queueWaits: 0,
      queueWaitMs: 0,
    },
    owed: { count: 0, reserved: false, sinceMs: 0 },
    nextNumber: 1,
    starting: 0,
    ending: 0,
    inflation: 0,
    floorSlots: 0,
  };
}
