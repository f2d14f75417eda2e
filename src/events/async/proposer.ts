/**
 * Commands on their way into the log. While one entry is on its way, what comes meanwhile shares the next one,
 * so that a thousand events cost some ten writes. Who asks gets the answer, or hears that there is none; what is only
 * noted, such as the end of an event that has been run, is said again until it is in the log.
 */
import type { Clock, Logger } from '../../lib/index.js';
import { asHearthError, HearthError, type NodeId } from '../../types/index.js';
import { type CommandResult, type EventCommand, encodeBatch, encodeCommand } from './command.js';
import type { EventsReplica } from './replica.js';

export interface ProposerDeps {
  /** Resolves with the index of the committed entry. Throws `no-quorum`, `too-many-requests`. */
  readonly propose: (data: Uint8Array) => Promise<number>;
  /** Resolves true once this node has applied the entry at `index`, false when `timeoutMs` has passed. */
  readonly reached: (index: number, timeoutMs: number) => Promise<boolean>;
  readonly replica: EventsReplica;
  readonly self: () => NodeId;
  readonly nextTurn: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Asked {
  readonly command: EventCommand;
  readonly bytes: Uint8Array;
  /** Null: noted only. */
  readonly caller: {
    readonly sinceMs: number;
    resolve(result: CommandResult): void;
    reject(error: HearthError): void;
  } | null;
}

/** An entry is not filled beyond this; a larger command is one alone. */
const entryBytesMax = 256 * 1024;
const entryCommandsMax = 512;
/** Who asks while so much waits already is refused. */
const asksMax = 8192;
const askBytesMax = 32 * 1024 * 1024;
const repeatAfterMs = 200;
/** Who has waited for less behind an entry that was refused is given another: a majority may be back by then. */
const patienceMs = 250;
const reachedTimeoutMs = 5000;

export class Proposer {
  #waiting: Asked[] = [];
  #asks = 0;
  #askBytes = 0;
  #noteBytes = 0;
  /** One entry is on its way at a time: with two they are half as full, and fewer events get through (`bench:async`). */
  #isProposing = false;
  #turning = false;
  /** Nobody takes entries at the moment: the next try is at the end of this rest. */
  #resting: (() => void) | null = null;
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(private readonly deps: ProposerDeps) {}

  /** Payloads that are not in the state yet. */
  get askBytes(): number {
    return this.#askBytes;
  }

  /** What was noted and is not in the log yet. */
  get noteBytes(): number {
    return this.#noteBytes;
  }

  get asks(): number {
    return this.#asks;
  }

  /** Throws `no-quorum`, `too-many-requests`; then the command may still take effect, and can be repeated. */
  ask(command: EventCommand): Promise<CommandResult> {
    const bytes = encodeCommand(command);
    if (this.#stopped) return Promise.reject(stopping());
    if (this.#asks >= asksMax || this.#askBytes + bytes.length > askBytesMax) {
      return Promise.reject(tooMany(this.#asks));
    }
    this.#asks++;
    this.#askBytes += bytes.length;
    const sinceMs = this.deps.clock.nowMs();
    return new Promise<CommandResult>((resolve, reject) => {
      this.#add([{ command, bytes, caller: { sinceMs, resolve, reject } }]);
    }).finally(() => {
      this.#asks--;
      this.#askBytes -= bytes.length;
    });
  }

  note(command: EventCommand): void {
    const bytes = encodeCommand(command);
    this.#noteBytes += bytes.length;
    this.#add([{ command, bytes, caller: null }]);
  }

  /** Resolves when all that was noted is in the log, or `timeoutMs` has passed; takes nothing any more. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped = true;
    await new Promise<void>((resolve) => {
      const cancel = this.deps.clock.after(timeoutMs, resolve);
      const done = (): void => {
        cancel();
        resolve();
      };
      this.#idle.push(done);
      this.#tellIdle();
    });
    this.#resting?.();
    for (const { caller } of this.#waiting) caller?.reject(stopping());
    this.#waiting = [];
  }

  #add(asked: readonly Asked[]): void {
    this.#waiting.push(...asked);
    if (this.#turning || this.#resting !== null) return;
    this.#turning = true;
    // what comes in this turn goes together
    void this.deps.nextTurn().then(() => {
      this.#turning = false;
      this.#send();
    });
  }

  #send(): void {
    if (this.#waiting.length === 0 || this.#isProposing || this.#resting !== null) return;
    this.#isProposing = true;
    void this.#propose(this.#nextBatch()).finally(() => {
      this.#isProposing = false;
      this.#send();
      this.#tellIdle();
    });
  }

  #nextBatch(): readonly Asked[] {
    let bytes = 0;
    let count = 0;
    for (const next of this.#waiting) {
      bytes += next.bytes.length;
      if (count > 0 && (bytes > entryBytesMax || count >= entryCommandsMax)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #propose(batch: readonly Asked[]): Promise<void> {
    const { clock, self, replica, propose, reached } = this.deps;
    let id = '';
    try {
      const bytes = batch.map((asked) => asked.bytes);
      const encoded = encodeBatch(self(), clock.wallMs(), bytes);
      id = encoded.id;
      replica.await(id);
      const index = await propose(encoded.data);
      const isApplied = await reached(index, reachedTimeoutMs);
      this.#answer(batch, isApplied, replica.take(id));
    } catch (thrown) {
      replica.take(id);
      this.#failed(batch, asHearthError(thrown));
    }
  }

  #answer(batch: readonly Asked[], isApplied: boolean, results: readonly CommandResult[] | null) {
    batch.forEach(({ command, bytes, caller }, at) => {
      if (caller === null) this.#noteBytes -= bytes.length;
      const result = results?.[at] ?? (isApplied ? this.#known(command) : null);
      if (result !== null) caller?.resolve(result);
      else caller?.reject(unknownYet());
    });
  }

  /** What a command came to whose entry came within a snapshot. */
  #known(command: EventCommand): CommandResult | null {
    if (command.kind !== 'submit') return null;
    const { id } = command;
    const isThere = this.deps.replica.core.get(id) !== undefined;
    return isThere ? { kind: 'accepted', id, duplicate: false } : null;
  }

  #failed(batch: readonly Asked[], error: HearthError): void {
    const notes: Asked[] = [];
    for (const asked of batch) {
      if (asked.caller === null) notes.push(asked);
      else asked.caller.reject(error);
    }
    // most of those who came meanwhile have waited for long, too
    if (error.code === 'no-quorum') this.#refuseWaiting();
    if (notes.length === 0) return;
    this.deps.logger.debug({ err: error, notes: notes.length }, 'the log takes no events for now');
    this.#waiting.unshift(...notes);
    this.#rest();
  }

  #refuseWaiting(): void {
    const sinceMaxMs = this.deps.clock.nowMs() - patienceMs;
    this.#waiting = this.#waiting.filter(({ caller }) => {
      if (caller === null || caller.sinceMs > sinceMaxMs) return true;
      caller.reject(noMajority());
      return false;
    });
  }

  #rest(): void {
    if (this.#resting !== null) return;
    const cancel = this.deps.clock.after(repeatAfterMs, () => {
      this.#resting = null;
      this.#send();
    });
    this.#resting = () => {
      cancel();
      this.#resting = null;
    };
  }

  #tellIdle(): void {
    if (this.#isProposing || this.#waiting.length > 0) return;
    for (const idle of this.#idle.splice(0)) idle();
  }
}

function stopping(): HearthError {
  return new HearthError('draining', 'This node is stopping; ask another.');
}

function tooMany(count: number): HearthError {
  return new HearthError(
    'too-many-requests',
    `${count} asynchronous invocations wait for the log at this node already; try again.`,
    { retryAfterS: 1 },
  );
}

function noMajority(): HearthError {
  return new HearthError(
    'no-quorum',
    'No majority of the voters answers this node, so the event was not accepted; try again, here or at another node.',
    { retryAfterS: 1 },
  );
}

function unknownYet(): HearthError {
  return new HearthError(
    'no-quorum',
    'The events were written, but this node has not caught up with that; try again with the same id or key.',
    { retryAfterS: 1 },
  );
}
