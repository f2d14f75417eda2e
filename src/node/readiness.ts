/** Whether this node should be asked: what `/_hearth/health` answers and who waits for the node hears. */
import type { HearthError } from '../types/index.js';

export type Health =
  | { readonly status: 'ok' }
  | { readonly status: 'starting' | 'draining' | 'failed'; readonly reason: string };

export class Readiness {
  #health: Health = { status: 'starting', reason: 'the node is joining its cluster' };
  /** Resolves when the node takes requests; rejects when it cannot. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the node cannot go on. */
  readonly failed: Promise<HearthError>;
  #resolveReady: () => void = () => {};
  #rejectReady: (error: HearthError) => void = () => {};
  #resolveFailed: (error: HearthError) => void = () => {};

  constructor() {
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
    return this.#health;
  }

  get isReady(): boolean {
    return this.#health.status === 'ok';
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

  drain(): void {
    this.#health = { status: 'draining', reason: 'the node is stopping' };
  }

  fail(error: HearthError): void {
    this.#health = { status: 'failed', reason: error.message };
    this.#rejectReady(error);
    this.#resolveFailed(error);
  }
}
