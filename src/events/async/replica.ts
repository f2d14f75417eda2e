/**
 * This node's copy of the events, and the one owner of their core: committed batches come in here, in order, and now
 * and then a whole snapshot instead of many of them.
 */
import { inTurns, Restore } from '../../lib/index.js';
import { Answers } from '../../replication/index.js';
import type { NodeId } from '../../types/index.js';
import { type CommandResult, decodeBatch } from './command.js';
import { EventsCore } from './core.js';
import { encodeSnapshot, SnapshotReader } from './snapshot.js';
import type { AsyncEvent } from './types.js';

export interface ReplicaDeps {
  /** Lets others of this thread have their turn. */
  readonly nextTurn: () => Promise<void>;
  /** What events have become, each time that a batch has been applied. */
  readonly changed: (events: readonly AsyncEvent[]) => void;
  /** All of them may have changed: a snapshot took their place. */
  readonly replaced: () => void;
}

export class EventsReplica {
  /** For who proposes batches here. */
  readonly answers = new Answers<CommandResult>();
  #core = new EventsCore();
  readonly #restore = new Restore<SnapshotReader>('events');

  constructor(private readonly deps: ReplicaDeps) {}

  /** For reads; another object after a snapshot was restored. */
  get core(): EventsCore {
    return this.#core;
  }

  openOf(owner: NodeId): Iterable<AsyncEvent> {
    return this.#core.openOf(owner);
  }

  apply(data: Uint8Array): void {
    const batch = decodeBatch(data);
    const { results, changed } = this.#core.apply(batch);
    this.answers.put(batch.id, results);
    if (changed.length > 0) this.deps.changed(changed);
  }

  /** All of them as they are at the call, in parts that are made as they are asked for. */
  snapshot(): AsyncIterable<Uint8Array> {
    return inTurns(encodeSnapshot(this.#core.image()), this.deps.nextTurn);
  }

  restoreBegin(): void {
    this.#restore.begin(new SnapshotReader());
  }

  /** The next bytes, in any pieces. Throws `log-damaged`, `storage`; then nothing of the snapshot is kept. */
  restorePart(bytes: Uint8Array): void {
    this.#restore.read((reader) => reader.add(bytes));
  }

  /** Throws `log-damaged` where the snapshot is not whole; else they are this node's events from the call on. */
  restoreEnd(): void {
    const after = this.#restore.end((reader) => reader.end());
    this.#replaceBy(after);
  }

  /** A snapshot of a release that knew no events. */
  restoreNothing(): void {
    this.#restore.forget();
    this.#replaceBy(new EventsCore());
  }

  #replaceBy(core: EventsCore): void {
    this.#core = core;
    this.deps.replaced();
  }
}
