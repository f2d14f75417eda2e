/**
 * The catalogue as bytes: one JSON value a line, so that it can be cut anywhere and read as it comes.
 *
 *     {"catalogue":3,"index":N}       the format, and the log index that it stands at
 *     {"function":{...},...}          followed by its versions, aliases and attachments
 *     {"version":{...}}  {"alias":{...}}
 *     {"attachment":{...},"of":NAME}  (not in formats 1 and 2)
 *     {"layer":NAME,"lastVersion":N}  followed by its versions (not in format 1)
 *     {"layerVersion":{...}}          with its policy beside it, where it has one (not in formats 1 and 2)
 *     {"setting":{...}}
 *     {"result":[ID,{...}]}           the answers that are remembered, from the oldest on
 *     {"end":N}                       how many lines stood before
 */
import { limits } from '../types/index.js';
import type { Attachment } from './attachment.js';
import type { CatalogImage } from './core.js';
import type { FunctionState } from './function-state.js';
import type { LayerPolicy, LayerVersion } from './layer-state.js';
import type { CommandResult } from './result.js';
import type { AliasRecord, FunctionRecord, Provisioned, Setting } from './types.js';

/** Raised by every change that an older release would not understand. */
export const snapshotFormat = 3;

export type SnapshotLine =
  | { readonly catalogue: number; readonly index: number }
  | FunctionLine
  | { readonly version: FunctionRecord }
  | { readonly alias: AliasRecord }
  | { readonly attachment: Attachment; readonly of: string }
  | LayerLine
  | { readonly layerVersion: LayerVersion; readonly policy?: LayerPolicy }
  | { readonly setting: Setting }
  | { readonly result: readonly [id: string, result: CommandResult] }
  | { readonly end: number };

export interface LayerLine {
  readonly layer: string;
  readonly lastVersion: number;
}

/** What is usually nothing is left out. */
export interface FunctionLine {
  readonly function: FunctionRecord;
  readonly lastVersion?: number;
  readonly changedAt?: number;
  readonly publishedAt?: number;
  readonly reservedConcurrency?: number;
  /** Older releases wrote the number alone. */
  readonly provisioned?: readonly (readonly [qualifier: string, value: Provisioned | number])[];
}

/** Parts of at most `limits.snapshotPartBytesMax`, each made when it is asked for. */
export function* encodeSnapshot(image: CatalogImage): Iterable<Uint8Array> {
  let lines: string[] = [];
  let bytes = 0;
  for (const line of linesOf(image)) {
    const text = `${JSON.stringify(line)}\n`;
    const lineBytes = Buffer.byteLength(text);
    if (bytes > 0 && bytes + lineBytes > limits.snapshotPartBytesMax) {
      yield* cut(lines);
      lines = [];
      bytes = 0;
    }
    lines.push(text);
    bytes += lineBytes;
  }
  yield* cut(lines);
}

/** A line alone may be longer than a part. */
function* cut(lines: readonly string[]): Iterable<Uint8Array> {
  const bytes = Buffer.from(lines.join(''));
  const { snapshotPartBytesMax } = limits;
  for (let from = 0; from < bytes.length; from += snapshotPartBytesMax) {
    yield bytes.subarray(from, from + snapshotPartBytesMax);
  }
}

function* linesOf(image: CatalogImage): Iterable<SnapshotLine> {
  let count = 0;
  for (const line of contentOf(image)) {
    count++;
    yield line;
  }
  yield { end: count };
}

function* contentOf(image: CatalogImage): Iterable<SnapshotLine> {
  const { index, functions, layers, settings, results } = image;
  yield { catalogue: snapshotFormat, index };
  for (const state of functions) {
    yield functionLine(state);
    for (const version of state.versions.values()) yield { version };
    for (const alias of state.aliases.values()) yield { alias };
    for (const ofKind of state.attachments.values()) {
      for (const attachment of ofKind.values()) yield { attachment, of: state.latest.name };
    }
  }
  for (const { name, lastVersion, versions, policies } of layers) {
    yield { layer: name, lastVersion };
    for (const layerVersion of versions.values()) {
      const policy = policies.get(layerVersion.version);
      yield policy === undefined ? { layerVersion } : { layerVersion, policy };
    }
  }
  for (const setting of settings) yield { setting };
  for (const result of results) yield { result };
}

function functionLine(state: FunctionState): FunctionLine {
  const { latest, lastVersion, changedAt, publishedAt, reservedConcurrency, provisioned } = state;
  return {
    function: latest,
    ...(lastVersion === 0 ? {} : { lastVersion, publishedAt }),
    ...(changedAt === latest.revision ? {} : { changedAt }),
    ...(reservedConcurrency === null ? {} : { reservedConcurrency }),
    ...(provisioned.size === 0 ? {} : { provisioned: [...provisioned] }),
  };
}
