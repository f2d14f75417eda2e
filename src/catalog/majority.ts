/**
 * Work that only makes sense while a majority of the voters is there: code is on its way to them, say. It is asked for
 * again and again meanwhile, and once none has confirmed for too long, the work is given up.
 */
import { LeadDoubt } from '../cluster/index.js';
import type { Clock } from '../lib/index.js';
import { HearthError } from '../types/index.js';

export interface MajorityDeps {
  readonly log: {
    /** The index that a read must wait for; null where no leader answers in time. */
    readIndex(): Promise<number | null>;
  };
  readonly clock: Clock;
}

const lookEveryMs = 50;
const askEveryMs = 200;

export class Majority {
  readonly #doubt = new LeadDoubt();
  /** Those who have not begun because of a doubt. */
  readonly #waiting = new Set<() => void>();

  constructor(private readonly deps: MajorityDeps) {}

  /** As that of the log, and remembers whether there was an answer. */
  async readIndex(): Promise<number | null> {
    const { clock, log } = this.deps;
    const askedMs = clock.nowMs();
    const index = await log.readIndex();
    if (index === null) this.#doubt.unanswered(askedMs);
    else {
      this.#doubt.confirmed(clock.nowMs());
      for (const begin of [...this.#waiting]) begin();
    }
    return index;
  }

  /**
   * Does the work, which begins only where there is no doubt about the majority. Throws `no-quorum` once there has been
   * one for too long, and aborts the work's signal then. What was asked at `startMs` has waited since.
   */
  async during<Result>(
    work: (signal: AbortSignal) => Promise<Result>,
    startMs = this.deps.clock.nowMs(),
  ): Promise<Result> {
    const ended = new AbortController();
    let stop = (): void => {};
    let begin = (): void => {};
    try {
      return await new Promise<Result>((resolve, reject) => {
        begin = () => {
          this.#waiting.delete(begin);
          work(ended.signal).then(resolve, reject);
        };
        if (this.#doubt.exists) this.#waiting.add(begin);
        else begin();
        stop = this.#watch(startMs, (error) => {
          ended.abort(error);
          reject(error);
        });
      });
    } finally {
      stop();
      this.#waiting.delete(begin);
    }
  }

  /** Calls back once no majority has confirmed for too long; returns what ends it. */
  #watch(startMs: number, lost: (error: HearthError) => void): () => void {
    const { clock } = this.deps;
    let askedMs = clock.nowMs();
    let isAsking = false;
    const look = (): void => {
      const nowMs = clock.nowMs();
      this.#doubt.look(nowMs);
      if (nowMs >= this.#doubt.givesUpAt(startMs)) lost(noMajority());
      else if (!isAsking && (this.#doubt.exists || nowMs - askedMs >= askEveryMs)) {
        isAsking = true;
        askedMs = nowMs;
        void this.readIndex().finally(() => {
          isAsking = false;
        });
      }
    };
    const stop = clock.every(lookEveryMs, look);
    look();
    return () => {
      stop();
      this.#doubt.rest();
    };
  }
}

function noMajority(): HearthError {
  return new HearthError(
    'no-quorum',
    'No majority of the voters answers this node, so nothing was changed; try again, here or at another node.',
    { retryAfterS: 1 },
  );
}
