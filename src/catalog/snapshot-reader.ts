/** Reads a snapshot back, piece by piece as it comes, into a catalogue beside the one in use. */
import { HearthError } from '../types/index.js';
import type { Attachment, AttachmentKind } from './attachment.js';
import { CatalogCore } from './core.js';
import { type FunctionState, newState } from './function-state.js';
import type { LayerPolicy, LayerVersion } from './layer-state.js';
import { completed, completedProvisioned, completedResult } from './older-records.js';
import type { CommandResult } from './result.js';
import {
  type FunctionLine,
  type LayerLine,
  type SnapshotLine,
  snapshotFormat,
} from './snapshot.js';
import type { AliasRecord, FunctionRecord } from './types.js';

/** Longer than any line that was ever written: a command, which a line comes from, is far shorter. */
const lineBytesMax = 8 * 1024 * 1024;
const newline = 10;

interface Gathered {
  readonly line: FunctionLine;
  readonly versions: Map<string, FunctionRecord>;
  readonly aliases: Map<string, AliasRecord>;
  readonly attachments: Map<AttachmentKind, Map<string, Attachment>>;
}

interface GatheredLayer {
  readonly line: LayerLine;
  readonly versions: Map<number, LayerVersion>;
  readonly policies: Map<number, LayerPolicy>;
}

export class SnapshotReader {
  readonly #core = new CatalogCore();
  /** The function whose versions and aliases are coming. */
  #gathered: Gathered | null = null;
  /** The layer whose versions are coming. */
  #layer: GatheredLayer | null = null;
  /** The beginning of a line whose end has not come. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #lines = 0;
  #ended = false;

  /** `index`: the log index at which the snapshot must stand. */
  constructor(private readonly index: number) {}

  /** Takes the next bytes, cut wherever. Throws `log-damaged` where they are no snapshot, `storage` where a newer release made it. */
  add(bytes: Uint8Array): void {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = piece.lastIndexOf(newline) + 1;
    if (end > 0) {
      const whole = [...this.#rest, piece.subarray(0, end)];
      this.#rest = [];
      this.#restBytes = 0;
      this.#read(whole.length === 1 ? piece.subarray(0, end) : Buffer.concat(whole));
    }
    if (end === piece.length) return;
    this.#rest.push(piece.subarray(end));
    this.#restBytes += piece.length - end;
    if (this.#restBytes > lineBytesMax) throw damaged('a line of it does not end');
  }

  /** The catalogue that was read. Throws `log-damaged` where something is missing. */
  end(): CatalogCore {
    if (!this.#ended || this.#restBytes > 0) throw damaged('it ends too early');
    if (this.index > 0) this.#core.skipTo(this.index);
    return this.#core;
  }

  #read(lines: Buffer): void {
    const text = lines.toString('utf8', 0, lines.length - 1);
    let parsed: unknown[];
    try {
      // a line break never stands inside a JSON value as JSON.stringify writes it
      parsed = JSON.parse(`[${text.replaceAll('\n', ',')}]`) as unknown[];
    } catch {
      throw damaged('it is not JSON');
    }
    for (const line of parsed) this.#take(line);
  }

  #take(line: unknown): void {
    if (typeof line !== 'object' || line === null || this.#ended) throw damaged('a line is odd');
    const known = line as SnapshotLine;
    if (this.#lines === 0) this.#checkHead(known);
    else if ('function' in known) this.#begin(known);
    else if ('version' in known) this.#takeVersion(known.version);
    else if ('alias' in known) this.#takeAlias(known.alias);
    else if ('attachment' in known) this.#takeAttachment(known.of, known.attachment);
    else if ('layer' in known) this.#beginLayer(known);
    else if ('layerVersion' in known) this.#takeLayerVersion(known.layerVersion, known.policy);
    else {
      this.#finish();
      if ('setting' in known) this.#core.restoreSetting(Object.freeze(known.setting));
      else if ('result' in known) this.#takeResult(...known.result);
      else if ('end' in known) this.#checkEnd(known.end);
      else throw damaged('it holds what this release does not know');
    }
    this.#lines++;
  }

  #checkHead(line: SnapshotLine): void {
    if (!('catalogue' in line) || typeof line.catalogue !== 'number') {
      throw damaged('it does not begin as one');
    }
    if (line.catalogue > snapshotFormat) {
      throw new HearthError(
        'storage',
        `The snapshot of the catalogue has the format ${line.catalogue}, newer than ${snapshotFormat}; run a newer release on this node.`,
      );
    }
    if (line.index !== this.index) {
      throw damaged(`it stands at index ${line.index} where ${this.index} is meant`);
    }
  }

  #checkEnd(lines: number): void {
    if (lines !== this.#lines)
      throw damaged(`it has ${this.#lines} lines where ${lines} are meant`);
    this.#ended = true;
  }

  #begin(line: FunctionLine): void {
    this.#finish();
    checkRecord(line.function);
    this.#gathered = { line, versions: new Map(), aliases: new Map(), attachments: new Map() };
  }

  #takeVersion(record: FunctionRecord): void {
    checkRecord(record);
    this.#of(record.name).versions.set(record.version, Object.freeze(completed(record)));
  }

  #takeResult(id: string, result: CommandResult): void {
    this.#core.restoreResult(id, completedResult(result));
  }

  #beginLayer(line: LayerLine): void {
    this.#finish();
    if (typeof line.layer !== 'string' || !Number.isSafeInteger(line.lastVersion)) {
      throw damaged('a layer lacks what it must have');
    }
    this.#layer = { line, versions: new Map(), policies: new Map() };
  }

  #takeLayerVersion(layer: LayerVersion, policy?: LayerPolicy): void {
    if (this.#layer?.line.layer !== layer.name) throw damaged('a layer version stands alone');
    if (typeof layer.codeHash !== 'string') throw damaged('a layer lacks what it must have');
    this.#layer.versions.set(layer.version, Object.freeze(layer));
    if (policy !== undefined) this.#layer.policies.set(layer.version, Object.freeze(policy));
  }

  #takeAlias(alias: AliasRecord): void {
    this.#of(alias.functionName).aliases.set(alias.name, Object.freeze(alias));
  }

  #takeAttachment(name: string, attachment: Attachment): void {
    const { attachments } = this.#of(name);
    const ofKind = attachments.get(attachment.kind) ?? new Map<string, Attachment>();
    attachments.set(attachment.kind, ofKind.set(attachment.qualifier, Object.freeze(attachment)));
  }

  #of(name: string): Gathered {
    const gathered = this.#gathered;
    if (gathered?.line.function.name !== name) throw damaged('a version stands alone');
    return gathered;
  }

  #finish(): void {
    if (this.#gathered !== null) this.#core.restoreFunction(stateOf(this.#gathered));
    if (this.#layer !== null) {
      const { line, versions, policies } = this.#layer;
      const { layer: name, lastVersion } = line;
      this.#core.layers.put({ name, lastVersion, versions, policies });
    }
    this.#gathered = null;
    this.#layer = null;
  }
}

function stateOf({ line, versions, aliases, attachments }: Gathered): FunctionState {
  const state = newState(Object.freeze(completed(line.function)));
  const { lastVersion = 0, publishedAt = 0, changedAt = state.changedAt } = line;
  return {
    ...state,
    lastVersion,
    publishedAt,
    changedAt,
    reservedConcurrency: line.reservedConcurrency ?? null,
    versions: versions.size === 0 ? state.versions : versions,
    aliases: aliases.size === 0 ? state.aliases : aliases,
    provisioned:
      line.provisioned === undefined ? state.provisioned : provisionedOf(line.provisioned),
    attachments: attachments.size === 0 ? state.attachments : attachments,
  };
}

function provisionedOf(
  entries: NonNullable<FunctionLine['provisioned']>,
): FunctionState['provisioned'] {
  return new Map(entries.map(([qualifier, value]) => [qualifier, completedProvisioned(value)]));
}

/** What else the record holds was written by encodeSnapshot, and checksums stand over all of it. */
function checkRecord(record: FunctionRecord): void {
  const { name, version, codeHash, revision } = record;
  const whole =
    typeof name === 'string' &&
    typeof version === 'string' &&
    typeof codeHash === 'string' &&
    Number.isSafeInteger(revision);
  if (!whole) throw damaged('a function lacks what it must have');
}

function damaged(why: string): HearthError {
  return new HearthError(
    'log-damaged',
    `The snapshot of the catalogue is damaged (${why}); fetch it from another node.`,
  );
}
