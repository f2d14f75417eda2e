/** A piece of JSON as text, as value, or both: each is made from the other once, when somebody asks. */
import { Buffer } from 'node:buffer';
import { fitsInto } from '../data/index.js';
import { StateError } from '../failure.js';
import { type JsonValue, nestsTooDeep } from '../json.js';

/** Bytes of UTF-8 JSON that an input, output or result may have: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const payloadBytesMax = 262_144;

export class Payload {
  #text: string | undefined;
  #value: JsonValue | undefined;
  /** Every state on the way of a payload asks. */
  #fits: boolean | undefined;

  private constructor(text: string | undefined, value: JsonValue | undefined) {
    this.#text = text;
    this.#value = value;
  }

  /** `text` is JSON; it is kept as it was written. */
  static ofText(text: string): Payload {
    return new Payload(text, undefined);
  }

  static ofValue(value: JsonValue): Payload {
    return new Payload(undefined, value);
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.#value);
    return this.#text;
  }

  get value(): JsonValue {
    this.#value ??= parsed(this.#text ?? 'null');
    return this.#value;
  }

  /** The same payload where `value` is the one that it has. */
  become(value: JsonValue): Payload {
    return this.#value === value ? this : Payload.ofValue(value);
  }

  get fits(): boolean {
    this.#fits ??= this.#measured();
    return this.#fits;
  }

  #measured(): boolean {
    const text = this.#text;
    if (text === undefined) return fitsInto(this.value, payloadBytesMax);
    if (text.length > payloadBytesMax || nestsTooDeep(text)) return false;
    // a UTF-16 unit is one to three bytes: only texts between are measured
    return text.length * 3 <= payloadBytesMax || Buffer.byteLength(text) <= payloadBytesMax;
  }
}

/** What comes from outside as JSON text should be it. */
function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new StateError('States.Runtime', 'The data is not valid JSON.');
  }
}
