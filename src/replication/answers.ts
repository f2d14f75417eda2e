/** The answers to batches that somebody here waits for, from when they are applied until they are taken. */
import type { BatchAnswers } from './proposer.js';

export class Answers<Result> implements BatchAnswers<Result> {
  readonly #answers = new Map<string, readonly Result[] | null>();

  await(batch: string): void {
    this.#answers.set(batch, null);
  }

  /** A batch has been applied: its answers are kept where anybody waits for them. */
  put(batch: string, results: readonly Result[]): void {
    if (this.#answers.has(batch)) this.#answers.set(batch, results);
  }

  take(batch: string): readonly Result[] | null {
    const results = this.#answers.get(batch) ?? null;
    this.#answers.delete(batch);
    return results;
  }
}
