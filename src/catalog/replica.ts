/**
 * This node's copy of the catalogue, and the one owner of its core: committed commands come in here, in
 * order, and now and then a whole snapshot instead of many of them.
 */
import { type Clock, inTurns, Restore } from '../lib/index.js';
import { HearthError } from '../types/index.js';
import { type ChangeEvents, tellCapacityChange, tellChanges, tellLayerChanges } from './changes.js';
import { type Command, decodeCommand, isLayerCommand } from './command.js';
import { CatalogCore } from './core.js';
import { IndexWaiters } from './index-waiters.js';
import type { CommandResult } from './result.js';
import { encodeSnapshot } from './snapshot.js';
import { SnapshotReader } from './snapshot-reader.js';

export interface ReplicaDeps extends ChangeEvents {
  readonly clock: Clock;
  /** Lets others of this thread have their turn. */
  readonly nextTurn: () => Promise<void>;
}

/** Functions that are compared in one turn after a snapshot. */
const comparedInOneTurn = 2000;

export class CatalogReplica {
  #core = new CatalogCore();
  readonly #restore = new Restore<SnapshotReader>('catalogue');
  readonly #waiters: IndexWaiters;
  /** The commands whose answer somebody here waits for. */
  readonly #answers = new Map<string, CommandResult | null>();

  constructor(private readonly deps: ReplicaDeps) {
    this.#waiters = new IndexWaiters(deps.clock);
  }

  /** For reads; another object after a snapshot was restored. */
  get core(): CatalogCore {
    return this.#core;
  }

  /** Applies one committed entry; null for entries that are not the catalogue's. */
  apply(index: number, data: Uint8Array | null): void {
    if (data === null) this.#core.skipTo(index);
    else this.#applyCommand(index, data);
    this.#waiters.reached(index);
  }

  /** Resolves true once `index` is applied here, false when `timeoutMs` has passed. */
  waitFor(index: number, timeoutMs: number): Promise<boolean> {
    if (this.#core.appliedIndex >= index) return Promise.resolve(true);
    return this.#waiters.wait(index, timeoutMs);
  }

  /** Runs `propose`, and resolves with the command's answer once this node has applied it. */
  async answerTo(
    id: string,
    propose: () => Promise<number>,
    timeoutMs: number,
  ): Promise<CommandResult> {
    this.#answers.set(id, null);
    try {
      const index = await propose();
      if (!(await this.waitFor(index, timeoutMs))) throw unknownYet('this node has not applied it');
      // a snapshot may have come instead of the command, and it remembers only the last ones
      const answer = this.#answers.get(id) ?? this.#core.resultOf(id);
      if (answer === undefined) throw unknownYet('its answer is not known any more');
      return answer;
    } finally {
      this.#answers.delete(id);
    }
  }

  /** All of it as it is at the call, in parts that are made as they are asked for. */
  snapshot(): AsyncIterable<Uint8Array> {
    return inTurns(encodeSnapshot(this.#core.image()), this.deps.nextTurn);
  }

  /** A snapshot that ends at `index` is about to come; one that was coming is forgotten. */
  restoreBegin(index: number): void {
    this.#restore.begin(new SnapshotReader(index));
  }

  /** The next bytes, in any pieces. Throws `log-damaged`, `storage`; then nothing of the snapshot is kept. */
  restorePart(bytes: Uint8Array): void {
    this.#restore.read((reader) => reader.add(bytes));
  }

  /**
   * The snapshot is this node's catalogue from the call on: nothing of what was before is mixed with it.
   * Throws `log-damaged` where it is not whole. Resolves once everybody has heard what is different.
   */
  restoreEnd(): Promise<void> {
    const before = this.#core;
    const after = this.#restore.end((reader) => reader.end());
    this.#core = after;
    this.#waiters.reached(after.appliedIndex);
    return this.#tellAll(before, after);
  }

  async #tellAll(before: CatalogCore, after: CatalogCore): Promise<void> {
    let compared = 0;
    for (const core of [before, after]) {
      for (const name of [...core.names()]) {
        // a function of both was compared with the first
        if (core === before || before.state(name) === undefined) {
          tellChanges(before.state(name), after.state(name), this.deps);
        }
        if (++compared % comparedInOneTurn === 0) await this.deps.nextTurn();
      }
    }
    const held = new Set([...before.functionsWithCapacity(), ...after.functionsWithCapacity()]);
    for (const name of held) {
      this.deps.concurrencyChanged(name);
      if (++compared % comparedInOneTurn === 0) await this.deps.nextTurn();
    }
    for (const layer of after.layers.all()) {
      tellLayerChanges(before.layers.get(layer.name), layer, this.deps);
      if (++compared % comparedInOneTurn === 0) await this.deps.nextTurn();
    }
  }

  #applyCommand(index: number, data: Uint8Array): void {
    const command = decodeCommand(data);
    const name = functionOf(command);
    const before = name === undefined ? undefined : this.#core.state(name);
    const result = this.#core.apply(index, command);
    if (this.#answers.has(command.id)) this.#answers.set(command.id, result);
    if (name !== undefined) {
      const after = this.#core.state(name);
      tellChanges(before, after, this.deps);
      tellCapacityChange(name, before, after, this.deps);
    } else if (result.kind === 'layer') this.deps.codeWanted(result.layer.codeHash);
  }
}

/** The function that a command is about, where it is about one. */
function functionOf(command: Command): string | undefined {
  if (command.kind === 'set' || isLayerCommand(command)) return undefined;
  return command.kind === 'create' ? command.record.name : command.name;
}

function unknownYet(why: string): HearthError {
  return new HearthError(
    'no-quorum',
    `The change was committed, but ${why}; read it again in a moment.`,
  );
}
