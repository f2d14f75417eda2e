/**
 * The commands of the catalogue as they stand in the durable log: JSON, each with an id so that one
 * proposed twice (a retry after the leader died) takes effect once. Whatever is not deterministic (ids,
 * times) is chosen by the proposer and carried along.
 */
import type { Architecture, FunctionRecord, FunctionSettings } from './types.js';

interface CommandBase {
  /** A UUID of the proposal, the same on every retry. */
  readonly id: string;
}

interface ChangeBase extends CommandBase {
  readonly name: string;
  /** Refused with `revision-mismatch` where the function has moved on. */
  readonly expectedRevisionId?: string;
  readonly revisionId: string;
  readonly lastModified: string;
}

export type Command =
  | (CommandBase & { readonly kind: 'create'; readonly record: Omit<FunctionRecord, 'revision'> })
  | (ChangeBase & {
      readonly kind: 'update-code';
      readonly codeHash: FunctionRecord['codeHash'];
      readonly codeBytes: number;
      readonly architecture?: Architecture;
    })
  | (ChangeBase & { readonly kind: 'update-settings'; readonly changes: Partial<FunctionSettings> })
  | (CommandBase & { readonly kind: 'delete'; readonly name: string });

export function encodeCommand(command: Command): Uint8Array {
  return Buffer.from(JSON.stringify(command));
}

/** The log holds only what encodeCommand wrote; anything else is a programmer's error and throws. */
export function decodeCommand(data: Uint8Array): Command {
  return JSON.parse(
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString(),
  ) as Command;
}
