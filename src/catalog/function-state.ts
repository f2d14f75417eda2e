/** All that the catalogue holds of one function. Never changed, only replaced: a snapshot is a reference. */
import { type Attachments, noAttachments } from './attachment.js';
import type { AliasRecord, FunctionRecord, Provisioned } from './types.js';

export interface FunctionState {
  readonly latest: FunctionRecord;
  /** From the oldest on. */
  readonly versions: ReadonlyMap<string, FunctionRecord>;
  readonly aliases: ReadonlyMap<string, AliasRecord>;
  /** The last number that was given to a version, 0 where none was: no number is given twice. */
  readonly lastVersion: number;
  /** The log index of the command that last changed code or settings. */
  readonly changedAt: number;
  /** The log index of the command that last made a version, 0 where none did. */
  readonly publishedAt: number;
  readonly reservedConcurrency: number | null;
  /** By version or alias. */
  readonly provisioned: ReadonlyMap<string, Provisioned>;
  readonly attachments: Attachments;
}

const noVersions: ReadonlyMap<string, FunctionRecord> = new Map();
const noAliases: ReadonlyMap<string, AliasRecord> = new Map();
const nothingProvisioned: ReadonlyMap<string, Provisioned> = new Map();

/** A function as it was just created. */
export function newState(latest: FunctionRecord): FunctionState {
  return {
    latest,
    versions: noVersions,
    aliases: noAliases,
    lastVersion: 0,
    changedAt: latest.revision,
    publishedAt: 0,
    reservedConcurrency: null,
    provisioned: nothingProvisioned,
    attachments: noAttachments,
  };
}

/** A copy with the key set, or removed (null). */
export function withKey<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  key: Key,
  value: Value | null,
): ReadonlyMap<Key, Value> {
  const copy = new Map(map);
  if (value === null) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

/** The version of a qualifier that is one: `$LATEST` or a number. */
export function versionOf(state: FunctionState, version: string): FunctionRecord | undefined {
  return version === state.latest.version ? state.latest : state.versions.get(version);
}
