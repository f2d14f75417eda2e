/**
 * One thread with what waits for it. It answers in order, so that the first that waits is the one that it has: where no
 * answer comes in time, that one has failed, and a new thread is given the others.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../lib/index.js';
import { bounds } from './bounds.js';
import { type Evaluated, type ExpressionsToEvaluate, ready } from './evaluation.js';

/** What became of it: `unanswered` where the thread ended, or time, before it was through. */
export type Answer = Evaluated | { readonly kind: 'unanswered'; readonly reason: string };

const stopped: Answer = { kind: 'unanswered', reason: 'The node stops.' };

interface Waiting {
  readonly request: ExpressionsToEvaluate;
  readonly sinceMs: number;
  readonly answer: (answer: Answer) => void;
}

export class EvaluationThread {
  #worker: Worker | null = null;
  #isReady = false;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #isStopped = false;
  /** When the first that waits became the first. */
  #headSinceMs = 0;
  #cancelWatch: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly stalledMsMax: number,
    private readonly waitingMsMax: number = bounds.waitingMsMax,
  ) {}

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether somebody who came now would wait for an expression that takes long. */
  get isHeldUp(): boolean {
    return (
      this.waiting > 0 && this.#isReady && this.clock.nowMs() - this.#headSinceMs > bounds.heldUpMs
    );
  }

  evaluate(request: ExpressionsToEvaluate): Promise<Answer> {
    if (this.#isStopped) return Promise.resolve(stopped);
    if (this.waiting >= bounds.waitingMax || this.#bytes > bounds.waitingBytesMax) {
      return Promise.resolve({ kind: 'unanswered', reason: 'Too many expressions wait.' });
    }
    return new Promise((answer) => {
      const nowMs = this.clock.nowMs();
      this.#waiting.push({ request, sinceMs: nowMs, answer });
      this.#bytes += sizeOf(request);
      if (this.waiting === 1) this.#watchHead(nowMs);
      const worker = this.#thread();
      // the process may end while nobody waits
      worker.ref();
      worker.postMessage(request);
    });
  }

  /** Whoever waits is told so. */
  stop(): void {
    this.#isStopped = true;
    this.#end();
    while (this.waiting > 0) this.#answerHead(stopped);
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL('./jsonata-worker.js', import.meta.url), {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: bounds.threadMemoryMb, stackSizeMb: 4 },
    });
    worker.on('message', (message: Evaluated | typeof ready) => {
      if (worker !== this.#worker) return;
      if (message !== ready) {
        this.#answerHead(message);
        if (this.#isHeadLate()) this.#restart();
      } else {
        this.#isReady = true;
        this.#cancelWatch?.();
        this.#cancelWatch = null;
        this.#watchHead(this.clock.nowMs());
      }
    });
    const ended = (reason: string): void => {
      if (worker === this.#worker) this.#failHead(reason);
    };
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      ended(
        isMemory ? 'The expression takes too much memory.' : 'The expression cannot be evaluated.',
      );
    });
    worker.on('exit', () => ended('The expression cannot be evaluated.'));
    this.#worker = worker;
    return worker;
  }

  #answerHead(answer: Answer): void {
    const head = this.#waiting.shift();
    if (head === undefined) return;
    this.#bytes -= sizeOf(head.request);
    this.#watchHead(this.clock.nowMs());
    head.answer(answer);
  }

  /** The thread has ended, or must. */
  #failHead(reason: string): void {
    this.#end();
    this.#answerHead({ kind: 'unanswered', reason });
    this.#restart();
  }

  /** Another thread is given what waits, but for what has waited too long. */
  #restart(): void {
    this.#end();
    while (this.#isHeadLate()) {
      this.#answerHead({ kind: 'unanswered', reason: 'The expression has waited too long.' });
    }
    for (const { request } of this.#waiting) this.#thread().postMessage(request);
  }

  #isHeadLate(): boolean {
    const [head] = this.#waiting;
    return head !== undefined && this.clock.nowMs() - head.sinceMs > this.waitingMsMax;
  }

  #watchHead(nowMs: number): void {
    this.#headSinceMs = nowMs;
    if (this.waiting === 0) {
      this.#cancelWatch?.();
      this.#cancelWatch = null;
      this.#worker?.unref();
    } else this.#cancelWatch ??= this.clock.after(this.stalledMsMax, () => this.#look());
  }

  /** One timer for all: it is set again for what is left of the time of the one that is first by then. */
  #look(): void {
    this.#cancelWatch = null;
    const allowedMs = this.#isReady ? this.stalledMsMax : bounds.beginningMsMax;
    const leftMs = allowedMs - (this.clock.nowMs() - this.#headSinceMs);
    if (this.waiting === 0) return;
    if (leftMs <= 0) this.#failHead('The expression does not end.');
    else this.#cancelWatch = this.clock.after(leftMs, () => this.#look());
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = null;
    this.#isReady = false;
    void worker?.terminate();
  }
}

function sizeOf({ texts, bindings }: ExpressionsToEvaluate): number {
  return texts.reduce((total, text) => total + text.length, bindings.length);
}
