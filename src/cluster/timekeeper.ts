/** Holds the time of the majority for its node: collects what gossip hears of other clocks, and judges many times a second. */
import type { Clock, Logger, NodeTime } from '../lib/index.js';
import type { NodeId } from '../types/index.js';
import { TimeVotes } from './time-votes.js';

export interface TimekeeperDeps {
  /** Of the thread in which this runs. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly time: NodeTime;
}

const judgeEveryMs = 50;
/** A machine that was asleep is ahead of the others until they have been heard again: no reason to complain. */
const complainAfterMs = 3000;

export class Timekeeper {
  readonly #votes = new TimeVotes();
  #cancel: (() => void) | null = null;
  #correctsSinceMs: number | null = null;
  #complained = false;

  constructor(private readonly deps: TimekeeperDeps) {}

  start(): void {
    this.#cancel = this.deps.clock.every(judgeEveryMs, () => this.#judge());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** The clock of this node's machine says `wallMs` at this moment. */
  heard(id: NodeId, wallMs: number): void {
    const nowMs = this.deps.clock.nowMs();
    this.#votes.heard(id, wallMs - nowMs, nowMs);
  }

  #judge(): void {
    const { clock, time } = this.deps;
    const nowMs = clock.nowMs();
    const { heldMs, aheadMs, corrects } = this.#votes.judge(clock.machineWallMs() - nowMs, nowMs);
    time.hold(heldMs, aheadMs);
    this.#tell(corrects, aheadMs, nowMs);
  }

  #tell(corrects: boolean, aheadMs: number, nowMs: number): void {
    const { logger } = this.deps;
    if (!corrects) {
      if (this.#complained) {
        logger.warn('the clock of this machine is right again: its time is used');
      }
      this.#correctsSinceMs = null;
      this.#complained = false;
      return;
    }
    this.#correctsSinceMs ??= nowMs;
    if (this.#complained || nowMs - this.#correctsSinceMs < complainAfterMs) return;
    this.#complained = true;
    const seconds = Math.round(Math.abs(aheadMs) / 1000);
    const where = aheadMs > 0 ? 'ahead of' : 'behind';
    logger.warn(
      { aheadS: Math.round(aheadMs / 1000) },
      `the clock of this machine is ${seconds} s ${where} the other nodes: this node goes by theirs; set it, by NTP for example`,
    );
  }
}
