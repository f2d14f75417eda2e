/**
 * The end of a sandbox's process, which comes in pieces and in any order: its exit status, the last that it
 * printed, the closing of its connection. Whoever waits is told what it died of once all are there, or the
 * rest is late.
 */
import type { Clock, DeadlineKey, DeadlineQueue } from '../lib/index.js';
import type { ProcessExit } from '../wire/index.js';
import type { SandboxSocket } from './sandbox-socket.js';

export interface DepartureDeps {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
  readonly socket: Pick<SandboxSocket, 'isOpen'>;
  /** The process has gone, and nothing more comes of it. May be called again until `cancel`. */
  readonly gone: (exit: ProcessExit) => void;
}

/** After the process has gone: how long its last output may take to arrive. */
const drainMs = 500;
/** After the socket has closed: how long the exit status may take to arrive. */
const exitWaitMs = 1000;

export class Departure {
  #exit: ProcessExit | null = null;
  #drained = false;
  #cancelled = false;
  #deadline: DeadlineKey | null = null;

  constructor(private readonly deps: DepartureDeps) {}

  exited(exit: ProcessExit): void {
    this.#exit = exit;
    this.#expectWithin(drainMs);
  }

  /** All that it printed is there. */
  drained(): void {
    this.#drained = true;
    this.#concludeIfGone();
  }

  disconnected(): void {
    if (this.#exit === null) this.#expectWithin(exitWaitMs);
    this.#concludeIfGone();
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    this.#cancelled = true;
    if (this.#deadline !== null) this.deps.deadlines.remove(this.#deadline);
    this.#deadline = null;
  }

  #expectWithin(delayMs: number): void {
    if (this.#cancelled) return;
    const { clock, deadlines } = this.deps;
    if (this.#deadline !== null) deadlines.remove(this.#deadline);
    this.#deadline = deadlines.add(clock.nowMs() + delayMs, this.#conclude);
  }

  #concludeIfGone(): void {
    if (this.#exit !== null && this.#drained && !this.deps.socket.isOpen) this.#conclude();
  }

  readonly #conclude = (): void => {
    if (!this.#cancelled) this.deps.gone(this.#exit ?? { code: null, signal: null });
  };
}
