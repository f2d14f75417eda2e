/**
 * One thread with what waits for it. It answers in order, so that the first that waits is the one that it has: where no
 * answer comes in time, that one is late, and a new thread is given the others. It is sent a few at a time; what nobody
 * waits for any more is left out, and not waited for where the thread has it already.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../lib/index.js';
import type { Cancelled } from '../../types/index.js';
import { bounds } from './bounds.js';
import { type Evaluated, type ExpressionsToEvaluate, ready } from './evaluation.js';

/** What became of it: `unanswered` where the thread ended, or time, before it was through. */
export type Answer = Evaluated | { readonly kind: 'unanswered'; readonly reason: string };

export type Question = Omit<ExpressionsToEvaluate, 'evaluationMsMax'>;

export interface Allowance {
  /** Of each expression. */
  readonly evaluationMsMax: number;
  /** Of all expressions of a question, from when it is the first; then the thread is ended. */
  readonly stalledMsMax: number;
  /** What is late takes along those that wait with an expression of it: they go on elsewhere, too. */
  readonly takesAlikeAlong: boolean;
}

const stopped: Answer = { kind: 'unanswered', reason: 'The node stops.' };
const givenUp: Answer = { kind: 'unanswered', reason: 'Nobody waits for it.' };

interface Waiting {
  readonly question: Question;
  readonly sinceMs: number;
  readonly answer: (answer: Answer) => void;
  isGivenUp: boolean;
}

export class EvaluationThread {
  #worker: Worker | null = null;
  #isReady = false;
  readonly #waiting: Waiting[] = [];
  /** Of those that wait, the first, which the thread has. */
  #sent = 0;
  #bytes = 0;
  #isStopped = false;
  /** When the first that waits became the first. */
  #headSinceMs = 0;
  /** Its time is over, but for one more look: its answer may be here, unread, where this thread has stood still. */
  #dueHead: Waiting | null = null;
  #cancelWatch: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly allowance: Allowance,
    private readonly waitingMsMax: number = bounds.waitingMsMax,
  ) {}

  evaluate(question: Question, signal?: Cancelled): Promise<Answer> {
    if (this.#isStopped) return Promise.resolve(stopped);
    if (signal?.aborted) return Promise.resolve(givenUp);
    if (this.#waiting.length >= bounds.waitingMax || this.#bytes > bounds.waitingBytesMax) {
      return Promise.resolve({ kind: 'unanswered', reason: 'Too many expressions wait.' });
    }
    return new Promise((resolve) => {
      const giveUp = (): void => this.#giveUp(waiting);
      const answer = (given: Answer): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve(given);
      };
      const waiting = { question, sinceMs: this.clock.nowMs(), answer, isGivenUp: false };
      signal?.addEventListener('abort', giveUp);
      this.#waiting.push(waiting);
      this.#bytes += sizeOf(question);
      if (this.#waiting.length === 1) this.#watchHead();
      this.#send();
    });
  }

  /** Whoever waits is told so. */
  stop(): void {
    this.#isStopped = true;
    this.#end();
    while (this.#waiting.length > 0) this.#answerHead(stopped);
  }

  #send(): void {
    while (this.#sent < Math.min(bounds.sentMax, this.#waiting.length)) {
      const worker = this.#thread();
      // the process may end while nobody waits
      worker.ref();
      const { question } = this.#waiting[this.#sent++] as Waiting;
      const { evaluationMsMax } = this.allowance;
      worker.postMessage({ ...question, evaluationMsMax } satisfies ExpressionsToEvaluate);
    }
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL('./jsonata-worker.js', import.meta.url), {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: bounds.threadMemoryMb, stackSizeMb: 4 },
    });
    worker.on('message', (message: Evaluated | typeof ready) => {
      if (worker !== this.#worker) return;
      if (message === ready) {
        this.#isReady = true;
        this.#unwatch();
        this.#watchHead();
      } else {
        const [head] = this.#waiting;
        this.#answerHead(message);
        if (head !== undefined && message.kind === 'late') this.#takeAlong(head, message);
        if (this.#isHeadLate()) this.#restart();
        else this.#send();
      }
    });
    const ended = (reason: string): void => {
      if (worker === this.#worker) this.#failHead({ kind: 'unanswered', reason });
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
    this.#sent = Math.max(0, this.#sent - 1);
    this.#bytes -= sizeOf(head.question);
    this.#watchHead();
    head.answer(answer);
  }

  /** The thread has ended, or must. */
  #failHead(answer: Answer): void {
    const [head] = this.#waiting;
    this.#end();
    this.#answerHead(answer);
    if (head !== undefined && answer.kind === 'late') this.#takeAlong(head, answer);
    this.#restart();
  }

  #takeAlong({ question }: Waiting, late: Answer): void {
    if (!this.allowance.takesAlikeAlong) return;
    const texts = new Set(question.texts);
    for (const waiting of this.#waiting.slice(this.#sent)) {
      if (!waiting.question.texts.some((text) => texts.has(text))) continue;
      this.#forget(waiting);
      waiting.answer(late);
    }
    this.#watchHead();
  }

  /** Another thread is given what waits, but for what has waited too long. */
  #restart(): void {
    this.#end();
    for (const waiting of [...this.#waiting]) if (waiting.isGivenUp) this.#forget(waiting);
    while (this.#isHeadLate()) {
      this.#answerHead({ kind: 'unanswered', reason: 'The expression has waited too long.' });
    }
    this.#watchHead();
    this.#send();
  }

  #giveUp(waiting: Waiting): void {
    waiting.answer(givenUp);
    waiting.isGivenUp = true;
    const at = this.#waiting.indexOf(waiting);
    if (at >= this.#sent) this.#forget(waiting);
    else if (at === 0) this.#look();
  }

  /** It is not among those that were sent, or there is no thread any more. */
  #forget(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#bytes -= sizeOf(waiting.question);
  }

  #isHeadLate(): boolean {
    const [head] = this.#waiting;
    return head !== undefined && this.clock.nowMs() - head.sinceMs > this.waitingMsMax;
  }

  /** There is another first one, or the thread has only now begun with it. */
  #watchHead(): void {
    this.#headSinceMs = this.clock.nowMs();
    const [head] = this.#waiting;
    if (head === undefined) {
      this.#unwatch();
      this.#worker?.unref();
    } else if (this.#cancelWatch === null || head.isGivenUp) this.#look();
  }

  /** One timer for all: it is set again for what is left of the time of the one that is first by then. */
  #look(): void {
    this.#unwatch();
    const [head] = this.#waiting;
    if (head === undefined) return;
    const leftMs = this.#allowedMs(head) - (this.clock.nowMs() - this.#headSinceMs);
    if (leftMs <= 0 && this.#dueHead === head) {
      this.#failHead({ kind: 'late', index: 0, reason: hangs });
    } else {
      this.#dueHead = leftMs > 0 ? null : head;
      this.#cancelWatch = this.clock.after(Math.max(1, leftMs), () => this.#look());
    }
  }

  #allowedMs({ isGivenUp }: Waiting): number {
    if (!this.#isReady) return bounds.beginningMsMax;
    return isGivenUp ? bounds.givenUpMs : this.allowance.stalledMsMax;
  }

  #unwatch(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = null;
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = null;
    this.#isReady = false;
    this.#sent = 0;
    void worker?.terminate();
  }
}

const hangs = 'threw an error during evaluation. The expression does not end.';

function sizeOf({ texts, bindings }: Question): number {
  return texts.reduce((total, text) => total + text.length, bindings.length);
}
