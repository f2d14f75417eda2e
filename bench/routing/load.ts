/**
 * Requests at a constant rate, whatever becomes of them (open loop): a slow answer holds up no other
 * request, so that a node that hangs cannot hide how many it would have hit.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'undici';
import { Functions } from './functions.js';

/** One request and what came of it. */
export interface Answer {
  readonly event: string;
  /** When it was sent, by `performance.now()`. */
  readonly startMs: number;
  readonly tookMs: number;
  /** Who was asked, as the plan calls it. */
  readonly target: number;
  /** 200 only where the function succeeded; 0 where the connection broke. */
  readonly status: number;
  /** `warm`, `cold` or `stolen`; empty where it failed. */
  readonly start: string;
  readonly hops: number;
  /** Who ran it. */
  readonly node: string;
  /** Time inside the function. */
  readonly insideMs: number;
  /** Empty where it succeeded. */
  readonly error: string;
}

export interface Target {
  readonly number: number;
  readonly requests: Pool;
}

export interface LoadPlan {
  readonly ratePerS: number;
  /** Names the events: no two loads of a cluster have the same. */
  readonly name: string;
  /** Whom request `index` asks, and for which function; it ends after `countMax` requests. */
  readonly next: (index: number) => { readonly target: Target; readonly functionIndex: number };
  readonly countMax?: number;
}

const tickMs = 1;
const errorCharsMax = 160;

export class Load {
  readonly answers: Answer[] = [];
  /** The longest that a request was sent after its time: the benchmark's own delay. */
  latestMs = 0;
  #sent = 0;
  #stopped = false;
  #sending: Promise<void> = Promise.resolve();
  readonly #underWay = new Set<Promise<void>>();

  constructor(private readonly plan: LoadPlan) {}

  start(): void {
    this.#sending = this.#send();
  }

  get sent(): number {
    return this.#sent;
  }

  /** Resolves when the last of a counted load is answered. */
  async done(): Promise<readonly Answer[]> {
    await this.#sending;
    await Promise.all(this.#underWay);
    return this.answers;
  }

  /** Sends no more; resolves when all that was sent is answered. */
  stop(): Promise<readonly Answer[]> {
    this.#stopped = true;
    return this.done();
  }

  async #send(): Promise<void> {
    const { ratePerS, countMax = Number.POSITIVE_INFINITY } = this.plan;
    const startMs = performance.now();
    while (!this.#stopped && this.#sent < countMax) {
      const nowMs = performance.now();
      const due = Math.min(countMax, 1 + ((nowMs - startMs) * ratePerS) / 1000);
      const dueMs = startMs + (this.#sent * 1000) / ratePerS;
      if (nowMs > dueMs) this.latestMs = Math.max(this.latestMs, nowMs - dueMs);
      for (; this.#sent + 1 <= due; this.#sent++) {
        const one = this.#one(this.#sent);
        this.#underWay.add(one);
        void one.then(() => this.#underWay.delete(one));
      }
      await delay(tickMs);
    }
  }

  async #one(index: number): Promise<void> {
    const { target, functionIndex } = this.plan.next(index);
    const event = `${this.plan.name}-${index}`;
    const startMs = performance.now();
    const failed = (status: number, error: string): void => {
      const tookMs = performance.now() - startMs;
      const rest = { start: '', hops: 0, node: '', insideMs: 0 };
      const told = error.slice(0, errorCharsMax);
      this.answers.push({
        event,
        startMs,
        tookMs,
        target: target.number,
        status,
        ...rest,
        error: told,
      });
    };
    try {
      const answer = await target.requests.request({
        method: 'POST',
        path: `/2015-03-31/functions/${Functions.nameOf(functionIndex)}/invocations`,
        body: `{"id":"${event}"}`,
      });
      const text = await answer.body.text();
      const header = (name: string): string => String(answer.headers[name] ?? '');
      if (answer.statusCode !== 200) return failed(answer.statusCode, text);
      if (header('x-amz-function-error') !== '') return failed(500, text);
      this.answers.push({
        event,
        startMs,
        tookMs: performance.now() - startMs,
        target: target.number,
        status: text === `"${event}"` ? 200 : 500,
        start: header('x-hearth-start'),
        hops: Number(header('x-hearth-hops')),
        node: header('x-hearth-node'),
        insideMs: Number(header('x-hearth-duration-ms')),
        error: text === `"${event}"` ? '' : `another answer: ${text.slice(0, errorCharsMax)}`,
      });
    } catch (error) {
      failed(0, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }
}
