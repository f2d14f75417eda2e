/**
 * What the log replicates in the data thread, put together: the catalogue, events, streams, the rollout and workflows. A command is
 * told by its first byte, and a snapshot holds all of them, one behind the other, in pieces with a head:
 *
 *     whose (1 byte)  length (4 bytes)  bytes
 *
 * Older releases had the catalogue alone, whose snapshots begin with a brace.
 */
import type { Catalog } from '../catalog/index.js';
import type { RestoreStep } from '../cluster/index.js';
import { batchTag, type Events, type Streams, streamCommandTag } from '../events/index.js';
import { type RolloutMachine, rolloutCommandTag } from '../rollout/index.js';
import { asHearthError, HearthError } from '../types/index.js';
import { type Workflows, workflowBatchTag } from '../workflow/index.js';

/** Of a command, and of a piece of a snapshot: a contract, never reused. The catalogue's commands are JSON. */
const tags = {
  catalog: 0,
  events: batchTag,
  streams: streamCommandTag,
  rollout: rolloutCommandTag,
  workflows: workflowBatchTag,
} as const;
const headBytes = 5;
const brace = 0x7b;

export interface ReplicatedParts {
  readonly catalog: Pick<
    Catalog,
    'apply' | 'appliedIndex' | 'snapshot' | 'restoreBegin' | 'restorePart' | 'restoreEnd'
  >;
  readonly events: Pick<Events, 'replica'>;
  readonly streams: Pick<
    Streams,
    'apply' | 'snapshot' | 'restoreBegin' | 'restorePart' | 'restoreEnd' | 'restoreNothing'
  >;
  readonly rollout: Pick<
    RolloutMachine,
    'apply' | 'snapshot' | 'restoreBegin' | 'restorePart' | 'restoreEnd' | 'restoreNothing'
  >;
  readonly workflows: Pick<Workflows, 'replica'>;
}

export class ReplicatedMachines {
  #restore: PieceReader | null = null;
  #index = 0;
  /** What kept the log from being applied any further. */
  #stopped: HearthError | null = null;

  constructor(private readonly parts: ReplicatedParts) {}

  /**
   * The catalogue hears of every index, for reads wait for it: last, so that whoever waited finds all else done.
   * Throws `storage` for a command that a newer release has written: without it, nothing that follows is applied.
   */
  apply(index: number, command: Uint8Array | null): void {
    if (this.#stopped !== null) throw this.#stopped;
    try {
      this.#apply(index, command);
    } catch (error) {
      this.#stopped = asHearthError(error);
      throw error;
    }
  }

  #apply(index: number, command: Uint8Array | null): void {
    const { catalog, events, streams, rollout, workflows } = this.parts;
    const tag = command?.[0];
    if (command === null || tag === brace) {
      catalog.apply(index, command);
      return;
    }
    if (tag === tags.events) events.replica.apply(command);
    else if (tag === tags.streams) streams.apply(index, command);
    else if (tag === tags.rollout) rollout.apply(index, command);
    else if (tag === tags.workflows) workflows.replica.apply(command);
    else throw newer(`The entry ${index} of the log is a command of kind ${tag}`);
    catalog.apply(index, null);
  }

  /** All of it as it is at the call. */
  snapshot(): AsyncIterable<Uint8Array> {
    const { catalog, events, streams, rollout, workflows } = this.parts;
    return inPieces([
      [tags.catalog, catalog.snapshot()],
      [tags.events, events.replica.snapshot()],
      [tags.streams, streams.snapshot(catalog.appliedIndex)],
      [tags.rollout, rollout.snapshot()],
      [tags.workflows, workflows.replica.snapshot()],
    ]);
  }

  restore(step: RestoreStep): void | Promise<void> {
    if (step.kind === 'begin') return this.#begin(step.index);
    if (this.#restore === null) throw damaged('it has not begun');
    if (step.kind === 'part') return this.#restore.add(step.data);
    return this.#end(this.#restore);
  }

  #begin(index: number): void {
    const { catalog, events, workflows } = this.parts;
    this.#index = index;
    catalog.restoreBegin(index);
    events.replica.restoreBegin();
    workflows.replica.restoreBegin();
    this.#restore = new PieceReader((tag, bytes, isFirst) => this.#take(tag, bytes, isFirst));
  }

  #take(tag: number, bytes: Uint8Array, isFirst: boolean): void {
    const { catalog, events, streams, rollout, workflows } = this.parts;
    if (tag === tags.streams && isFirst) streams.restoreBegin(this.#index);
    if (tag === tags.rollout && isFirst) rollout.restoreBegin();
    if (tag === tags.catalog) catalog.restorePart(bytes);
    else if (tag === tags.events) events.replica.restorePart(bytes);
    else if (tag === tags.streams) streams.restorePart(bytes);
    else if (tag === tags.rollout) rollout.restorePart(bytes);
    else if (tag === tags.workflows) workflows.replica.restorePart(bytes);
    else throw newer(`The snapshot holds something of kind ${tag}`);
  }

  /** Functions first: events that are to be run again look for theirs. */
  #end(read: PieceReader): Promise<void> {
    const { catalog, events, streams, rollout, workflows } = this.parts;
    this.#restore = null;
    if (!read.isWhole) throw damaged('it ends too early');
    const told = catalog.restoreEnd();
    if (read.has(tags.events)) events.replica.restoreEnd();
    else events.replica.restoreNothing();
    if (read.has(tags.streams)) streams.restoreEnd();
    else streams.restoreNothing();
    if (read.has(tags.rollout)) rollout.restoreEnd();
    else rollout.restoreNothing();
    if (read.has(tags.workflows)) workflows.replica.restoreEnd();
    else workflows.replica.restoreNothing();
    return told;
  }
}

type Parts = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

async function* inPieces(all: readonly (readonly [tag: number, parts: Parts])[]) {
  for (const [tag, parts] of all) {
    for await (const part of parts) {
      const piece = Buffer.allocUnsafe(headBytes + part.length);
      piece[0] = tag;
      piece.writeUInt32BE(part.length, 1);
      piece.set(part, headBytes);
      yield piece;
    }
  }
}

/** Takes pieces apart, cut wherever: their bytes are handed on as they come. */
class PieceReader {
  readonly #seen = new Set<number>();
  #head = Buffer.alloc(0);
  /** Bytes of the present piece that have not come. */
  #left = 0;
  /** A snapshot of the catalogue alone. */
  #isBare = false;

  constructor(private readonly take: (tag: number, bytes: Uint8Array, isFirst: boolean) => void) {}

  /** No piece has only begun. */
  get isWhole(): boolean {
    return this.#left === 0 && (this.#head.length === 0 || this.#head.length === headBytes);
  }

  has(tag: number): boolean {
    return this.#seen.has(tag);
  }

  add(bytes: Uint8Array): void {
    if (this.#seen.size === 0 && this.#head.length === 0) this.#isBare = bytes[0] === brace;
    if (this.#isBare) {
      this.#hand(tags.catalog, bytes);
      return;
    }
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#left === 0) rest = this.#takeHead(rest);
      const data = rest.subarray(0, this.#left);
      this.#left -= data.length;
      rest = rest.subarray(data.length);
      if (data.length > 0) this.#hand(this.#head[0] ?? -1, data);
    }
  }

  #takeHead(bytes: Uint8Array): Uint8Array {
    const before = this.#head.length === headBytes ? Buffer.alloc(0) : this.#head;
    const wanted = headBytes - before.length;
    this.#head = Buffer.concat([before, bytes.subarray(0, wanted)]);
    if (this.#head.length === headBytes) this.#left = this.#head.readUInt32BE(1);
    return bytes.subarray(wanted);
  }

  #hand(tag: number, bytes: Uint8Array): void {
    const isFirst = !this.#seen.has(tag);
    this.#seen.add(tag);
    this.take(tag, bytes, isFirst);
  }
}

function damaged(why: string): HearthError {
  return new HearthError('log-damaged', `The snapshot cannot be read (${why}).`);
}

function newer(what: string): HearthError {
  return new HearthError('storage', `${what}, of a newer release; start that release.`);
}
