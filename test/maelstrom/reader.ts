/**
 * Linearizable reads on any node: the leader confirms that it leads and says up to where a read must have
 * seen; this node waits until it has applied that much and reads its own state. Reads that arrive until the
 * next message to the leader share the question. A read changes nothing, so a question may be repeated, and a read that got no
 * answer in time is refused for good.
 */
import type { Clock } from '../../src/lib/index.js';
import type { Engine } from './engine.js';
import type { Outbox } from './outbox.js';
import { type Body, errorBody } from './protocol.js';
import type { Settle } from './submitter.js';

interface Read {
  readonly serve: () => Body;
  readonly settle: Settle;
}

interface Round {
  readonly reads: readonly Read[];
  readonly refusedAtMs: number;
  askAgainMs: number;
  /** What must be applied first; Infinity while the leader has not answered. */
  index: number;
}

const bounds = { deadlineMs: 5000, askAgainMs: 300, sweepMs: 50, readsMax: 100_000 } as const;

export class Reader {
  readonly #rounds = new Map<number, Round>();
  #lastRound = 0;
  #appliedIndex = 0;
  #waiting = 0;
  /** The reads that are being gathered; null where the next one begins anew. */
  #open: Read[] | null = null;

  constructor(
    private readonly collaborators: {
      readonly clock: Clock;
      readonly engine: Pick<Engine, 'leader' | 'readIndex'>;
      readonly outbox: Pick<Outbox, 'send'>;
    },
    private readonly options: { readonly self: string },
  ) {
    collaborators.clock.every(bounds.sweepMs, () => this.#sweep());
  }

  read(serve: () => Body, settle: Settle): void {
    if (this.#waiting >= bounds.readsMax) {
      settle(errorBody('temporarilyUnavailable', 'too many reads wait'));
      return;
    }
    this.#waiting++;
    if (this.#open !== null) {
      this.#open.push({ serve, settle });
      return;
    }
    const reads = [{ serve, settle }];
    this.#open = reads;
    const { engine, outbox } = this.collaborators;
    const { leader } = engine;
    if (leader !== null && leader !== this.options.self) {
      outbox.send(leader, () => JSON.stringify(['read', this.#close(reads)]));
    } else queueMicrotask(() => this.#ask(this.#close(reads)));
  }

  /** Another node asks this one, as leader, up to where its reads must have seen. */
  asked(from: string, round: number): void {
    this.collaborators.engine.readIndex().then(
      (index) => this.collaborators.outbox.send(from, JSON.stringify(['read-index', round, index])),
      // It asks again.
      () => undefined,
    );
  }

  answered(round: number, index: number): void {
    const asking = this.#rounds.get(round);
    if (asking === undefined || asking.index !== Infinity) return;
    asking.index = index;
    this.#serve(round, asking);
  }

  applied(index: number): void {
    this.#appliedIndex = index;
    for (const [number, round] of this.#rounds) this.#serve(number, round);
  }

  /** No further read belongs to the round: what is acknowledged from here on it may miss. */
  #close(reads: readonly Read[]): number {
    this.#open = null;
    const nowMs = this.collaborators.clock.nowMs();
    const refusedAtMs = nowMs + bounds.deadlineMs;
    const round = { reads, refusedAtMs, askAgainMs: nowMs + bounds.askAgainMs, index: Infinity };
    this.#rounds.set(++this.#lastRound, round);
    return this.#lastRound;
  }

  #ask(round: number): void {
    const { engine, outbox } = this.collaborators;
    const { leader } = engine;
    if (leader === null) return;
    if (leader !== this.options.self) outbox.send(leader, JSON.stringify(['read', round]));
    else {
      engine.readIndex().then(
        (index) => this.answered(round, index),
        () => undefined,
      );
    }
  }

  #serve(number: number, round: Round): void {
    if (round.index > this.#appliedIndex) return;
    this.#rounds.delete(number);
    this.#waiting -= round.reads.length;
    for (const { serve, settle } of round.reads) settle(serve());
  }

  #sweep(): void {
    const nowMs = this.collaborators.clock.nowMs();
    for (const [number, round] of this.#rounds) {
      if (round.refusedAtMs <= nowMs) {
        this.#rounds.delete(number);
        this.#waiting -= round.reads.length;
        const refusal = errorBody('temporarilyUnavailable', 'no leader confirmed its lead');
        for (const { settle } of round.reads) settle(refusal);
      } else if (round.index === Infinity && round.askAgainMs <= nowMs) {
        round.askAgainMs = nowMs + bounds.askAgainMs;
        this.#ask(number);
      }
    }
  }
}
