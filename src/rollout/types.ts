/** The words of the rollout: releases, places, the state that the log replicates, and what the plan sees and wants. */
import type { NodeId } from '../types/index.js';

/** What is signed is version, digest and format level; where the artifact is found is not. */
export interface Release {
  /** `MAJOR.MINOR.PATCH`, with a suffix or not; names a release: two releases never share one. */
  readonly version: string;
  /** `sha256:HEX` of the artifact's bytes; of an image, its manifest's digest. Empty: what runs already, not to be fetched. */
  readonly digest: string;
  /** What it writes once finalised. */
  readonly formatLevel: number;
  /** `file:///...`, `http(s)://...` or `oci://HOST/NAME@sha256:HEX`; empty for what runs already. */
  readonly artifact: string;
}

/** What a source offers: the JSON of a manifest. */
export interface Manifest extends Release {
  /** Base64 of the ed25519 signature of `hearth release\nVERSION\nDIGEST\nFORMATLEVEL\n`. */
  readonly signature: string;
}

/**
 * Where a rollout stands, in order. On the way back: `moving-back` (where the lead had moved) and `replacing-back`.
 * The last line are ends.
 */
export const steps = [
  'detected',
  'starting-canaries',
  'baking-canaries',
  'handing-over',
  'moving',
  'draining',
  'draining-last',
  'baking',
  'moving-back',
  'replacing-back',
  'finalised',
  'rolled-back',
] as const;
export type Step = (typeof steps)[number];

export interface StoryLine {
  readonly atMs: number;
  readonly step: Step;
  /** One sentence. */
  readonly text: string;
  /** Who is asked to leave, told before it is. */
  readonly leaves?: NodeId;
}

/** One start of a node, told before it is carried out: this is how crash loops are counted. */
export interface StartNote {
  readonly host: string;
  readonly place: string;
  readonly version: string;
  readonly atMs: number;
  /** When it was first seen to be a member. */
  readonly joinedMs?: number;
  /** When it was found to be no member though it had `startTimeoutMs` to become one. */
  readonly overdueMs?: number;
}

export interface Rollout {
  /** From 1. */
  readonly id: number;
  /** Raised by every command about it: who decides on an older one decides nothing. */
  readonly revision: number;
  readonly from: Release;
  readonly release: Release;
  /** Who began it: the source, or the key of a caller. */
  readonly by: string;
  /** Times are the cluster's wall time, milliseconds since 1970. */
  readonly beganMs: number;
  readonly step: Step;
  readonly stepBeganMs: number;
  readonly paused: { readonly by: string; readonly atMs: number } | null;
  /** Nodes that lived when it began: capacity never falls below. */
  readonly size: number;
  /** Who was Master then: drained last. */
  readonly oldMaster: NodeId;
  /** The new node that takes over. */
  readonly target: NodeId | null;
  /** Why it goes back or went back; null on the way forward. */
  readonly reason: string | null;
  readonly starts: readonly StartNote[];
  /** What was found last, for people. */
  readonly comparison: Comparison | null;
  /** The newest 200. */
  readonly story: readonly StoryLine[];
  readonly endedMs: number | null;
}

/** Which release leads: nodes of it go before all others, by age within. */
export interface CohortDecision {
  /** From 1; a later decision has a higher one. */
  readonly number: number;
  readonly version: string;
}

export interface RolloutState {
  /** What may be written into the log now. */
  readonly formatLevel: number;
  readonly cohort: CohortDecision | null;
  readonly current: Rollout | null;
  /** Newest first, at most 20. */
  readonly past: readonly Rollout[];
  /** Releases that are not tried again by themselves: `VERSION DIGEST`, with why. */
  readonly refused: readonly {
    readonly release: string;
    readonly reason: string;
    readonly atMs: number;
  }[];
}

/** Commands of the log, JSON behind `rolloutCommandTag`. Each but `begin` and `format` is about the revision it was decided on. */
export type RolloutCommand =
  | {
      readonly kind: 'begin';
      readonly from: Release;
      readonly release: Release;
      readonly by: string;
      readonly atMs: number;
      readonly size: number;
      readonly oldMaster: NodeId;
      /** By hand, it is tried although it was refused. */
      readonly again: boolean;
    }
  | (About & {
      readonly kind: 'advance';
      readonly to: Step;
      readonly text: string;
      readonly target?: NodeId;
      /** The cohort decision that comes with it: the version that leads from now on. */
      readonly lead?: string;
      /** Set on the first step back. */
      readonly reason?: string;
      readonly comparison?: Comparison;
    })
  /** A node is about to be started. */
  | (About & { readonly kind: 'starting'; readonly note: StartNote })
  /** The last one started there is a member now; or is none in time, and is ended. */
  | (About & {
      readonly kind: 'joined' | 'overdue';
      readonly host: string;
      readonly place: string;
    })
  | (About & {
      readonly kind: 'told';
      readonly text: string;
      readonly comparison?: Comparison;
      readonly leaves?: NodeId;
    })
  | (About & { readonly kind: 'pause' | 'resume' | 'abort'; readonly by: string })
  /** Outside of a rollout: every member can read this level. */
  | { readonly kind: 'format'; readonly level: number };

interface About {
  readonly revision: number;
  readonly atMs: number;
}

// ---- hosts and providers

/** A place of a host, and what runs there. */
export interface Place {
  readonly name: string;
  /** `host:port` as the cluster page tells it; null where nothing runs and nothing is known. */
  readonly http: string | null;
  readonly cluster: string | null;
  readonly running: { readonly version: string } | null;
}

/** What one host says of itself. */
export interface HostFacts {
  readonly host: string;
  /** A node that lives there and can be asked. */
  readonly node: NodeId;
  readonly places: readonly Place[];
  /** Versions that could be started now. */
  readonly prepared: readonly string[];
  /** Why the last `prepare` failed, by version. */
  readonly failures: Readonly<Record<string, string>>;
}

/**
 * What starts and stops nodes. Each call is idempotent: done twice, or by two callers, it ends as done once.
 * Throws HearthError with one sentence.
 */
export interface Provider {
  readonly kind: 'process' | 'docker' | 'command';
  list(): Promise<readonly Place[]>;
  /** Versions that `start` could start now. */
  prepared(): Promise<readonly string[]>;
  /** Brings a release here and checks its digest. One without artifact is what this node runs: it is kept startable. */
  prepare(release: Release, signal: AbortSignal): Promise<void>;
  /** Nothing where the place runs this version already; `place-taken` where it runs another. Does not wait for the node to be ready. */
  start(place: string, version: string): Promise<void>;
  /** `drain`: asks it to leave and finish (SIGTERM) and does not wait; `kill`: ends it now. Nothing where nothing runs. */
  stop(place: string, how: 'drain' | 'kill'): Promise<void>;
}

// ---- figures and their comparison

/** Of one function, as the paths of its requests name it. */
export interface FunctionFigures {
  readonly name: string;
  /** Invocations that this node took from callers. */
  readonly requests: number;
  /** Answered 5xx by Hearth, for whatever reason but a full queue. */
  readonly failures: number;
  /** Errors of functions. */
  readonly functionErrors: number;
  /** Those that went well in a sandbox of this node that was warm, by whole time in ms, from head to answer. */
  readonly warmBuckets: readonly number[];
}

/** What one node has counted since it started. Buckets are `figureBounds`; those behind the last count are left out. */
export interface NodeFigures {
  /** Tells apart the starts of this node. */
  readonly startedMs: number;
  /** The empty name has what found no room, or never went well. */
  readonly functions: readonly FunctionFigures[];
  /**
   * Invocations that went well in a warm sandbox of another node, by whole time less the function's own: of all
   * functions, for what they do takes no part in it.
   */
  readonly forwardedBuckets: readonly number[];
  /** Delays of the data thread's event loop, one count per sample. */
  readonly lagBuckets: readonly number[];
}

/** One side of a comparison, over its window. */
export interface SideFigures {
  readonly nodes: number;
  readonly requests: number;
  readonly failures: number;
  readonly functionErrors: number;
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
  readonly lagP99Ms: number | null;
}

export interface Comparison {
  readonly verdict: 'waiting' | 'good' | 'bad';
  /** One sentence: what is waited for, or what is worse and by how much. */
  readonly text: string;
  readonly windowMs: number;
  readonly old: SideFigures;
  readonly new: SideFigures;
}

/** A function version, and how many sandboxes of it a node has in use. */
export interface Warmth {
  readonly functionName: string;
  readonly version: string;
  readonly sandboxes: number;
}

/** What a node keeps ready: told by one that will leave, and made by one that is to stand in for it. */
export interface WarmthDesk {
  inUse(): readonly Warmth[];
  /** Resolves when as many sandboxes of each are here, or cannot be. */
  make(wanted: readonly Warmth[]): Promise<void>;
}

// ---- the plan

export interface MemberFacts {
  readonly id: NodeId;
  readonly http: string;
  readonly version: string;
  readonly joinedAt: number;
  /** 0 is the Master. */
  readonly rank: number;
  readonly isVoter: boolean;
}

/** What the conductor sees at a moment. */
export interface Facts {
  /** Cluster wall time. */
  readonly nowMs: number;
  readonly self: NodeId;
  readonly master: NodeId | null;
  /** Who leads the log, as far as known. */
  readonly leader: NodeId | null;
  /** Alive and admitted members, oldest first; suspects are among them, who left or died are not. */
  readonly members: readonly MemberFacts[];
  /** How many vote. */
  readonly voters: number;
  /** How many of them are alive. */
  readonly votersAlive: number;
  readonly hosts: readonly HostFacts[];
  /** Of the present step; null where there is none yet. */
  readonly comparison: Comparison | null;
  /** The node that holds the whole routing table as our heir, and has said so. */
  readonly heirReady: NodeId | null;
}

/** What the plan wants done now. Each may be wanted again at every look, and is then done at most once. */
export type Action =
  | { readonly kind: 'command'; readonly command: RolloutCommand }
  | { readonly kind: 'prepare'; readonly host: string; readonly release: Release }
  | {
      readonly kind: 'start';
      readonly host: string;
      readonly place: string;
      readonly version: string;
    }
  | {
      readonly kind: 'stop';
      readonly host: string;
      readonly place: string;
      /** What runs there: nothing is stopped where it is another by now. */
      readonly version: string;
      readonly how: 'drain' | 'kill';
    }
  | { readonly kind: 'hand-over'; readonly to: NodeId };

export interface PlanSettings {
  readonly canaries: number;
  readonly bakeMs: number;
  readonly requestsMin: number;
  readonly batchShare: number;
  readonly startTimeoutMs: number;
  readonly crashStarts: number;
  readonly crashWindowMs: number;
}

// ---- what people see

/** `GET /_hearth/rollout`: the log's state as this node has it, with what the Master sees now where it can be asked. */
export interface RolloutPage {
  readonly formatLevel: number;
  readonly cohort: CohortDecision | null;
  readonly current: Rollout | null;
  readonly past: readonly Rollout[];
  readonly refused: RolloutState['refused'];
  /** Members by version, alive ones. */
  readonly nodes: readonly {
    readonly id: NodeId;
    readonly http: string;
    readonly version: string;
    readonly role: string;
  }[];
  /** Null where the Master cannot be asked, or nothing is under way. */
  readonly comparison: Comparison | null;
  /** What the source offered last, and what was said of it. */
  readonly source: {
    readonly address: string;
    readonly lookedMs: number | null;
    readonly text: string;
  } | null;
}
