/** One node's part of an answer that is merged of several: its next line, and where it has come. */
import { reasonOf } from '../../lib/index.js';
import type { NodeView } from '../../types/index.js';
import type { NodeLogEntry } from './node-log.js';

export type LogLine = Extract<NodeLogEntry, { kind: 'event' }>;
export type ReadNode = (signal: AbortSignal) => AsyncIterator<readonly NodeLogEntry[]>;

export class LogSource {
  /** The line that is next; null where there is none. */
  next: LogLine | null = null;
  /** Why the node's part may be missing lines; null where it is whole. */
  failure: string | null = null;
  /** The node had more to tell than one page. */
  truncated = false;
  /** After the last line that was taken; after all of them, where the node says it has come. */
  cursor: string;
  #reached: string;
  #entries: readonly NodeLogEntry[] = [];
  #at = 0;

  constructor(
    readonly node: NodeView,
    private readonly entries: AsyncIterator<readonly NodeLogEntry[]>,
    cursor: string,
  ) {
    this.cursor = cursor;
    this.#reached = cursor;
  }

  /** Where the node said that it has come. */
  get reached(): string {
    return this.#reached;
  }

  /** Takes `next`, and looks for the one after it. Never rejects. */
  async advance(): Promise<void> {
    if (this.next !== null) this.cursor = this.next.cursor;
    this.next = null;
    try {
      while (this.next === null) {
        const entry = this.#entries[this.#at++];
        if (entry !== undefined) {
          this.#take(entry);
          continue;
        }
        const { done, value } = await this.entries.next();
        if (done) break;
        this.#entries = value;
        this.#at = 0;
      }
      if (this.next === null) this.cursor = this.#reached;
    } catch (error) {
      this.failure = reasonOf(error);
    }
  }

  #take(entry: NodeLogEntry): void {
    if (entry.kind === 'event') {
      this.next = entry;
      return;
    }
    this.#reached = entry.cursor;
    this.truncated = entry.truncated;
  }
}

/**
 * Takes the next line of all sources, by time: the newest first, or the oldest. null where there is no more.
 * Each source must have been advanced once.
 */
export async function takeNext(
  sources: readonly LogSource[],
  newestFirst: boolean,
): Promise<LogLine | null> {
  let best: LogSource | null = null;
  for (const source of sources) {
    if (source.next === null) continue;
    const time = best?.next?.time;
    const isBetter =
      time === undefined || (newestFirst ? source.next.time > time : source.next.time < time);
    if (isBetter) best = source;
  }
  if (best === null) return null;
  const line = best.next;
  await best.advance();
  return line;
}
