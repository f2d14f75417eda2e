/**
 * What nodes say to each other about who holds what warm. All of it may be lost, doubled, late or out of
 * order: positions and sequence numbers tell what fits.
 *
 *     every node -- report --> Master -- batch, snapshot --> Replicas <-- lookup -- Workers
 *               <-- reported --      <-- applied, follow --          -- holders -->
 *               <-- collect --
 *
 * A report that reaches a former Master goes on to the present one as `passed-on`, once.
 */
import type { FunctionKey, Holder, NodeId, WarmClaim } from '../../types/index.js';
import type { Claim } from './claim.js';

/** One reign of one Master: no two share one, and a later one is greater. */
export interface Epoch {
  readonly number: number;
  readonly master: NodeId;
  /** Of the Master: in its next life it may have forgotten the numbers of this one. */
  readonly generation: number;
}

/** A place in the stream of changes: `offset` changes have been made since its beginning. */
export interface Position {
  readonly epoch: Epoch;
  readonly offset: number;
}

/** A claim within a report: the node and its generation stand at its head. */
export interface NumberedClaim extends WarmClaim {
  readonly sequence: number;
}

/** Node to Master: my claims after `since` up to `sequence`; `complete`: all that I have, and no other. */
export interface Report {
  readonly kind: 'report';
  readonly generation: number;
  readonly since: number;
  readonly sequence: number;
  readonly complete: boolean;
  readonly claims: readonly NumberedClaim[];
}

/** Master to a Replica: one part of everything; after the `last` one it stands at `position`. */
export interface SnapshotPart {
  readonly kind: 'snapshot';
  /** Numbers the snapshots of an epoch. */
  readonly id: number;
  readonly position: Position;
  readonly part: number;
  readonly last: boolean;
  readonly claims: readonly Claim[];
}

export type TableMessage =
  | Report
  /** To the Master from who is not, or no longer: a report of `origin` that came here. */
  | { readonly kind: 'passed-on'; readonly origin: NodeId; readonly report: Report }
  /** Master to node: I have your claims up to `sequence`. */
  | { readonly kind: 'reported'; readonly generation: number; readonly sequence: number }
  /** Master to node: tell me your claims after `since`. */
  | { readonly kind: 'collect'; readonly generation: number; readonly since: number }
  /** Replica to Master: send me what comes after this position; null: I hold nothing. */
  | { readonly kind: 'follow'; readonly position: Position | null }
  /** Master to Replicas: the changes after `base`; the last one's offset is `base.offset` + their number. */
  | {
      readonly kind: 'batch';
      readonly epoch: Epoch;
      readonly base: Position;
      readonly claims: readonly Claim[];
    }
  /** Replica to Master: I stand here. */
  | { readonly kind: 'applied'; readonly position: Position }
  | SnapshotPart
  /** Replica to Master: the next part, please. */
  | { readonly kind: 'part-taken'; readonly id: number; readonly part: number }
  | { readonly kind: 'lookup'; readonly id: number; readonly key: FunctionKey }
  /** Null: I hold no table. */
  | {
      readonly kind: 'holders';
      readonly id: number;
      readonly holders: readonly Holder[] | null;
    };

/** What the actor must do. */
export type TableEffect =
  | { readonly kind: 'send'; readonly to: readonly NodeId[]; readonly message: TableMessage }
  /** Answers `lookup`; null: nobody who could know has answered. */
  | {
      readonly kind: 'answer';
      readonly call: number;
      readonly holders: readonly Holder[] | null;
    };

export function compareEpochs(one: Epoch, other: Epoch): number {
  if (one.number !== other.number) return one.number - other.number;
  if (one.master !== other.master) return one.master < other.master ? -1 : 1;
  return one.generation - other.generation;
}

export function sameEpoch(one: Epoch, other: Epoch): boolean {
  return compareEpochs(one, other) === 0;
}
