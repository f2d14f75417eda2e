/**
 * The catalogue's part of a snapshot between the two threads: the control thread has the disk, the data
 * thread has the state. Part by part, each asked for or answered, so that neither piles up what the other
 * cannot take.
 */
import { HearthError } from '../types/index.js';
import type { CallError, RestoreStep, ToControl, ToData } from './messages.js';

type Answer = Extract<ToControl, { kind: 'part' | 'restore-taken' }>;
type Question = Extract<ToData, { kind: 'snapshot' | 'restore' }>;

export class CatalogBridge {
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastCall = 0;

  constructor(private readonly toData: (message: Question) => void) {}

  /** The catalogue as it stands after all that it was told to apply before this call. */
  snapshot(): AsyncIterable<Uint8Array> {
    const id = ++this.#lastCall;
    const first = this.#ask((call) => ({ kind: 'snapshot', call, id, step: 'begin' }));
    return this.#parts(id, first);
  }

  /** Resolves when the catalogue is what the parts say. */
  async restore(index: number, parts: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#tell({ kind: 'begin', index });
    for await (const data of parts) await this.#tell({ kind: 'part', data });
    await this.#tell({ kind: 'end' });
  }

  /** The data thread has answered. */
  take(answer: Answer): void {
    const resolve = this.#waiting.get(answer.call);
    this.#waiting.delete(answer.call);
    resolve?.(answer);
  }

  async *#parts(id: number, first: Promise<Answer>): AsyncIterable<Uint8Array> {
    let next = first;
    let isDone = false;
    try {
      for (;;) {
        const answer = await next;
        if (answer.error !== null) throw thrown(answer.error);
        isDone = answer.kind !== 'part' || answer.data === null;
        if (answer.kind !== 'part' || answer.data === null) return;
        next = this.#ask((call) => ({ kind: 'snapshot', call, id, step: 'next' }));
        yield answer.data;
      }
    } finally {
      if (!isDone) this.toData({ kind: 'snapshot', call: 0, id, step: 'stop' });
    }
  }

  async #tell(step: RestoreStep): Promise<void> {
    const { error } = await this.#ask((call) => ({ kind: 'restore', call, step }));
    if (error !== null) throw thrown(error);
  }

  #ask(question: (call: number) => Question): Promise<Answer> {
    const call = ++this.#lastCall;
    return new Promise((resolve) => {
      this.#waiting.set(call, resolve);
      this.toData(question(call));
    });
  }
}

function thrown({ code, message }: CallError): HearthError {
  return new HearthError(code, message);
}
