/** Ids in the order in which they came, with what they weigh together: what is over a bound goes from the front. */

export class Shelf {
  readonly #weights = new Map<string, number>();
  #bytes = 0;

  get count(): number {
    return this.#weights.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): string | undefined {
    return this.#weights.keys().next().value;
  }

  ids(): Iterable<string> {
    return this.#weights.keys();
  }

  /** At the end, also where it was there before. */
  add(id: string, bytes: number): void {
    this.remove(id);
    this.#weights.set(id, bytes);
    this.#bytes += bytes;
  }

  remove(id: string): void {
    const bytes = this.#weights.get(id);
    if (bytes === undefined) return;
    this.#weights.delete(id);
    this.#bytes -= bytes;
  }
}
