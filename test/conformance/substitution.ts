/**
 * What the recorder made up stands in later parameters; here it is exchanged for what was really answered:
 * ARNs, ids, tokens and addresses, and the last segment of ARNs, also inside strings of JSON.
 */
import { isMembers, type Value } from './scenario.js';

export class Substitution {
  /** Made-up text -> real text. */
  readonly #real = new Map<string, string>();
  /** What is really called as it was made up: a list in another order does not change that. */
  readonly #asMadeUp = new Set<string>();

  /** Walks a made-up answer beside the real one. */
  learn(synthetic: Value | undefined, real: Value | undefined): void {
    if (typeof synthetic === 'string' && typeof real === 'string') {
      this.#remember(synthetic, real);
    } else if (Array.isArray(synthetic) && Array.isArray(real)) {
      for (const [at, entry] of synthetic.entries()) this.learn(entry, real[at]);
    } else if (isMembers(synthetic) && isMembers(real)) {
      for (const [name, entry] of Object.entries(synthetic)) this.learn(entry, real[name]);
    }
  }

  apply<Given extends Value>(given: Given): Given {
    return this.#applied(given) as Given;
  }

  #applied(given: Value): Value {
    if (typeof given === 'string') {
      let text = given;
      for (const [synthetic, real] of this.#longestFirst()) {
        text = text.replaceAll(synthetic, () => real);
      }
      return text;
    }
    if (Array.isArray(given)) return given.map((entry) => this.#applied(entry));
    if (!isMembers(given)) return given;
    return Object.fromEntries(
      Object.entries(given).map(([name, entry]) => [name, this.#applied(entry)]),
    );
  }

  #remember(synthetic: string, real: string): void {
    if (!madeUp.test(synthetic) || this.#asMadeUp.has(synthetic)) return;
    if (synthetic === real) {
      this.#asMadeUp.add(synthetic);
      if (synthetic.startsWith('arn:')) this.#asMadeUp.add(lastSegment(synthetic));
      return;
    }
    const isArn = synthetic.startsWith('arn:') && real.startsWith('arn:');
    // the recorder left out qualifiers: then the two name different things
    if (isArn && synthetic.split(':').length !== real.split(':').length) return;
    this.#real.set(synthetic, real);
    if (isArn) this.#remember(lastSegment(synthetic), lastSegment(real));
  }

  #longestFirst(): [string, string][] {
    return [...this.#real].sort(([a], [b]) => b.length - a.length);
  }
}

/** Tells what a recorder made up (`fn-uid00001`, `@@token@@`, UUIDs) from words such as states. */
const madeUp = /^arn:|^https?:|uid\w{2}\d|@@.+@@|[0-9a-f]{8}-[0-9a-f]{4}-|^sha-/;

function lastSegment(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1);
}
