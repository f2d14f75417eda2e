/**
 * The commands of events as they stand in the durable log. Those of one moment share an entry, a batch, for an entry
 * costs a write on a majority's disks. Each may be said twice (a retry after the leader died) and takes effect once.
 * Whatever is not deterministic, such as times, is chosen by the proposer and carried along.
 */
import {
  type Adoption,
  type BatchHead,
  decodeTagged,
  type EncodedBatch,
  encodeFrame,
  encodeTagged,
} from '../../replication/index.js';
import {
  type ErrorCode,
  type KindLevels,
  levelOfKind,
  type NodeId,
  type RequestId,
} from '../../types/index.js';
import type { Delivery, EventOutcome, Submission } from './types.js';

export type SubmitCommand = Submission & { readonly kind: 'submit' };

/** An attempt has failed, and another one is due. */
export interface AttemptedCommand {
  readonly kind: 'attempted';
  readonly id: RequestId;
  readonly round: number;
  readonly attempts: number;
  readonly delayMs: number;
  readonly outcome: EventOutcome;
}

export interface EndedCommand {
  readonly kind: 'ended';
  readonly id: RequestId;
  readonly round: number;
  readonly attempts: number;
  readonly outcome: EventOutcome;
  readonly deliveries: readonly Pick<Delivery, 'kind' | 'target'>[];
}

export interface DeliveredCommand {
  readonly kind: 'delivered';
  readonly id: RequestId;
  readonly round: number;
  /** Which of the event's deliveries. */
  readonly at: number;
  /** Empty where it was taken; else why it never will be. */
  readonly error: string;
}

export interface CancelCommand {
  readonly kind: 'cancel';
  readonly id: string;
}

export interface RedriveCommand {
  readonly kind: 'redrive';
  readonly id: string;
  /** Of the dead event: a second redrive of the same death does nothing. */
  readonly round: number;
}

/** The next `itemsMax` events of one node become those of others, in turn. */
export interface AdoptCommand extends Adoption {
  readonly kind: 'adopt';
}

export type EventCommand =
  | SubmitCommand
  | AttemptedCommand
  | EndedCommand
  | DeliveredCommand
  | CancelCommand
  | RedriveCommand
  | AdoptCommand;

export type CommandResult =
  | { readonly kind: 'accepted'; readonly id: RequestId; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  /** How many events were changed. */
  | { readonly kind: 'changed'; readonly count: number };

export interface Batch extends BatchHead {
  readonly commands: readonly EventCommand[];
}

/** Since which format level each kind may be written. */
const commandLevels: KindLevels<EventCommand['kind']> = {
  submit: 1,
  attempted: 1,
  ended: 1,
  delivered: 1,
  cancel: 1,
  redrive: 1,
  adopt: 1,
};

/** The first byte of every batch: no JSON begins with it, so that no command of the catalogue does. */
export const batchTag = 1;

export function encodeBatch(
  node: NodeId,
  wallMs: number,
  commands: readonly Uint8Array[],
): EncodedBatch {
  return encodeTagged(batchTag, node, wallMs, commands);
}

/** The bytes of a command lie beside its facts, never in them. */
export function encodeCommand(command: EventCommand): Buffer {
  switch (command.kind) {
    case 'submit': {
      const { payload, ...facts } = command;
      return encodeFrame(facts, payload);
    }
    case 'attempted':
    case 'ended': {
      const { answer, ...outcome } = command.outcome;
      return encodeFrame({ ...command, outcome }, answer);
    }
    default:
      return encodeFrame(command);
  }
}

/** The format level that the commands of a batch need. */
export function batchLevel(data: Uint8Array): number {
  const { commands } = decodeBatch(data);
  return Math.max(1, ...commands.map(({ kind }) => levelOfKind(commandLevels, kind)));
}

/**
 * The log holds only what `encodeBatch` wrote, also that of a newer release, whose kinds throw `storage`; anything else is
 * a programmer's error and throws.
 */
export function decodeBatch(data: Uint8Array): Batch {
  const batch = decodeTagged<EventCommand>(batchTag, data);
  if (batch === undefined) throw new Error('an entry is no batch of events');
  const commands = batch.frames.map(({ facts, bytes }) => completed(facts, bytes));
  return { ...batch.head, commands };
}

function completed(command: EventCommand, bytes: Uint8Array): EventCommand {
  levelOfKind(commandLevels, command.kind);
  switch (command.kind) {
    case 'submit':
      return { ...command, payload: bytes };
    case 'attempted':
      return { ...command, outcome: { ...command.outcome, answer: bytes } };
    case 'ended':
      return { ...command, outcome: { ...command.outcome, answer: bytes } };
    default:
      return command;
  }
}
