/**
 * Append-only lists by key: a record's offset is its place. Beside them the offset up to which each key
 * was processed, which only rises. Operations are `['send', key, record]`, `['commit', {key: offset}]` and
 * `['list', keys]`.
 */
import { linesOf, type StateMachine, valuesOf } from './machine.js';
import { type Body, errorBody, isRecord } from './protocol.js';

/** Records of one key in the answer to one poll. */
const pollRecordsMax = 500;

export class KafkaMachine implements StateMachine {
  readonly #records = new Map<string, unknown[]>();
  readonly #committed = new Map<string, number>();

  apply(operation: unknown): Body {
    if (!Array.isArray(operation)) return errorBody('malformedRequest', 'not an operation');
    const [kind, first, second]: unknown[] = operation;
    if (kind === 'send' && typeof first === 'string') {
      const records = this.#records.get(first);
      if (records === undefined) this.#records.set(first, [second]);
      return { type: 'send_ok', offset: records === undefined ? 0 : records.push(second) - 1 };
    }
    if (kind === 'commit' && isRecord(first)) {
      for (const [key, offset] of Object.entries(first)) {
        if (Number(offset) > (this.#committed.get(key) ?? -1)) {
          this.#committed.set(key, Number(offset));
        }
      }
      return { type: 'commit_offsets_ok' };
    }
    if (kind === 'list' && Array.isArray(first)) {
      const offsets = first.flatMap((key) => {
        const offset = this.#committed.get(String(key));
        return offset === undefined ? [] : [[String(key), offset] as const];
      });
      return { type: 'list_committed_offsets_ok', offsets: Object.fromEntries(offsets) };
    }
    return errorBody('malformedRequest', 'not an operation of this machine');
  }

  /** Up to so many records of every key from the offset on that is asked for. */
  poll(offsets: Readonly<Record<string, unknown>>): Body {
    const messages: Record<string, [number, unknown][]> = {};
    for (const [key, asked] of Object.entries(offsets)) {
      const from = Number(asked);
      const records = this.#records.get(key);
      if (records === undefined || from >= records.length) continue;
      const page = records.slice(from, from + pollRecordsMax);
      messages[key] = page.map((record, place) => [from + place, record]);
    }
    return { type: 'poll_ok', msgs: messages };
  }

  /** How many records the key has. */
  length(key: string): number {
    return this.#records.get(key)?.length ?? 0;
  }

  snapshot(): AsyncIterable<Uint8Array> {
    const committed = [...this.#committed].map(([key, offset]) => ['committed', key, offset]);
    const records = [...this.#records].map(([key, list]) => ['records', key, [...list]]);
    return linesOf([...committed, ...records]);
  }

  async restore(parts: AsyncIterable<Uint8Array>): Promise<void> {
    this.#records.clear();
    this.#committed.clear();
    for await (const value of valuesOf(parts)) {
      const [kind, key, content] = value as [string, string, number | unknown[]];
      if (kind === 'records' && Array.isArray(content)) this.#records.set(key, content);
      else this.#committed.set(key, Number(content));
    }
  }
}
