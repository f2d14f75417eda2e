/**
 * Layers: a name and its published versions, which never change. Deleting a version takes away the name,
 * not the content: functions that have the version hold the hash of what it brings.
 */
import type { BundleHash } from '../types/index.js';
import type { Expectation, JsonValue } from './attachment.js';

export interface LayerVersion {
  readonly name: string;
  /** A whole number from 1. */
  readonly version: number;
  readonly description: string;
  /** Empty where none was given. */
  readonly licenseInfo: string;
  /** Names of runtimes, and of architectures: for who looks for a layer; nothing is refused by them. Null: not given. */
  readonly compatibleRuntimes: readonly string[] | null;
  readonly compatibleArchitectures: readonly string[] | null;
  readonly codeHash: BundleHash;
  readonly codeBytes: number;
  readonly unzippedBytes: number;
  /** ISO 8601 with milliseconds and `+0000`, as AWS writes it. */
  readonly created: string;
}

/** Never changed, only replaced: a snapshot is a reference. */
export interface LayerState {
  readonly name: string;
  /** The last number that was given to a version: no number is given twice. */
  readonly lastVersion: number;
  /** From the oldest on; those that were deleted are not there. */
  readonly versions: ReadonlyMap<number, LayerVersion>;
  /** Of versions that are there. */
  readonly policies: ReadonlyMap<number, LayerPolicy>;
}

/** Who else may use a layer version: kept for AWS's tools, which read it back. */
export interface LayerPolicy {
  readonly value: JsonValue;
  /** A UUID, new with every change. */
  readonly revisionId: string;
}

/** What must be the policy of a layer version for a change to be made. */
export type PolicyExpectation = Exclude<Expectation, 'present'>;

/** A layer version as a function has it: enough to run, whatever becomes of the layer. */
export interface LayerUse {
  readonly arn: string;
  readonly codeHash: BundleHash;
  readonly codeBytes: number;
  readonly unzippedBytes: number;
}
