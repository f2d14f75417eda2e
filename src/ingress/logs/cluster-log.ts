/**
 * The logs of a function on all nodes as one, by time. Whoever is asked asks every living member; who does not
 * answer in time is named at the end, so that the reader knows that lines may be missing.
 */
import type { Clock } from '../../lib/index.js';
import type { ClusterView, NodeId, NodeView } from '../../types/index.js';
import { ClusterCursor } from './log-cursor.js';
import type { LogPeers } from './log-peers.js';
import { type LogLine, LogSource, takeNext } from './log-source.js';
import type { NodeLog, NodeLogEntry, NodeLogQuery } from './node-log.js';

export interface ClusterLogDeps {
  readonly local: NodeLog;
  readonly peers: LogPeers;
  readonly view: () => ClusterView;
  readonly clock: Clock;
}

/** What is asked of all nodes. */
export type ClusterLogQuery = Omit<NodeLogQuery, 'order' | 'cursor'>;

interface MissingNode {
  readonly node: NodeId;
  readonly http: string;
  readonly reason: string;
}

/** Of lines in one answer. */
const answerCharsMax = 16 * 1024 * 1024;
/** Written at once. */
const pieceCharsMax = 64 * 1024;

export class ClusterLog {
  constructor(readonly deps: ClusterLogDeps) {}

  /** The newest lines, the oldest of them first, and the line that ends the answer. */
  async *newest(query: ClusterLogQuery, signal: AbortSignal): AsyncGenerator<string> {
    const end = new AbortController();
    const give = (): void => end.abort();
    signal.addEventListener('abort', give, { once: true });
    try {
      const reached = new ClusterCursor(this.deps.clock.wallMs());
      const sources = await this.#open(
        { ...query, order: 'newest', cursor: '' },
        reached,
        end.signal,
      );
      const lines: string[] = [];
      const isWhole = await take(sources, query.linesMax, true, (line) => lines.push(line.json));
      for (const { node, reached: place } of sources) if (place !== '') reached.set(node.id, place);
      yield* inPieces(lines.reverse());
      yield this.#end(sources, reached, !isWhole && lines.length < query.linesMax);
    } finally {
      signal.removeEventListener('abort', give);
      end.abort();
    }
  }

  /** The next lines after a place, and the line that ends the answer: where it goes on. */
  async *after(
    query: ClusterLogQuery,
    from: ClusterCursor,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const end = new AbortController();
    const give = (): void => end.abort();
    signal.addEventListener('abort', give, { once: true });
    try {
      const sources = await this.#open({ ...query, order: 'after', cursor: '' }, from, end.signal);
      const lines: string[] = [];
      const reached = new ClusterCursor(from.timeMs);
      const isWhole = await take(sources, query.linesMax, false, ({ json, time }) => {
        lines.push(json);
        reached.toldMs = Date.parse(time);
      });
      for (const { node, cursor } of sources) if (cursor !== '') reached.set(node.id, cursor);
      yield* inPieces(lines);
      yield this.#end(sources, reached, !isWhole);
    } finally {
      signal.removeEventListener('abort', give);
      end.abort();
    }
  }

  /** Entries of one node, this one or another. */
  read(
    node: NodeView,
    query: NodeLogQuery,
    signal: AbortSignal,
  ): AsyncGenerator<readonly NodeLogEntry[]> {
    const { local, peers, view } = this.deps;
    return node.id === view().self ? local.read(query, signal) : peers.read(node, query, signal);
  }

  /** Members that can be asked. */
  living(): NodeView[] {
    return this.deps.view().nodes.filter(({ status }) => isLiving(status));
  }

  /** Members whose logs nobody can be asked for. */
  dead(): MissingNode[] {
    const dead = this.deps.view().nodes.filter(({ status }) => status === 'dead');
    return dead.map(({ id, http }) => ({ node: id, http, reason: 'it is dead' }));
  }

  /** Asks all, and waits for the first line of each. */
  async #open(query: NodeLogQuery, from: ClusterCursor, signal: AbortSignal): Promise<LogSource[]> {
    const sources = this.living().map((node) => {
      const asked = query.order === 'newest' ? query : placed(query, from, node.id);
      return new LogSource(node, this.read(node, asked, signal), asked.cursor);
    });
    await Promise.all(sources.map((source) => source.advance()));
    return sources;
  }

  #end(sources: readonly LogSource[], cursor: ClusterCursor, cut: boolean): string {
    const failed = sources.flatMap(({ node, failure }) =>
      failure === null ? [] : [{ node: node.id, http: node.http, reason: failure }],
    );
    const missing = [...failed, ...this.dead()];
    const truncated = cut || sources.some((source) => source.truncated);
    return `${JSON.stringify({ end: true, cursor: String(cursor), truncated, missing })}\n`;
  }
}

/** The query for one node, from its place on, or from a time where it has none. */
export function placed(query: NodeLogQuery, from: ClusterCursor, node: NodeId): NodeLogQuery {
  const cursor = from.get(node);
  if (cursor !== undefined) return { ...query, cursor };
  return { ...query, cursor: '', sinceMs: Math.max(query.sinceMs, from.timeMs) };
}

/** False where there was more. */
async function take(
  sources: readonly LogSource[],
  linesMax: number,
  newestFirst: boolean,
  taken: (line: LogLine) => void,
): Promise<boolean> {
  let chars = 0;
  for (let lines = 0; lines < linesMax && chars < answerCharsMax; lines++) {
    const line = await takeNext(sources, newestFirst);
    if (line === null) return true;
    taken(line);
    chars += line.json.length;
  }
  return sources.every(({ next }) => next === null);
}

function* inPieces(lines: readonly string[]): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < pieceCharsMax) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function isLiving(status: NodeView['status']): boolean {
  return status === 'alive' || status === 'suspect' || status === 'draining';
}
