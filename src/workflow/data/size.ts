/**
 * How large a value is as JSON, without making the text: a template of a few lines can name a large value ten thousand
 * times, and the text of what it gives would not fit into memory.
 */
import { isJsonObject, type JsonValue } from '../json.js';

/** Whether the value's JSON text has no more than that many bytes. Looks at no more than it must. */
export function fitsInto(value: JsonValue, bytesMax: number): boolean {
  const waiting: JsonValue[] = [value];
  let bytes = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') bytes += textBytes(next);
    else if (Array.isArray(next)) {
      bytes += 2 + Math.max(0, next.length - 1);
      if (bytes > bytesMax) return false;
      for (const item of next) waiting.push(item);
    } else if (isJsonObject(next)) {
      bytes += 1;
      for (const [name, member] of Object.entries(next)) {
        bytes += textBytes(name) + 2;
        waiting.push(member);
      }
      if (Object.keys(next).length === 0) bytes += 1;
    } else bytes += String(next).length;
    if (bytes > bytesMax) return false;
  }
  return true;
}

function textBytes(text: string): number {
  return Buffer.byteLength(text) + 2;
}
