/**
 * Messages of the log as JSON and back. The data of an entry travels as text where it is UTF-8, which ours
 * is, else as base64, as all other bytes do. An entry that goes to many nodes is encoded once. Who sent a
 * message to whom stands in the packet around it.
 */
import { isUtf8 } from 'node:buffer';
import { isRecord } from './protocol.js';

const encodedEntries = new WeakMap<object, string>();

/** A message as JSON, without `from` and `to`. */
export function encodeMessage(message: object): string {
  const { from: _from, to: _to, entries, ...rest } = message as Record<string, unknown>;
  const fields = JSON.stringify(rest, bytesReplaced);
  if (!Array.isArray(entries)) return fields;
  const list = entries.map((entry: object) => encodeEntry(entry)).join(',');
  return `${fields.slice(0, -1)},"entries":[${list}]}`;
}

/** Inverse of encodeMessage. */
export function decodeMessage(value: unknown, from: string, to: string): object {
  if (!isRecord(value)) throw new TypeError('a message of the log is an object');
  const message: Record<string, unknown> = { from, to };
  for (const [name, field] of Object.entries(value)) {
    message[name] = name === 'entries' ? (field as unknown[]).map(decodeEntry) : revived(field);
  }
  return message;
}

function encodeEntry(entry: object): string {
  const known = encodedEntries.get(entry);
  if (known !== undefined) return known;
  const { data } = entry as { data: Uint8Array };
  const text = isUtf8(data) ? Buffer.from(data).toString('utf8') : data;
  const encoded = JSON.stringify({ ...entry, data: text }, bytesReplaced);
  encodedEntries.set(entry, encoded);
  return encoded;
}

function decodeEntry(value: unknown): object {
  if (!isRecord(value)) throw new TypeError('an entry of the log is an object');
  const { data } = value;
  return { ...value, data: typeof data === 'string' ? Buffer.from(data, 'utf8') : revived(data) };
}

/** For JSON.stringify; looks at the holder, for a Buffer comes here as what its `toJSON` made of it. */
function bytesReplaced(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Record<string, unknown>)[key];
  if (!(raw instanceof Uint8Array)) return value;
  return { base64: Buffer.from(raw).toString('base64') };
}

function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (!isRecord(value)) return value;
  if (typeof value.base64 === 'string') return Buffer.from(value.base64, 'base64');
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, revived(field)]));
}
