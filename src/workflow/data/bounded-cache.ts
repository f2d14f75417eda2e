/** What was made of a text, kept for the next time; the oldest goes when there is no room. */

/** What was made of a text takes some hundred times its memory. */
const charactersMax = 512 * 1024;

export class BoundedCache<Value> {
  readonly #values = new Map<string, Value>();
  #characters = 0;

  constructor(private readonly entriesMax: number) {}

  /** What `make` throws is thrown, and not kept. */
  get(text: string, make: (text: string) => Value): Value {
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    this.#values.set(text, made);
    this.#characters += text.length;
    for (const oldest of this.#values.keys()) {
      const isFull = this.#values.size > this.entriesMax || this.#characters > charactersMax;
      if (!isFull || oldest === text) break;
      this.#values.delete(oldest);
      this.#characters -= oldest.length;
    }
    return made;
  }
}
