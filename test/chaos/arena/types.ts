/**
 * Where chaos happens: some nodes, each on a machine of its own (a network namespace, where this system lets
 * us make them), two balancers before them on a machine of theirs, from which clients call, too.
 */
import type { Direction } from '../../e2e/netns/network.js';
import type { BalancerName } from '../records.js';

export interface ArenaOptions {
  readonly nodes: number;
  readonly sandbox: string;
  /** Settings of `--config` for all nodes, over those of the arena. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Roles {
  readonly master: number | null;
  readonly replicas: readonly number[];
  readonly workers: readonly number[];
}

export interface Arena {
  readonly directory: string;
  /** From 1. */
  readonly nodes: readonly ArenaNode[];
  readonly balancers: Readonly<Record<BalancerName, ArenaBalancer>>;
  /** What stands before a command that runs on the clients' machine; empty on the loopback. */
  readonly enterClients: readonly string[];
  /** An access key that may do everything; null where nodes ask nobody who they are. */
  readonly key: { readonly id: string; readonly secret: string } | null;
  readonly wire: Wire | null;
  node(number: number): ArenaNode;
  /** As most of the running nodes see it. */
  roles(): Promise<Roles>;
  /** The number of the node with this id (`x-hearth-node`), as far as one of them has said so. */
  numberOf(id: string): number | null;
  /**
   * Resolves with the moment at which all nodes that run saw each other alive, had a majority that takes writes, and had
   * applied the same log; null where that did not come within the time.
   */
  agreed(timeoutMs: number): Promise<number | null>;
  /** Ends and removes everything. */
  close(): Promise<void>;
}

/** The network between the nodes. Clients and balancers reach every node whatever happens here. */
export interface Wire {
  cut(directions: readonly Direction[]): Promise<void>;
  heal(): Promise<void>;
  /** This share of the packets between nodes is lost; 0 for none. */
  lose(share: number): Promise<void>;
  /** Packets between nodes are late by a random time of at most this, each by its own; 0 for none. */
  jitter(maxMs: number): Promise<void>;
}

export interface ArenaNode {
  readonly number: number;
  readonly data: string;
  /** Its own directory for temporary files. */
  readonly temporary: string;
  /** `http://HOST:PORT`, as the clients' machine reaches it. */
  readonly url: string;
  readonly runs: boolean;
  /** Of the node's own process; null where it does not run. */
  readonly pid: number | null;
  /** Resolves when it takes requests; rejects with the end of what it printed. */
  start(): Promise<void>;
  /** SIGKILL. Resolves with the moment of the signal once the process is gone. */
  kill(): Promise<number>;
  /** SIGTERM: it gives notice, drains and leaves. Resolves with its exit code once it is gone. */
  stop(): Promise<number | null>;
  pause(): void;
  resume(): void;
  /** Why its clock cannot be wrong and its disk not slow here, or false. */
  readonly noClockFaults: string | false;
  /** Its wall clock is wrong by so much from now on, also after it starts again. */
  setClock(offsetMs: number): void;
  /** Whatever waits for the disk takes so much longer from now on; 0 for none. */
  slowSync(delayMs: number): void;
  /** Why its disk cannot be filled or made read-only here, or false. */
  readonly noDiskFaults: string | false;
  fillDisk(): Promise<void>;
  makeRoom(): Promise<void>;
  /** Files can be opened for writing no more; those that are open stay writable, as on any Linux. */
  setReadOnly(readOnly: boolean): Promise<void>;
  /** Why its processor cannot be limited here, or false. */
  readonly noCpuFaults: string | false;
  /** The node's own process gets this share of one processor; null for as much as it wants. Sandboxes keep theirs. */
  limitCpu(share: number | null): Promise<void>;
  /** Process ids of its sandboxes, several of each where a sandbox is several processes: killing any one ends it. */
  sandboxes(): readonly number[];
  /** Signed where nodes ask for it. Rejects where no whole answer came in time. */
  ask(method: string, path: string, body: unknown, timeoutMs: number): Promise<Answer>;
  /** The end of what it has printed. */
  readonly log: string;
  /** Copies all that it has printed to `directory`/node-N.log. */
  keepLog(directory: string): Promise<void>;
}

export interface ArenaBalancer {
  readonly name: BalancerName;
  /** Where clients on their machine call. */
  readonly url: string;
  /** Why there is none here, or false. */
  readonly missing: string | false;
  /** As an operator reloads it: nothing under way is lost. */
  reload(): Promise<void>;
  /** Killed, and started again at once; resolves with the moment of the signal. */
  restart(): Promise<number>;
}
