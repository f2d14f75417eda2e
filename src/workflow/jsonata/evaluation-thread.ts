/**
 * One thread with what waits for it. It answers in order, so that the first that waits is the one that it has: where no
 * answer comes in time, that one has failed, and a new thread is given the others.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../lib/index.js';
import { bounds } from './bounds.js';
import type { Evaluated, ExpressionsToEvaluate } from './evaluation.js';

/** What became of it: `unanswered` where the thread ended, or time, before it was through. */
export type Answer = Evaluated | { readonly kind: 'unanswered'; readonly reason: string };

interface Waiting {
  readonly request: ExpressionsToEvaluate;
  readonly sinceMs: number;
  readonly answer: (answer: Answer) => void;
}

export class EvaluationThread {
  #worker: Worker | null = null;
  #waiting: Waiting[] = [];
  #bytes = 0;
  /** When the first that waits became the first. */
  #headSinceMs = 0;
  #cancelWatch: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly stalledMsMax: number,
  ) {}

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether somebody who came now would wait for an expression that takes long. */
  get isHeldUp(): boolean {
    return this.waiting > 0 && this.clock.nowMs() - this.#headSinceMs > bounds.heldUpMs;
  }

  evaluate(request: ExpressionsToEvaluate): Promise<Answer> {
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
    this.#end();
    while (this.waiting > 0) this.#answerHead({ kind: 'unanswered', reason: 'The node stops.' });
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL('./jsonata-worker.js', import.meta.url), {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: bounds.threadMemoryMb, stackSizeMb: 4 },
    });
    worker.on('message', (evaluated: Evaluated) => {
      if (worker === this.#worker) this.#answerHead(evaluated);
    });
    const ended = (): void => {
      if (worker === this.#worker) this.#failHead('The expression takes too much memory.');
    };
    worker.on('error', ended);
    worker.on('exit', ended);
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

  /** The thread has ended, or must: the others are given to another one, but for those that waited too long. */
  #failHead(reason: string): void {
    this.#end();
    this.#answerHead({ kind: 'unanswered', reason });
    const tooOldMs = this.clock.nowMs() - bounds.waitingMsMax;
    while ((this.#waiting[0]?.sinceMs ?? tooOldMs) < tooOldMs) {
      this.#answerHead({ kind: 'unanswered', reason: 'The expression has waited too long.' });
    }
    for (const { request } of this.#waiting) this.#thread().postMessage(request);
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
    const leftMs = this.stalledMsMax - (this.clock.nowMs() - this.#headSinceMs);
    if (this.waiting === 0) return;
    if (leftMs <= 0) this.#failHead('The expression does not end.');
    else this.#cancelWatch = this.clock.after(leftMs, () => this.#look());
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }
}

function sizeOf({ texts, bindings }: ExpressionsToEvaluate): number {
  return texts.reduce((total, text) => total + text.length, bindings.length);
}
