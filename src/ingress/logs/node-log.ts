/**
 * The log of one node for the others, as lines of text that are cheap to merge:
 *
 *     = CURSOR TRUNCATED         where this node has come, 1 where it had more to tell
 *     TIME CURSOR JSON           a line of the log, and where reading goes on after it
 *
 * A page begins with its `=`; what is followed has one after each batch, and now and then alone.
 */
import {
  eventJson,
  firstCursor,
  followLog,
  formatCursor,
  type LogPage,
  type LogReader,
  type LogStore,
  parseCursor,
  type RecordFilter,
} from '../../agent/index.js';
import { type Clock, nextTurn } from '../../lib/index.js';
import { HearthError, type NodeId } from '../../types/index.js';

/** What is asked of one node. */
export interface NodeLogQuery extends RecordFilter {
  readonly functionName: string;
  /** `newest`: the last lines, the newest first. `after`, `follow`: from the cursor on. */
  readonly order: 'newest' | 'after' | 'follow';
  /** Of this node; empty: before everything. */
  readonly cursor: string;
  readonly linesMax: number;
}

export type NodeLogEntry =
  | {
      readonly kind: 'event';
      /** ISO 8601, milliseconds, UTC: they are in order as texts too. */
      readonly time: string;
      readonly cursor: string;
      readonly json: string;
    }
  | { readonly kind: 'state'; readonly cursor: string; readonly truncated: boolean };

export interface NodeLogDeps {
  readonly store: LogStore;
  readonly reader: LogReader;
  readonly clock: Clock;
}

/** Written to text in one turn. */
const entriesAtOnce = 200;

export class NodeLog {
  constructor(
    private readonly deps: NodeLogDeps,
    private readonly self: () => NodeId,
  ) {}

  /** Entries of this node, some at a time. Throws `invalid-parameter`, `too-many-requests`. */
  async *read(query: NodeLogQuery, signal: AbortSignal): AsyncGenerator<readonly NodeLogEntry[]> {
    const from = query.cursor === '' ? firstCursor : parseCursor(query.cursor);
    if (from === null) throw badCursor(query.cursor);
    const { reader } = this.deps;
    if (query.order === 'follow') {
      for await (const page of followLog(this.deps, query, from, signal)) {
        yield* this.#events(page);
        yield [stateOf(page)];
      }
      return;
    }
    // what has been printed before the question belongs to the answer
    if (query.order === 'after') await this.deps.store.settled();
    const page =
      query.order === 'newest'
        ? await reader.newest(query, query.linesMax)
        : await reader.after(query, from, query);
    yield [stateOf(page)];
    const events = query.order === 'newest' ? [...page.events].reverse() : page.events;
    yield* this.#events({ ...page, events });
  }

  async *#events({ events }: LogPage): AsyncGenerator<readonly NodeLogEntry[]> {
    const node = this.self();
    for (let at = 0; at < events.length; at += entriesAtOnce) {
      if (at > 0) await nextTurn();
      yield events.slice(at, at + entriesAtOnce).map(({ event, cursor }) => ({
        kind: 'event',
        time: new Date(event.timeMs).toISOString(),
        cursor: formatCursor(cursor),
        json: eventJson(event, node),
      }));
    }
  }
}

export function formatEntry(entry: NodeLogEntry): string {
  if (entry.kind === 'state') return `= ${entry.cursor} ${Number(entry.truncated)}\n`;
  return `${entry.time} ${entry.cursor} ${entry.json}\n`;
}

/** The inverse, of a line without its end. Throws where it is none. */
export function parseEntry(line: string): NodeLogEntry {
  const match = /^(\S{1,30}) (\S{1,40}) (.+)$/s.exec(line);
  const [, time = '', cursor = '', rest = ''] = match ?? [];
  if (match === null || parseCursor(cursor) === null) throw new Error('not a line of a log');
  if (time === '=') return { kind: 'state', cursor, truncated: rest === '1' };
  return { kind: 'event', time, cursor, json: rest };
}

/** The query as the other node is asked; `nodeLogQuery` is the inverse. */
export function nodeLogPath(query: NodeLogQuery): string {
  const parameters = new URLSearchParams({
    order: query.order,
    cursor: query.cursor,
    limit: String(query.linesMax),
    since: String(query.sinceMs),
    until: String(query.untilMs),
  });
  if (query.versions !== null) parameters.set('versions', query.versions.join(','));
  if (query.requestId !== null) parameters.set('request', query.requestId);
  return `/_hearth/node-logs/${encodeURIComponent(query.functionName)}?${parameters}`;
}

/** Throws `invalid-parameter`. */
export function nodeLogQuery(functionName: string, parameters: URLSearchParams): NodeLogQuery {
  const order = parameters.get('order') ?? '';
  const numbers = ['limit', 'since', 'until'].map((name) => Number(parameters.get(name) ?? ''));
  const [linesMax = 0, sinceMs = 0, untilMs = 0] = numbers;
  if (!isOrder(order) || !numbers.every(Number.isSafeInteger) || linesMax < 1) {
    const message = 'The query is not one that a node asks another; ask /_hearth/logs/NAME.';
    throw new HearthError('invalid-parameter', message);
  }
  const versions = parameters.get('versions')?.split(',') ?? null;
  const requestId = parameters.get('request');
  const cursor = parameters.get('cursor') ?? '';
  return { functionName, order, linesMax, sinceMs, untilMs, versions, requestId, cursor };
}

function isOrder(text: string): text is NodeLogQuery['order'] {
  return text === 'newest' || text === 'after' || text === 'follow';
}

function stateOf({ cursor, truncated }: LogPage): NodeLogEntry {
  return { kind: 'state', cursor: formatCursor(cursor), truncated };
}

export function badCursor(text: string): HearthError {
  return new HearthError(
    'invalid-parameter',
    `The cursor '${text.slice(0, 100)}' is not one that an answer has told; leave it out, or write start.`,
  );
}
