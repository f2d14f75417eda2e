/** What others must hear of when a function becomes another: by a command, or by a whole snapshot. */
import { isDeepStrictEqual } from 'node:util';
import type { BundleHash } from '../types/index.js';
import { codeOf } from './code-of.js';
import type { FunctionState } from './function-state.js';
import type { LayerState } from './layer-state.js';
import type { FunctionRecord } from './types.js';

export interface ChangeEvents {
  /** A function, version or layer needs this bundle from now on: whoever votes should hold it. */
  codeWanted(hash: BundleHash): void;
  /** A version (`$LATEST` too) was changed or deleted: sandboxes made for what it was are stale. */
  changed(name: string, version: string): void;
  /**
   * What is reserved or provisioned of a function, where it is provisioned, or its versions with SnapStart are
   * others from now on.
   */
  concurrencyChanged(name: string): void;
}

/** Tells what is different; both sides are the same function, undefined where it is not there. */
export function tellChanges(
  before: FunctionState | undefined,
  after: FunctionState | undefined,
  events: ChangeEvents,
): void {
  if (before === after) return;
  tellRecord(before?.latest, after?.latest, events);
  if (before?.versions === after?.versions) return;
  for (const record of before?.versions.values() ?? []) {
    if (after?.versions.get(record.version)?.revision !== record.revision) {
      events.changed(record.name, record.version);
    }
  }
  // a version has the code of the function at its time: only a snapshot brings others
  for (const record of after?.versions.values() ?? []) {
    if (!before?.versions.has(record.version)) {
      for (const hash of codeOf(record)) events.codeWanted(hash);
    }
  }
}

/** Tells whether a function is to be held ready in another way than before. */
export function tellCapacityChange(
  name: string,
  before: FunctionState | undefined,
  after: FunctionState | undefined,
  events: Pick<ChangeEvents, 'concurrencyChanged'>,
): void {
  if (before === after) return;
  const isOther =
    (before?.reservedConcurrency ?? null) !== (after?.reservedConcurrency ?? null) ||
    !isDeepStrictEqual(provisionedTargets(before), provisionedTargets(after)) ||
    (before?.versions !== after?.versions &&
      !isDeepStrictEqual(snapStartVersions(before), snapStartVersions(after)));
  if (isOther) events.concurrencyChanged(name);
}

/** The same for a layer. */
export function tellLayerChanges(
  before: LayerState | undefined,
  after: LayerState,
  events: Pick<ChangeEvents, 'codeWanted'>,
): void {
  for (const { version, codeHash } of after.versions.values()) {
    if (!before?.versions.has(version)) events.codeWanted(codeHash);
  }
}

function tellRecord(
  before: FunctionRecord | undefined,
  after: FunctionRecord | undefined,
  events: ChangeEvents,
): void {
  if (before === after || before?.revision === after?.revision) return;
  if (before !== undefined) events.changed(before.name, before.version);
  if (after === undefined) return;
  const had = before === undefined ? [] : codeOf(before);
  for (const hash of codeOf(after)) if (!had.includes(hash)) events.codeWanted(hash);
}

/** What is provisioned, and for which version. */
function provisionedTargets(state: FunctionState | undefined): readonly unknown[] {
  return [...(state?.provisioned ?? [])].map(([qualifier, provisioned]) => [
    qualifier,
    state?.aliases.get(qualifier)?.version,
    provisioned,
  ]);
}

/** A function that was made anew has other revisions. */
function snapStartVersions(state: FunctionState | undefined): readonly unknown[] {
  return [...(state?.versions.values() ?? [])]
    .filter(({ snapStart }) => snapStart)
    .map(({ version, revision }) => [version, revision]);
}
