/**
 * AWS's validation of members: every broken constraint of a request is collected, and told in one
 * ValidationException in AWS's own words (recorded on live AWS), which people search for and tools match.
 */
import { HearthError } from '../../types/index.js';

export class Constraints {
  readonly #failures: string[] = [];

  /** Notes a failure of `value` at the member `at` (camel case, dots between levels). */
  fail(value: string, at: string, constraint: string): void {
    this.#failures.push(`Value ${value} at '${at}' failed to satisfy constraint: ${constraint}`);
  }

  /** The same without the value, where it may be secret. */
  failUnshown(at: string, constraint: string): void {
    this.#failures.push(`Value at '${at}' failed to satisfy constraint: ${constraint}`);
  }

  required(value: unknown, at: string): void {
    if (value === undefined) this.fail('null', at, 'Member must not be null');
  }

  length(value: string | undefined, at: string, charsMin: number, charsMax: number): void {
    if (value === undefined) return;
    if (value.length > charsMax) {
      this.fail(quoted(value), at, `Member must have length less than or equal to ${charsMax}`);
    }
    if (value.length < charsMin) {
      this.fail(quoted(value), at, `Member must have length greater than or equal to ${charsMin}`);
    }
  }

  range(value: number | undefined, at: string, min: number, max: number): void {
    if (value === undefined) return;
    if (value > max) {
      this.fail(quoted(value), at, `Member must have value less than or equal to ${max}`);
    }
    if (value < min) {
      this.fail(quoted(value), at, `Member must have value greater than or equal to ${min}`);
    }
  }

  oneOf(value: string | undefined, at: string, allowed: readonly string[]): void {
    if (value === undefined || allowed.includes(value)) return;
    const set = allowed.join(', ');
    this.fail(quoted(value), at, `Member must satisfy enum value set: [${set}]`);
  }

  pattern(value: string | undefined, at: string, pattern: MemberPattern): void {
    if (value === undefined || pattern.matches.test(value)) return;
    const constraint = `Member must satisfy regular expression pattern: ${pattern.text}`;
    this.fail(quoted(value), at, constraint);
  }

  /** Throws `validation` with everything that was noted; returns where nothing was. */
  check(): void {
    const count = this.#failures.length;
    if (count === 0) return;
    const head = `${count} validation error${count === 1 ? '' : 's'} detected: `;
    throw new HearthError('validation', head + this.#failures.join('; '));
  }
}

/** A pattern as AWS prints it, and the same anchored, as AWS applies it (to the whole value). */
export interface MemberPattern {
  readonly text: string;
  readonly matches: RegExp;
}

export function memberPattern(text: string): MemberPattern {
  return { text, matches: new RegExp(`^(?:${text})$`) };
}

function quoted(value: string | number): string {
  const text = String(value);
  return `'${text.length > shownCharsMax ? `${text.slice(0, shownCharsMax)}...` : text}'`;
}

/** An error text need not repeat a megabyte. AWS shows all; nothing recorded is longer than this. */
const shownCharsMax = 1024;
