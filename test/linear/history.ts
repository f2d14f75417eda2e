/**
 * A history: who asked what when, and what came back when. Of an operation whose answer never came it is
 * unknown whether it happened, and it may still happen at any later time, so it stays open for ever. One
 * that definitely failed did not happen and is dropped.
 *
 * Times are of any unit, but of one clock that all clients share; a counter of events serves best.
 */

export interface Operation<Input, Output> {
  readonly process: string;
  /** Operations on different keys have nothing to do with each other. */
  readonly key: string;
  readonly input: Input;
  /** Null: unknown. */
  readonly output: Output | null;
  readonly calledAt: number;
  /** Infinity where the outcome is unknown. */
  readonly returnedAt: number;
}

/** Takes down a history while it happens, with a counter as clock. */
export class HistoryRecorder<Input, Output> {
  readonly #operations = new Map<number, Operation<Input, Output>>();
  #events = 0;

  get size(): number {
    return this.#operations.size;
  }

  /** Begins an operation; the number that is returned ends it. */
  called(process: string, key: string, input: Input): number {
    const id = this.#events++;
    const open = { process, key, input, output: null, calledAt: id, returnedAt: Infinity };
    this.#operations.set(id, open);
    return id;
  }

  /** The answer came. */
  returned(id: number, output: Output): void {
    const open = this.#operations.get(id);
    if (open === undefined) return;
    this.#operations.set(id, { ...open, output, returnedAt: this.#events++ });
  }

  /** It definitely did not happen. */
  failed(id: number): void {
    this.#operations.delete(id);
  }

  /** All but the failed ones; what has not returned is open. */
  operations(): Operation<Input, Output>[] {
    return [...this.#operations.values()];
  }
}

export function byKey<Input, Output>(
  operations: readonly Operation<Input, Output>[],
): Map<string, Operation<Input, Output>[]> {
  const parts = new Map<string, Operation<Input, Output>[]>();
  for (const operation of operations) {
    const part = parts.get(operation.key);
    if (part === undefined) parts.set(operation.key, [operation]);
    else part.push(operation);
  }
  return parts;
}
