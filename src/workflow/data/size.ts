/**
 * How large a value is as JSON, without making the text: a template of a few lines can name a large value ten thousand
 * times, and the text of what it gives would not fit into memory.
 */
import { isJsonObject, type JsonValue, nestingMax } from '../json.js';
import type { Effort } from './effort.js';

/** Twice what a state's 256 KiB can hold, of two bytes each. */
const valuesMax = 256 * 1024;

/**
 * Whether the value's JSON text has no more than that many bytes, and nests no deeper than can be read again. No more values
 * are looked at than such a text may have, and any state's data.
 */
export function fitsInto(value: JsonValue, bytesMax: number, effort?: Effort): boolean {
  let level: JsonValue[] = [value];
  let bytes = 0;
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > nestingMax) return false;
    const below: JsonValue[] = [];
    values += level.length;
    effort?.spend(level.length * 2);
    for (const each of level) {
      bytes += ownBytes(each, below);
      if (bytes > bytesMax || values + below.length > valuesMax) return false;
    }
    level = below;
  }
  return true;
}

/** Of the value without its items and members, which are added to `below`. */
function ownBytes(value: JsonValue, below: JsonValue[]): number {
  if (typeof value === 'string') return textBytes(value);
  if (Array.isArray(value)) {
    for (const item of value) below.push(item);
    return Math.max(2, value.length + 1);
  }
  if (!isJsonObject(value)) return String(value).length;
  let bytes = 1;
  const names = Object.keys(value);
  for (const name of names) {
    bytes += textBytes(name) + 2;
    below.push(value[name] as JsonValue);
  }
  return names.length === 0 ? 2 : bytes;
}

function textBytes(text: string): number {
  return Buffer.byteLength(text) + 2;
}
