/**
 * All that a run leaves behind, as data: what the checks judge and the report draws. Every time is in
 * milliseconds of this machine's monotonic clock, which is the same in all of its processes.
 */
import type { AppendInput, AppendOutput } from '../linear/append-order.js';
import type { Operation } from '../linear/history.js';
import type { RegisterInput, RegisterOutput } from '../linear/register.js';

/** Milliseconds of CLOCK_MONOTONIC: comparable between the processes of one machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export type RequestKind =
  /** Synchronous, not to be repeated by anybody. */
  | 'invoke'
  /** Synchronous and marked as idempotent: balancers may give it to another node. */
  | 'idempotent'
  /** One of a chain of synchronous requests of one caller, each sent when the one before has ended. */
  | 'chained'
  /** Asynchronous. */
  | 'event'
  /** A description written to a function: a register. */
  | 'write'
  /** A new version published: an append. */
  | 'publish'
  /** An alias moved to a newer version. */
  | 'switch'
  /** A confirmed read of what was written. */
  | 'read';

export type BalancerName = 'nginx' | 'haproxy';

export interface RequestRecord {
  /** What the function records; unique in a run. */
  readonly id: string;
  readonly kind: RequestKind;
  readonly functionName: string;
  readonly through: BalancerName;
  /** When the schedule wanted it sent: latency counts from here. */
  readonly dueMs: number;
  readonly endMs: number;
  /** 0: no answer came, `error` says why. A function that failed is answered by 200, with `error`. */
  readonly status: number;
  /**
   * Null: it was done. Else the code of the error (`ServiceException`), or the first of what the answer says. A 412 is
   * what a compare-and-set has asked for, and no error.
   */
  readonly error: string | null;
  /** Who gave the answer: nodes name the request in its head. Null: none came. */
  readonly answeredBy: 'node' | 'balancer' | null;
  /** The nodes that the balancer gave it to, in order, as far as it tells; numbers from 1. */
  readonly entered: readonly number[];
  /** The node that ran it (`x-hearth-node`), and how many forwards it took. */
  readonly ranOn: number | null;
  readonly hops: number | null;
  /**
   * The function's version that answered, 0 for `$LATEST`; that a publish has made; that a switch asked for, whatever
   * came of it.
   */
  readonly version: number | null;
  /** Of a publish: what its version is called, unique in a run. */
  readonly label: string | null;
  /** Where its caller has sent the log position of an acknowledged switch: the least version that may answer. */
  readonly leastVersion: number | null;
}

/** What a function has written down itself: it began to run this. */
export interface LedgerEntry {
  readonly id: string;
  readonly functionName: string;
  /** 0 for `$LATEST`. */
  readonly version: number;
  readonly atMs: number;
}

/** What became of an asynchronous invocation that was answered by 202, as the cluster tells at the end. */
export interface EventOutcome {
  readonly id: string;
  /** `done`, `pending`, ...; null: no node knows of it. */
  readonly status: string | null;
}

/** What one version number is, as one node tells at the end. */
export interface VersionRecord {
  readonly node: number;
  readonly functionName: string;
  readonly version: number;
  /** What its publisher has called it: unique in a run. */
  readonly label: string;
}

/** Where an alias points, as one node tells at the end. */
export interface AliasRecord {
  readonly node: number;
  readonly functionName: string;
  readonly version: number;
}

/** A moment at which the machine itself stood still: whoever measures times has to know. */
export interface MachineStall {
  readonly atMs: number;
  readonly lagMs: number;
}

export interface LoadRecord {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly requests: readonly RequestRecord[];
  readonly ledger: readonly LedgerEntry[];
  readonly outcomes: readonly EventOutcome[];
  /** Functions whose events have a stream as their destination. */
  readonly delivering: readonly string[];
  /** Ids of events whose outcome stands in that stream. */
  readonly delivered: readonly string[];
  readonly versions: readonly VersionRecord[];
  /** The one alias of each function that has one. */
  readonly aliases: readonly AliasRecord[];
  readonly registers: readonly Operation<RegisterInput, RegisterOutput>[];
  readonly lists: readonly Operation<AppendInput, AppendOutput>[];
  /** In words what no checker of orders would see. */
  readonly oddities: readonly string[];
  readonly stalls: readonly MachineStall[];
}

export type FaultKind =
  /** A process was killed. */
  | 'death'
  /** A process stood still. */
  | 'pause'
  /** Packets between nodes did not arrive. */
  | 'cut'
  /** Some packets were lost or late. */
  | 'rough'
  | 'clock'
  | 'disk'
  | 'pressure'
  | 'balancer'
  | 'sandboxes'
  /** Told to stop and started again, one after the other. */
  | 'restart'
  /** All nodes were killed: nobody is there who could answer. */
  | 'outage';

/** Somebody asked one node directly while a fault lasted. */
export interface Probe {
  readonly what: 'invoke' | 'write';
  readonly node: number;
  /** Which side of a cut the node was on. */
  readonly side: 'majority' | 'minority';
  readonly atMs: number;
  readonly tookMs: number;
  /** 0: no answer. */
  readonly status: number;
  /** The answer says that it may be tried again (`Retry-After`, or a code that AWS's tools retry). */
  readonly isRetryable: boolean;
  readonly text: string;
}

export interface Death {
  /** A node's number, or a balancer. */
  readonly who: number | BalancerName;
  /** When it was killed. */
  readonly atMs: number;
  /** When it was seen to be gone, and what is sent to it refused. */
  readonly goneMs: number;
}

export interface FaultRecord {
  /** As in the plan: `kill the Master`. */
  readonly name: string;
  readonly kind: FaultKind;
  /** The nodes that it hit. */
  readonly nodes: readonly number[];
  /** The Master when it began; null where none was known. */
  readonly master: number | null;
  readonly beganMs: number;
  /** From here on nothing is wrong any more: the network is whole, all processes have been started and are ready. */
  readonly mendedMs: number;
  /** When all nodes agreed again on members, log and catalogue; null: not within the time that was waited. */
  readonly agreedMs: number | null;
  readonly deaths: readonly Death[];
  readonly probes: readonly Probe[];
  /** What else somebody who reads the report should know. */
  readonly notes: readonly string[];
  /** In words what the fault itself found to be wrong: a node that did not start again, or stopped without being told. */
  readonly oddities: readonly string[];
}

/** What a node holds of the machine. */
export interface NodeCensus {
  readonly node: number;
  /** Resident memory of the node's own process. */
  readonly residentBytes: number;
  readonly descriptors: number;
  readonly sockets: number;
  readonly processes: number;
  readonly cgroups: number;
  /** In its data directory and its temporary one. */
  readonly files: number;
  readonly fileBytes: number;
}

export interface Census {
  readonly atMs: number;
  readonly nodes: readonly NodeCensus[];
}

export interface RunRecord {
  readonly seed: number;
  readonly minutes: number;
  readonly nodes: number;
  /** Requests a second that the schedule sends. */
  readonly rate: number;
  readonly sandbox: string;
  /** Names of the only faults that were asked for; empty for all. */
  readonly only: readonly string[];
  /** Faults that this machine cannot do, each with the reason. */
  readonly skipped: readonly string[];
  readonly load: LoadRecord;
  readonly faults: readonly FaultRecord[];
  /** Once everything is warm, and once everything has been healed and is quiet again. */
  readonly before: Census | null;
  readonly after: Census | null;
}
