/** What one sandbox prints: to the logs and the tail of the answer, and no faster than the gate lets it. */
import type { Clock, DeadlineKey, DeadlineQueue } from '../lib/index.js';
import { limits } from '../types/index.js';
import { LogTail } from './log-tail.js';
import type { LogSink, LogSource } from './logs/types.js';
import { OutputGate } from './output-gate.js';

export interface SandboxOutputDeps {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
  readonly logs: LogSink;
  /** True: nothing of what it prints is read until false. */
  readonly hold: (held: boolean) => void;
}

export class SandboxOutput {
  /** Whose output it is; null while the sandbox has no function, whose output nobody would find. */
  source: LogSource | null = null;
  readonly #tail = new LogTail(limits.logTailBytesMax);
  readonly #gate = new OutputGate();
  #gateDeadline: DeadlineKey | null = null;
  #closed = false;

  constructor(private readonly deps: SandboxOutputDeps) {}

  /** `tail` is that of an invocation, where several may be under way. */
  print(chunk: Uint8Array, requestId: string, tail = this.#tail): void {
    const { clock, deadlines, hold, logs } = this.deps;
    tail.push(chunk);
    if (this.source !== null) logs.output(this.source, requestId, chunk);
    const nowMs = clock.nowMs();
    const waitMs = this.#gate.count(chunk.length, nowMs);
    if (waitMs === 0 || this.#gateDeadline !== null || this.#closed) return;
    hold(true);
    this.#gateDeadline = deadlines.add(nowMs + waitMs, () => {
      this.#gateDeadline = null;
      hold(false);
    });
  }

  /** The last that was printed and is in no other tail; the next begins behind it. */
  takeTail(): Uint8Array {
    return this.#tail.take();
  }

  /** From now on it is not held back: the sandbox ends. */
  close(): void {
    this.#closed = true;
    if (this.#gateDeadline !== null) this.deps.deadlines.remove(this.#gateDeadline);
    this.#gateDeadline = null;
  }
}
