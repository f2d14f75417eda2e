/**
 * Whether this thread has just gone on after standing still: the machine was paused, the process stopped, the
 * processor taken. What it reads then has waited in the kernel for as long, and who sent it may have gone.
 */
import type { Clock } from './clock.js';

const beatEveryMs = 100;
/** More than a busy thread is late. */
const pauseMs = 500;
/** How long it takes to read what has piled up. */
const catchUpMs = 1000;

export class PauseWatch {
  #beatMs = 0;
  #pauses = 0;
  #caughtUpMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(private readonly clock: Clock) {}

  start(): void {
    this.#beatMs = this.clock.nowMs();
    this.#cancel = this.clock.every(beatEveryMs, () => void this.isCatchingUp());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** How often it stood still. */
  get pauses(): number {
    this.isCatchingUp();
    return this.#pauses;
  }

  /** Asked before the next beat it finds the pause itself: what was waiting is often read before timers run. */
  isCatchingUp(): boolean {
    const nowMs = this.clock.nowMs();
    if (nowMs - this.#beatMs > pauseMs) {
      this.#pauses++;
      this.#caughtUpMs = nowMs + catchUpMs;
    }
    this.#beatMs = nowMs;
    return nowMs < this.#caughtUpMs;
  }
}
