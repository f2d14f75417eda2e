/**
 * Has the records of one execution kept: said again until a majority has them, or until it turns out that somebody else
 * has gone on with the execution. Many of them are kept in pieces, and count once all are.
 */
import { type Clock, randomUuid } from '../../lib/index.js';
import { limits } from '../../types/index.js';
import { newsAgeMsMax } from '../abreast.js';
import type { OpenedToken, RecordCommand } from './command.js';
import type { Pending } from './drive.js';
import type { Ledger } from './ledger.js';
import { encodeInChunks } from './record-codec.js';
import type { HistoryChunk, StoredExecution } from './stored.js';

export interface KeeperDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly isStopped: () => boolean;
  /** Resolves when this node knows what the log holds. */
  readonly caughtUp: () => Promise<void>;
}

/** Of one command: less than an entry of the log takes. */
const pieceBytesMax = limits.logEntryBytesMax / 2;
const repeatAfterMs = 200;

export class Keeper {
  readonly #epoch: number;
  #records: number;
  /** The last step that is known, and the one that is being said. */
  #step: string;
  #said = '';

  constructor(
    private readonly deps: KeeperDeps,
    private readonly arn: string,
    { epoch, records, step }: Pick<StoredExecution, 'epoch' | 'records' | 'step'>,
  ) {
    this.#epoch = epoch;
    this.#records = records;
    this.#step = step;
  }

  /** Whether an earlier life of this node has written to it meanwhile: what was on its way when it died. */
  isSurpassedBy({ step }: Pick<StoredExecution, 'step'>): boolean {
    return step !== this.#step && step !== this.#said;
  }

  /** Whether the execution is still what this keeper writes to. */
  get isCurrent(): boolean {
    const { ledger } = this.deps;
    const now = ledger.core().get(this.arn);
    return now?.status === 'RUNNING' && now.epoch === this.#epoch && now.owner === ledger.self();
  }

  /** Resolves with false where somebody else has gone on with it, or this node stops. */
  async keep(pending: Pending): Promise<boolean> {
    const { clock, caughtUp } = this.deps;
    const sinceMs = clock.nowMs();
    const isKept = await this.#keepAll(pending);
    if (isKept && pending.end !== null) return true;
    if (clock.nowMs() - sinceMs > newsAgeMsMax) await caughtUp();
    return isKept && this.isCurrent;
  }

  async #keepAll(pending: Pending): Promise<boolean> {
    const pieces = encodeInChunks(pending.records, pieceBytesMax);
    for (const [at, piece] of pieces.entries()) {
      const isLast = at === pieces.length - 1;
      const command = this.#command(piece, isLast ? pending : nothing);
      this.#said = command.step;
      if (!(await this.#say(command))) return false;
      this.#step = command.step;
      this.#records += piece.records;
    }
    return true;
  }

  async #say(command: RecordCommand): Promise<boolean> {
    const { ledger, clock, isStopped } = this.deps;
    while (!isStopped()) {
      try {
        const result = await ledger.ask(command);
        return result.kind === 'done';
      } catch {
        // it may have been written all the same: said again, it is known by its step
        await new Promise<void>((resolve) => clock.after(repeatAfterMs, resolve));
        if (ledger.core().get(this.arn)?.step === command.step) return true;
      }
    }
    return false;
  }

  #command({ records, bytes }: HistoryChunk, pending: Pending): RecordCommand {
    return {
      kind: 'record',
      arn: this.arn,
      epoch: this.#epoch,
      at: this.#records,
      step: randomUuid(),
      records,
      bytes,
      end: pending.end?.status ?? null,
      opened: openedBy(pending),
      closed: this.#closedBy(pending),
      consumed: pending.consumed,
    };
  }

  #closedBy({ effects, endedTasks }: Pending): string[] {
    const over = new Set(endedTasks);
    for (const effect of effects) if (effect.kind === 'cancel-task') over.add(effect.task);
    if (over.size === 0) return [];
    return [...this.deps.ledger.core().tokens.of(this.arn)]
      .filter(({ task, isOpen }) => isOpen && over.has(task))
      .map(({ token }) => token);
  }
}

const nothing: Pending = { records: [], end: null, effects: [], endedTasks: [], consumed: 0 };

function openedBy({ effects }: Pending): OpenedToken[] {
  return effects.flatMap((effect): OpenedToken[] => {
    if (effect.kind !== 'start-task' || effect.request.taskToken === null) return [];
    const { taskToken: token, id: task, resource, input } = effect.request;
    const activity = resource.kind === 'activity' ? { arn: resource.arn, input } : null;
    return [{ token, task, activity }];
  });
}
