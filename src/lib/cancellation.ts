/** An AbortSignal and its controller in one, for what every request has: a list, mostly of one listener. */
import type { CancelListener, Cancelled } from '../types/index.js';

export class Cancellation implements Cancelled {
  #aborted = false;
  #listeners: CancelListener[] | null = null;

  get aborted(): boolean {
    return this.#aborted;
  }

  /** Tells the listeners, once; later ones are told nothing, as with an AbortSignal. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    const listeners = this.#listeners;
    this.#listeners = null;
    for (const listener of listeners ?? []) {
      if (typeof listener === 'function') listener();
      else listener.handleEvent();
    }
  }

  addEventListener(_type: 'abort', listener: CancelListener): void {
    if (this.#aborted) return;
    if (this.#listeners === null) this.#listeners = [listener];
    else this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: CancelListener): void {
    const at = this.#listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.#listeners?.splice(at, 1);
  }
}
