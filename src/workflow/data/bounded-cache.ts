/** What was made of a text, kept for the next time; the oldest goes when there is no room. */

/** Longer texts are rare, and few of them would hold much memory. */
const textCharactersMax = 1000;

export class BoundedCache<Value> {
  readonly #values = new Map<string, Value>();

  constructor(private readonly entriesMax: number) {}

  /** What `make` throws is thrown, and not kept. */
  get(text: string, make: (text: string) => Value): Value {
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (text.length > textCharactersMax) return made;
    if (this.#values.size >= this.entriesMax) {
      for (const oldest of this.#values.keys()) {
        this.#values.delete(oldest);
        break;
      }
    }
    this.#values.set(text, made);
    return made;
  }
}
