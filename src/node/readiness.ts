/** Whether this node should be asked: what `/_hearth/health` answers and who waits for the node hears. */
import type { Clock } from '../lib/index.js';
import type { HearthError } from '../types/index.js';

export type Health =
  | { readonly status: 'ok' }
  | { readonly status: 'starting' | 'draining' | 'failed' | 'wedged'; readonly reason: string };

/**
 * How long requests wait for a node that starts, counted from the first of them: longer than one takes that comes back
 * and that nobody answers, since it runs what it has then. What a balancer has given up before is not begun.
 */
const patienceMs = 7000;
const drainingReason = 'the node is stopping; send requests to another one';
const wedgedReason = 'the data thread stood still until now and is catching up';

export class Readiness {
  #wedged = false;
  #draining = false;
  #health: Health = { status: 'starting', reason: 'the node is joining its cluster' };
  /** Resolves when the node takes requests; rejects when it cannot. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the node cannot go on. */
  readonly failed: Promise<HearthError>;
  /** Null before somebody has asked. */
  #patience: Promise<void> | null = null;
  #patienceIsOver = false;
  #resolveReady: () => void = () => {};
  #rejectReady: (error: HearthError) => void = () => {};
  #resolveFailed: (error: HearthError) => void = () => {};

  constructor(private readonly clock: Clock) {
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    // whoever waits reports the failure; nobody has to wait
    this.ready.catch(() => {});
    this.failed = new Promise((resolve) => {
      this.#resolveFailed = resolve;
    });
  }

  get health(): Health {
    if (this.isReady && this.#draining) return { status: 'draining', reason: drainingReason };
    if (this.isReady && this.#wedged) return { status: 'wedged', reason: wedgedReason };
    return this.#health;
  }

  /** Whether requests are taken: also while wedged or draining, from whoever asks all the same. */
  get isReady(): boolean {
    return this.#health.status === 'ok';
  }

  /**
   * Null where a request is to be answered now. Of a node that starts, what it waits for instead: a node that comes
   * back has requests before it can answer them, and a balancer gives most of them to no other one.
   */
  begun(): Promise<void> | null {
    if (this.#health.status !== 'starting' || this.#patienceIsOver) return null;
    this.#patience ??= this.#wait();
    return this.#patience;
  }

  /** Why requests are refused, as a sentence. */
  get reason(): string {
    const { health } = this;
    return health.status === 'ok'
      ? 'This node is ready.'
      : `This node does not take requests: ${health.reason}; ask another.`;
  }

  /** The catalogue is as fresh as the cluster's. */
  becomeReady(): void {
    if (this.#health.status !== 'starting') return;
    this.#health = { status: 'ok' };
    this.#resolveReady();
  }

  /**
   * The data thread stood still, and has not gone on for long enough. It answers nothing while it does;
   * this is what it answers once it comes back, with all that has waited for it still to do.
   */
  setWedged(wedged: boolean): void {
    this.#wedged = wedged;
  }

  /** The node stops: it is said at once, while what comes is still served. */
  drain(): void {
    this.#draining = true;
  }

  fail(error: HearthError): void {
    this.#health = { status: 'failed', reason: error.message };
    this.#rejectReady(error);
    this.#resolveFailed(error);
  }

  async #wait(): Promise<void> {
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.clock.after(patienceMs, resolve);
    });
    await Promise.race([late, this.ready.catch(() => {})]);
    cancel();
    this.#patienceIsOver = true;
  }
}
