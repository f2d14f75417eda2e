/**
 * What the two threads of a node say to each other. The data thread owns no cluster state and the
 * control thread touches no payload: this union is all that passes between them.
 */
import type { GossipCounters } from '../gossip/index.js';
import type { TimeFigures } from '../lib/index.js';
import type { LogStatus } from '../log/index.js';
import type {
  ClusterView,
  ErrorCode,
  FunctionKey,
  Holder,
  NodeId,
  NodeLoad,
  WarmClaim,
} from '../types/index.js';
import type { TableCounters } from './table/index.js';
import type { TableTraffic } from './table-streams.js';

/** What the control thread counts, for the metrics of the node. */
export interface ControlCounters {
  readonly gossip: GossipCounters;
  readonly table: TableCounters;
  readonly tableTraffic: TableTraffic;
  readonly log: LogStatus;
  /** How late this thread's ticks came, by `lagBounds`. */
  readonly lag: TimeFigures;
}

/** An error as it passes from thread to thread. */
export interface CallError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What the answer to a proposal waits for: a majority's disks, or also all members that respond. */
export type ProposalWait = 'committed' | 'everywhere';

/** `begin` makes room for the state that ends with the entry at `index`; `end` puts it in place. */
export type RestoreStep =
  | { readonly kind: 'begin'; readonly index: number }
  | { readonly kind: 'part'; readonly data: Uint8Array }
  | { readonly kind: 'end' };

export type ToControl =
  /** Puts a command into the durable log; answered under the same `call`. */
  | {
      readonly kind: 'propose';
      readonly call: number;
      readonly command: Uint8Array;
      readonly wait: ProposalWait;
    }
  | { readonly kind: 'read-index'; readonly call: number }
  /** The catalogue of this node has come this far. */
  | { readonly kind: 'applied'; readonly index: number }
  /** The next part of a snapshot of the catalogue; null after the last one. `error`: there is none. */
  | {
      readonly kind: 'part';
      readonly call: number;
      readonly data: Uint8Array | null;
      readonly error: CallError | null;
    }
  /** A step of a restore is done; or `error`: the parts are not what a catalogue is made of. */
  | { readonly kind: 'restore-taken'; readonly call: number; readonly error: CallError | null }
  /** What this node holds warm has changed. */
  | { readonly kind: 'claims'; readonly claims: readonly WarmClaim[] }
  /** Who holds a function warm; answered by `holders` under the same `call`. */
  | { readonly kind: 'lookup'; readonly call: number; readonly key: FunctionKey }
  /** How busy the data thread and the sandboxes are. */
  | { readonly kind: 'load'; readonly load: NodeLoad }
  /** The number of the last decision by which this node's release leads; a lower one than before changes nothing. */
  | { readonly kind: 'cohort'; readonly number: number }
  /** The Master gives its whole routing table to this node; answered under the same `call` once that has it. */
  | { readonly kind: 'hand-over'; readonly call: number; readonly to: NodeId }
  /** The node is stopping: nothing new for it from now on. */
  | { readonly kind: 'leave' }
  /** The cluster secrets are these now: the first is used, all are accepted. */
  | { readonly kind: 'secrets'; readonly secrets: readonly Uint8Array[] }
  | { readonly kind: 'stop' };

export type ToData =
  /** Listening, with the log read; membership and leadership come later. */
  | { readonly kind: 'started' }
  /** Could not start, or cannot go on: the node must stop and say why. */
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'view'; readonly view: ClusterView }
  | { readonly kind: 'counters'; readonly counters: ControlCounters }
  /** Null: nobody who could know has answered. This node is never among them. */
  | {
      readonly kind: 'holders';
      readonly call: number;
      readonly holders: readonly Holder[] | null;
    }
  /**
   * The node is a member, and a catalogue that has applied `index` is as fresh as a majority's. Null:
   * nobody answers, so what is on disk has to do (execution never waits for a Master).
   */
  | { readonly kind: 'member'; readonly index: number | null }
  /** In order and without gaps, but for restores. `command` is null for entries that are not the catalogue's. */
  | {
      readonly kind: 'committed';
      readonly entries: readonly { readonly index: number; readonly command: Uint8Array | null }[];
    }
  /** A snapshot of the catalogue as it is after all `committed` before this; answered by a `part`, but for `stop`. */
  | {
      readonly kind: 'snapshot';
      readonly call: number;
      readonly id: number;
      readonly step: 'begin' | 'next' | 'stop';
    }
  /** The catalogue is to be replaced; each step is answered by `restore-taken`. */
  | { readonly kind: 'restore'; readonly call: number; readonly step: RestoreStep }
  | { readonly kind: 'answer'; readonly call: number; readonly index: number | null }
  | {
      readonly kind: 'refused';
      readonly call: number;
      readonly code: ErrorCode;
      readonly message: string;
    }
  /** What seals secrets in the catalogue; before anything that was sealed is `committed` or restored. */
  | { readonly kind: 'sealing-key'; readonly key: Uint8Array }
  | { readonly kind: 'stopped' };
