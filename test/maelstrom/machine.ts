/** What the log replicates: a deterministic machine that applies operations, and can be written down. */
import type { Body } from './protocol.js';

export interface StateMachine {
  /** The answer to the operation's client. Equal on every node, and never throws. */
  apply(operation: unknown): Body;
  /** The whole state as of now, in parts. */
  snapshot(): AsyncIterable<Uint8Array>;
  /** Becomes what `snapshot` wrote. */
  restore(parts: AsyncIterable<Uint8Array>): Promise<void>;
}

/** A state as lines of JSON, many lines to a part. */
export async function* linesOf(values: Iterable<unknown>): AsyncGenerator<Uint8Array> {
  let text = '';
  for (const value of values) {
    text += `${JSON.stringify(value)}\n`;
    if (text.length < partCharacters) continue;
    yield Buffer.from(text, 'utf8');
    text = '';
  }
  if (text !== '') yield Buffer.from(text, 'utf8');
}

/** Inverse of linesOf, wherever the parts were cut. */
export async function* valuesOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const part of parts) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}

const partCharacters = 64 * 1024;
