/** What a command did, or why it did nothing: remembered, and the same on every node. */
import { type ErrorCode, functionNotFound, type HearthError } from '../types/index.js';
import type { Attachment } from './attachment.js';
import type { LayerPolicy, LayerVersion } from './layer-state.js';
import type { AliasRecord, FunctionRecord, Setting } from './types.js';

export interface Refusal {
  readonly kind: 'refused';
  readonly code: ErrorCode;
  readonly message: string;
}

export type CommandResult =
  /** The function or version as it is now (as it was, for a deletion). */
  | { readonly kind: 'done'; readonly record: FunctionRecord }
  | { readonly kind: 'alias'; readonly alias: AliasRecord }
  | { readonly kind: 'layer'; readonly layer: LayerVersion }
  /** Null: it has none any more. */
  | { readonly kind: 'layer-policy'; readonly policy: LayerPolicy | null }
  /** Null: nothing is attached any more. */
  | { readonly kind: 'attachment'; readonly attachment: Attachment | null }
  /** Null: it is not set any more. */
  | { readonly kind: 'setting'; readonly setting: Setting | null }
  /** There was nothing to do, and that is fine: a version or alias that is gone already. */
  | { readonly kind: 'nothing' }
  | Refusal;

export function refused(code: ErrorCode, message: string): Refusal {
  return { kind: 'refused', code, message };
}

export function notFound(name: string, qualifier?: string): Refusal {
  return refusedBy(functionNotFound(name, qualifier));
}

export function refusedBy({ code, message }: HearthError): Refusal {
  return refused(code, message);
}

export const revisionMismatch = refused(
  'revision-mismatch',
  'The Revision Id provided does not match the latest Revision Id. ' +
    'Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
);
