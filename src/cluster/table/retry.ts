/** When to send again what was not answered: soon at first, and ever more rarely. */

export class Retry {
  #delayMs: number;
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(private readonly limits: { readonly retryMs: number; readonly retryMsMax: number }) {
    this.#delayMs = limits.retryMs;
  }

  /** Infinity where nothing is waited for. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Something was sent that wants an answer. */
  sent(nowMs: number): void {
    this.#dueMs = nowMs + this.#delayMs;
    this.#delayMs = Math.min(this.#delayMs * 2, this.limits.retryMsMax);
  }

  /** It was answered, or is not waited for any more. */
  settle(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#delayMs = this.limits.retryMs;
  }
}
