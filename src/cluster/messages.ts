/**
 * What the two threads of a node say to each other. The data thread owns no cluster state and the
 * control thread touches no payload: this union is all that passes between them.
 */
import type { GossipCounters } from '../gossip/index.js';
import type { ClusterView, ErrorCode, FunctionKey, Holder, WarmClaim } from '../types/index.js';
import type { TableCounters } from './table/index.js';

export type ToControl =
  /** Puts a command of the catalogue into the durable log; answered under the same `call`. */
  | { readonly kind: 'propose'; readonly call: number; readonly command: Uint8Array }
  | { readonly kind: 'read-index'; readonly call: number }
  /** The catalogue of this node has come this far. */
  | { readonly kind: 'applied'; readonly index: number }
  /** What this node holds warm has changed. */
  | { readonly kind: 'claims'; readonly claims: readonly WarmClaim[] }
  /** Who holds a function warm; answered by `holders` under the same `call`. */
  | { readonly kind: 'lookup'; readonly call: number; readonly key: FunctionKey }
  /** Share of the data thread's event loop in use, 0 to 1. */
  | { readonly kind: 'load'; readonly load: number }
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
  | { readonly kind: 'counters'; readonly gossip: GossipCounters; readonly table: TableCounters }
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
  /** In order and without gaps. `command` is null for entries that are not the catalogue's. */
  | {
      readonly kind: 'committed';
      readonly entries: readonly { readonly index: number; readonly command: Uint8Array | null }[];
    }
  | { readonly kind: 'answer'; readonly call: number; readonly index: number | null }
  | {
      readonly kind: 'refused';
      readonly call: number;
      readonly code: ErrorCode;
      readonly message: string;
    }
  | { readonly kind: 'stopped' };
