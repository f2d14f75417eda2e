/**
 * Values by key, with compare-and-set. Keys and values are any JSON; two are the same where their JSON is.
 * Operations are `['write', key, value]` and `['cas', key, from, to, createIfNotExists]`.
 */
import { linesOf, type StateMachine, valuesOf } from './machine.js';
import { type Body, errorBody } from './protocol.js';

export class LinKvMachine implements StateMachine {
  /** By the JSON of the key: the JSON of the value. */
  readonly #values = new Map<string, string>();

  apply(operation: unknown): Body {
    if (!Array.isArray(operation)) return errorBody('malformedRequest', 'not an operation');
    const [kind, key, ...rest]: unknown[] = operation;
    const name = json(key);
    if (kind === 'write') {
      this.#values.set(name, json(rest[0]));
      return { type: 'write_ok' };
    }
    if (kind !== 'cas') return errorBody('malformedRequest', 'not an operation of this machine');
    const [from, to, createIfNotExists] = rest;
    const present = this.#values.get(name);
    if (present === undefined && createIfNotExists !== true) {
      return errorBody('keyDoesNotExist', `there is no value for ${name}`);
    }
    if (present !== undefined && present !== json(from)) {
      return errorBody('preconditionFailed', `the value is ${present}, not ${json(from)}`);
    }
    this.#values.set(name, json(to));
    return { type: 'cas_ok' };
  }

  read(key: unknown): Body {
    const value = this.#values.get(json(key));
    if (value === undefined) {
      return errorBody('keyDoesNotExist', `there is no value for ${json(key)}`);
    }
    return { type: 'read_ok', value: JSON.parse(value) };
  }

  snapshot(): AsyncIterable<Uint8Array> {
    return linesOf([...this.#values]);
  }

  async restore(parts: AsyncIterable<Uint8Array>): Promise<void> {
    this.#values.clear();
    for await (const value of valuesOf(parts)) {
      const [key, content] = value as [string, string];
      this.#values.set(key, content);
    }
  }
}

function json(value: unknown): string {
  return JSON.stringify(value ?? null);
}
