/** What answers there were, counted, with the first of what they said. */
import type { Answer } from '../arena/types.js';

/** Of an answer that is none. */
const textCharsMax = 160;

export class Tally {
  readonly #counts = new Map<string, number>();

  async of(asked: Promise<Answer>): Promise<void> {
    const answer = await asked.catch((error: unknown) => String(error));
    this.#count(typeof answer === 'string' ? `no answer (${answer})` : inWords(answer));
  }

  /** `3 of 200, 1 of 503 (...)` */
  toString(): string {
    return [...this.#counts].map(([what, count]) => `${count} of ${what}`).join(', ') || 'none';
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}

function inWords({ status, text }: Answer): string {
  if (status < 300) return String(status);
  // times and ids differ from answer to answer
  const said = text.replaceAll(/\d{3,}(T\d+Z)?/g, '...').slice(0, textCharsMax);
  return `${status} (${said})`;
}
