/** What each intrinsic function gives for its arguments. */
import { createHash } from 'node:crypto';
import { seededRandom } from '../../lib/index.js';
import { isJsonObject, type JsonObject, type JsonValue, nestsTooDeep } from '../json.js';
import type { Effort } from './effort.js';
import type { IntrinsicName } from './intrinsic-syntax.js';
import { javaText } from './path.js';
import { isSame, keyOf } from './same.js';
import type { Scope } from './scope.js';
import { fitsInto } from './size.js';

/** Arguments that a function does not take. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

type Arguments = readonly JsonValue[];

/** Developer Guide, "Intrinsic functions": what ArrayRange, and what Base64 and Hash, take at most. */
const rangeItemsMax = 1000;
const codedCharactersMax = 10_000;
/** Four times what a state may give: what is made on the way may be larger, but not without end. */
const resultBytesMax = 4 * 256 * 1024;

/** What something takes beside a step of a path, measured: see `Effort`. */
const costOf = { item: 4, member: 8, readCharacters: 2, codedCharacters: 20 } as const;

const hashes: ReadonlyMap<JsonValue, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

export const intrinsicFunctions: Readonly<
  Record<IntrinsicName, (args: Arguments, scope: Scope) => JsonValue>
> = {
  Array: (args, { effort }) => bounded([...args], effort),
  ArrayContains: ([items, item], { effort }) =>
    array(items).some((each) => isSame(each, item ?? null, effort)),
  ArrayGetItem([items, index]) {
    const position = integer(index);
    const item = array(items)[position];
    if (item === undefined)
      throw new FunctionError(`Index ${position} is out of bounds of the array`);
    return item;
  },
  ArrayLength: ([items]) => array(items).length,
  ArrayPartition([items, size], { effort }) {
    effort.spend(costOf.item * array(items).length);
    return partition(array(items), integer(size));
  },
  ArrayRange: ([first, last, step]) => range(integer(first), integer(last), integer(step)),
  ArrayUnique([items], { effort }) {
    const unique = new Map<string, JsonValue>();
    for (const item of array(items)) {
      const key = keyOf(item, effort);
      if (!unique.has(key)) unique.set(key, item);
    }
    return [...unique.values()];
  },
  Base64Decode: ([text], { effort }) => Buffer.from(coded(text, effort), 'base64').toString(),
  Base64Encode: ([text], { effort }) => Buffer.from(coded(text, effort)).toString('base64'),
  Format: ([template, ...values], { effort }) => format(string(template), values, effort),
  Hash([data, algorithm], { effort }) {
    const hash = hashes.get(algorithm ?? null);
    if (hash === undefined) throw new FunctionError(`Unsupported algorithm: ${text(algorithm)}`);
    return createHash(hash)
      .update(coded(typeof data === 'string' ? data : json(data, effort), effort))
      .digest('hex');
  },
  JsonMerge([first, second, isDeep], { effort }) {
    if (isDeep !== false) throw new FunctionError('Deep merging is not supported');
    const merged = { ...object(first), ...object(second) };
    effort.spend(costOf.member * Object.keys(merged).length);
    return merged;
  },
  JsonToString: ([value], { effort }) => json(value, effort),
  MathAdd([first, second]) {
    const sum = integer(first) + integer(second);
    if (Math.abs(sum) > 2 ** 31 - 1 && sum !== -(2 ** 31))
      throw new FunctionError('The sum is out of range');
    return sum;
  },
  MathRandom: ([first, last, seed], scope) =>
    randomBetween(
      integer(first),
      integer(last),
      seed === undefined ? scope.random() : seeded(seed),
    ),
  StringSplit([joined, delimiters], { effort }) {
    effort.spend(string(joined).length);
    return split(string(joined), string(delimiters));
  },
  StringToJson([encoded], { effort }) {
    const json = string(encoded);
    effort.spend(json.length / costOf.readCharacters);
    // what Jackson makes of nothing
    if (json.trim() === '') return '';
    if (nestsTooDeep(json)) throw new FunctionError('The JSON is nested too deep');
    try {
      return JSON.parse(json) as JsonValue;
    } catch {
      throw new FunctionError('The argument is not valid JSON');
    }
  },
  UUID: (_, scope) => scope.uuid(),
};

/** Rounded as AWS does: halves up, so that -1.5 is -1. */
function roundedHalfUp(value: number): number {
  const rounded = Math.floor(value + 0.5);
  return rounded === 0 ? 0 : rounded;
}

function partition(items: Arguments, size: number): JsonValue[][] {
  if (size < 1) throw new FunctionError('The size of a chunk must be positive');
  const chunks: JsonValue[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

/** Includes `last` where a step meets it. */
function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new FunctionError('The step of a range cannot be 0');
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > rangeItemsMax) throw new FunctionError(`A range has at most ${rangeItemsMax} items`);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

/** The same for the same seed. */
function seeded(seed: JsonValue): number {
  return seededRandom(integer(seed)).next();
}

function randomBetween(first: number, last: number, chance: number): number {
  if (last < first) throw new FunctionError('The end of the range is before its start');
  return first + Math.floor(chance * (last - first));
}

/** `{}` takes the next value; `\{`, `\}` and `\\` stand for themselves, and other braces for nothing. */
function format(template: string, values: Arguments, effort: Effort): string {
  effort.spend(template.length / costOf.readCharacters);
  let used = 0;
  let room = resultBytesMax;
  const formatted = template.replace(/\\([\\{}])|\{\}|[{}]/g, (found, escaped?: string) => {
    if (escaped !== undefined) return escaped;
    if (found === '{') throw new FunctionError("matching '}' not found for '{'");
    if (found === '}') throw new FunctionError("matching '{' not found for '}'");
    const value = values[used++];
    if (value === undefined) return '';
    const inserted = text(bounded(value, effort));
    room -= inserted.length;
    if (room < 0) throw new FunctionError('The text is too long');
    return inserted;
  });
  if (used !== values.length) {
    throw new FunctionError(`The number of arguments does not match the occurrences of {}`);
  }
  return formatted;
}

/** `delimiters` is a set of characters, and what is empty between two of them is left out. */
function split(joined: string, delimiters: string): string[] {
  if (delimiters === '') return joined === '' ? [] : [joined];
  const parts: string[] = [];
  const set = new Set(delimiters);
  let part = '';
  for (const character of joined) {
    if (!set.has(character)) part += character;
    else {
      if (part !== '') parts.push(part);
      part = '';
    }
  }
  if (part !== '') parts.push(part);
  return parts;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : javaText(value ?? null);
}

function json(value: JsonValue | undefined, effort: Effort): string {
  return JSON.stringify(bounded(value ?? null, effort));
}

function bounded<Value extends JsonValue>(value: Value, effort: Effort): Value {
  if (typeof value === 'string') effort.spendText(value);
  if (!fitsInto(value, resultBytesMax, effort)) throw new FunctionError('The value is too large');
  return value;
}

function array(value: JsonValue | undefined): Arguments {
  if (Array.isArray(value)) return value;
  throw new FunctionError(`Expected an array, but found ${typeName(value)}`);
}

function string(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new FunctionError(`Expected a string, but found ${typeName(value)}`);
}

function coded(value: JsonValue | undefined, effort: Effort): string {
  const given = string(value);
  effort.spend(given.length / costOf.codedCharacters);
  if (given.length <= codedCharactersMax) return given;
  throw new FunctionError(`The text has more than ${codedCharactersMax} characters`);
}

function integer(value: JsonValue | undefined): number {
  if (typeof value === 'number') return roundedHalfUp(value);
  throw new FunctionError(`Expected a number, but found ${typeName(value)}`);
}

function object(value: JsonValue | undefined): JsonObject {
  if (isJsonObject(value)) return value;
  throw new FunctionError(`Expected an object, but found ${typeName(value)}`);
}

function typeName(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
