/**
 * JSON texts and what they say. A value that goes through a state untouched comes out as the text that it came in as,
 * with its spaces; so what a text said is remembered for as long as anybody holds the value.
 */
import type { JsonValue } from '../json.js';

export class Texts {
  readonly #texts = new WeakMap<object, string>();

  /** Throws SyntaxError. */
  read(text: string): JsonValue {
    const value = JSON.parse(text) as JsonValue;
    if (typeof value === 'object' && value !== null) this.#texts.set(value, text);
    return value;
  }

  write(value: JsonValue): string {
    const known = typeof value === 'object' && value !== null ? this.#texts.get(value) : undefined;
    return known ?? JSON.stringify(value);
  }
}

/** JSON with a space after each comma and colon, as AWS writes the items of a Map. */
export function spacedJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  const members = Object.entries(value);
  return `{${members.map(([name, entry]) => `${JSON.stringify(name)}: ${spacedJson(entry)}`).join(', ')}}`;
}
