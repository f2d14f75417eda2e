/**
 * One invocation under way in a sandbox: its number on the socket, its deadline, and who waits for it. It is
 * used again by the invocation after it, so that a sandbox which runs one at a time makes no new one.
 */
import type { DeadlineKey, DeadlineQueue } from '../lib/index.js';
import type { AnswerStream } from './answer-stream.js';
import type { SandboxCall, SandboxResult } from './driver.js';
import type { LogTail } from './log-tail.js';

export class RunningCall {
  /** 0 while it stands for no invocation. */
  stream = 0;
  call: SandboxCall | null = null;
  startedMs = 0;
  /** Where the function streams its answer, from the beginning of that on. */
  answer: AnswerStream | null = null;
  /** What it has printed itself, where it may not be the only one. */
  tail: LogTail | null = null;
  #deadline: DeadlineKey | null = null;
  #settle: ((result: SandboxResult) => void) | null = null;

  constructor(
    private readonly deadlines: DeadlineQueue,
    private readonly onExpired: (running: RunningCall) => void,
  ) {}

  begin(
    stream: number,
    call: SandboxCall,
    startedMs: number,
    deadlineMs: number,
  ): Promise<SandboxResult> {
    this.stream = stream;
    this.call = call;
    this.startedMs = startedMs;
    this.#deadline = this.deadlines.add(deadlineMs, this.#expire);
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Answers who waits; from here on it stands for no invocation. */
  finish(result: SandboxResult): void {
    const settle = this.#settle;
    if (this.#deadline !== null) this.deadlines.remove(this.#deadline);
    this.stream = 0;
    this.call = null;
    this.answer = null;
    this.tail = null;
    this.#deadline = null;
    this.#settle = null;
    settle?.(result);
  }

  readonly #expire = (): void => this.onExpired(this);
}
