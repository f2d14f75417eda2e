/**
 * Commands on their way into the log. While one entry is on its way, what comes meanwhile shares the next one,
 * so that a thousand commands cost some ten writes. Who asks gets the answer, or hears that there is none; what is only
 * noted, such as the end of an event that has been run, is said again until it is in the log.
 */
import type { Clock, Logger } from '../lib/index.js';
import { asHearthError, HearthError } from '../types/index.js';

export interface EncodedBatch {
  /** By which the answers to it are found. */
  readonly id: string;
  readonly data: Uint8Array;
}

/** Where the machine that applies batches leaves its answers for who proposed them here. */
export interface BatchAnswers<Result> {
  /** From the call on the answers to this batch are kept, until they are taken. */
  await(batch: string): void;
  /** Null where the batch has not come, or came within a snapshot. */
  take(batch: string): readonly Result[] | null;
}

export interface ProposerDeps<Command, Result> {
  /** Resolves with the index of the committed entry. Throws `no-quorum`, `too-many-requests`. */
  readonly propose: (data: Uint8Array) => Promise<number>;
  /** Resolves true once this node has applied the entry at `index`, false when `timeoutMs` has passed. */
  readonly reached: (index: number, timeoutMs: number) => Promise<boolean>;
  readonly answers: BatchAnswers<Result>;
  readonly encodeCommand: (command: Command) => Uint8Array;
  readonly encodeBatch: (commands: readonly Uint8Array[]) => EncodedBatch;
  /** What a command came to whose entry came within a snapshot; null where that cannot be known. */
  readonly known: (command: Command) => Result | null;
  readonly nextTurn: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ProposerOptions {
  /** What is proposed, as messages name it: `asynchronous invocations`. */
  readonly what: string;
  /** Who asks while so much waits already is refused. */
  readonly asksMax: number;
  readonly askBytesMax: number;
}

interface Asked<Command, Result> {
  readonly command: Command;
  readonly bytes: Uint8Array;
  /** Null: noted only. */
  readonly caller: {
    readonly sinceMs: number;
    resolve(result: Result): void;
    reject(error: HearthError): void;
  } | null;
}

/** An entry is not filled beyond this; a larger command is one alone. */
const entryBytesMax = 256 * 1024;
const entryCommandsMax = 512;
const repeatAfterMs = 200;
/** Who has waited for less behind an entry that was refused is given another: a majority may be back by then. */
const patienceMs = 250;
const reachedTimeoutMs = 5000;

export class Proposer<Command, Result> {
  #waiting: Asked<Command, Result>[] = [];
  #asks = 0;
  #askBytes = 0;
  #noteBytes = 0;
  /** One entry is on its way at a time: with two they are half as full, and fewer commands get through (`bench:async`). */
  #isProposing = false;
  #turning = false;
  /** Nobody takes entries at the moment: the next try is at the end of this rest. */
  #resting: (() => void) | null = null;
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(
    private readonly deps: ProposerDeps<Command, Result>,
    private readonly options: ProposerOptions,
  ) {}

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
  ask(command: Command): Promise<Result> {
    const { asksMax, askBytesMax, what } = this.options;
    const bytes = this.deps.encodeCommand(command);
    if (this.#stopped) return Promise.reject(stopping());
    if (this.#asks >= asksMax || this.#askBytes + bytes.length > askBytesMax) {
      return Promise.reject(tooMany(what, this.#asks));
    }
    this.#asks++;
    this.#askBytes += bytes.length;
    const sinceMs = this.deps.clock.nowMs();
    return new Promise<Result>((resolve, reject) => {
      this.#add([{ command, bytes, caller: { sinceMs, resolve, reject } }]);
    }).finally(() => {
      this.#asks--;
      this.#askBytes -= bytes.length;
    });
  }

  note(command: Command): void {
    const bytes = this.deps.encodeCommand(command);
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

  #add(asked: readonly Asked<Command, Result>[]): void {
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

  #nextBatch(): readonly Asked<Command, Result>[] {
    let bytes = 0;
    let count = 0;
    for (const next of this.#waiting) {
      bytes += next.bytes.length;
      if (count > 0 && (bytes > entryBytesMax || count >= entryCommandsMax)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #propose(batch: readonly Asked<Command, Result>[]): Promise<void> {
    const { answers, encodeBatch, propose, reached } = this.deps;
    let id = '';
    try {
      const bytes = batch.map((asked) => asked.bytes);
      const encoded = encodeBatch(bytes);
      id = encoded.id;
      answers.await(id);
      const index = await propose(encoded.data);
      const isApplied = await reached(index, reachedTimeoutMs);
      this.#answer(batch, isApplied, answers.take(id));
    } catch (thrown) {
      answers.take(id);
      this.#failed(batch, asHearthError(thrown));
    }
  }

  #answer(
    batch: readonly Asked<Command, Result>[],
    isApplied: boolean,
    results: readonly Result[] | null,
  ): void {
    batch.forEach(({ command, bytes, caller }, at) => {
      if (caller === null) this.#noteBytes -= bytes.length;
      const result = results?.[at] ?? (isApplied ? this.deps.known(command) : null);
      if (result !== null) caller?.resolve(result);
      else caller?.reject(unknownYet(this.options.what));
    });
  }

  #failed(batch: readonly Asked<Command, Result>[], error: HearthError): void {
    const notes: Asked<Command, Result>[] = [];
    for (const asked of batch) {
      if (asked.caller === null) notes.push(asked);
      else asked.caller.reject(error);
    }
    // most of those who came meanwhile have waited for long, too
    if (error.code === 'no-quorum') this.#refuseWaiting();
    if (notes.length === 0) return;
    const { what } = this.options;
    this.deps.logger.debug({ err: error, what, notes: notes.length }, 'the log takes nothing');
    this.#waiting.unshift(...notes);
    this.#rest();
  }

  #refuseWaiting(): void {
    const sinceMaxMs = this.deps.clock.nowMs() - patienceMs;
    this.#waiting = this.#waiting.filter(({ caller }) => {
      if (caller === null || caller.sinceMs > sinceMaxMs) return true;
      caller.reject(noMajority(this.options.what));
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

function tooMany(what: string, count: number): HearthError {
  return new HearthError(
    'too-many-requests',
    `${count} ${what} wait for the log at this node already; try again.`,
    { retryAfterS: 1 },
  );
}

function noMajority(what: string): HearthError {
  return new HearthError(
    'no-quorum',
    `No majority of the voters answers this node, so ${what} are not accepted; try again, here or at another node.`,
    { retryAfterS: 1 },
  );
}

function unknownYet(what: string): HearthError {
  return new HearthError(
    'no-quorum',
    `The ${what} were written, but this node has not caught up with that; try again with the same id or key.`,
    { retryAfterS: 1 },
  );
}
