/** Definitions that are in use, each parsed once. */
import type { Definition } from '../language/types.js';

/** Those that were parsed first go first. */
const keptMax = 200;

export class ParsedDefinitions {
  readonly #kept = new Map<string, Definition>();

  constructor(
    /** Of a text that was accepted before. */
    private readonly parse: (definition: string) => Definition,
  ) {}

  /** By its hash, or the text itself. */
  get(key: string, text: () => string): Definition {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const parsed = this.parse(text());
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size >= keptMax && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, parsed);
    return parsed;
  }
}
