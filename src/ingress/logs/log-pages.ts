/** The pages of logs: of the cluster for people, of one node for the other nodes. */
import type { LogReader, LogStore } from '../../agent/index.js';
import type { CatalogService } from '../../catalog/index.js';
import type { Clock } from '../../lib/index.js';
import { type ClusterView, HearthError, limits, type PeerFetch } from '../../types/index.js';
import type { Reply, TextStream } from '../http/http.js';
import { ClusterFollow } from './cluster-follow.js';
import { ClusterLog, type ClusterLogQuery } from './cluster-log.js';
import { ClusterCursor } from './log-cursor.js';
import { LogPeers } from './log-peers.js';
import { type LogQuery, versionsOf } from './log-query.js';
import { formatEntry, NodeLog, type NodeLogQuery } from './node-log.js';

/** The logs that this node keeps. */
export interface LogDeps {
  readonly store: LogStore;
  readonly reader: LogReader;
}

export interface LogPagesDeps {
  readonly logs: LogDeps;
  readonly catalog: Pick<CatalogService, 'alias'>;
  readonly view: () => ClusterView;
  /** Asks those that keep the others. */
  readonly peerFetch: PeerFetch;
  readonly clock: Clock;
}

const linesDefault = 1000;
/** Who follows wants to see what comes, and a little of what was. */
const followedLinesDefault = 10;
const followPageLines = 1000;

export class LogPages {
  readonly #local: NodeLog;
  readonly #cluster: ClusterLog;
  readonly #followers = new Followers(limits.logFollowersMax);
  readonly #peerFollowers = new Followers(limits.logPeerFollowersMax);

  constructor(private readonly deps: LogPagesDeps) {
    const { logs, view, peerFetch, clock } = deps;
    this.#local = new NodeLog({ ...logs, clock }, () => view().self);
    const peers = new LogPeers(peerFetch);
    this.#cluster = new ClusterLog({ local: this.#local, peers, view, clock });
  }

  /** Throws `invalid-parameter`, `too-many-requests`. */
  read(query: LogQuery): Reply {
    const versions = versionsOf(this.deps.catalog, {
      name: query.functionName,
      qualifier: query.qualifier,
    });
    const { functionName, requestId, sinceMs, untilMs, cursor, follow } = query;
    const linesMax = query.linesMax ?? (follow ? followedLinesDefault : linesDefault);
    const asked = { functionName, versions, requestId, sinceMs, untilMs, linesMax };
    const from = cursor === null ? null : this.#place(cursor, sinceMs);
    if (follow) {
      return ndjson(this.#followers.bounded((signal) => this.#follow(asked, from, signal)));
    }
    return ndjson((signal) =>
      from === null
        ? this.#cluster.newest(asked, signal)
        : this.#cluster.after(asked, from, signal),
    );
  }

  /** What another node asks of this one. */
  readNode(query: NodeLogQuery): Reply {
    const { order } = query;
    const text: TextStream = (signal) => this.#nodeText(query, signal);
    return plain(order === 'follow' ? this.#peerFollowers.bounded(text) : text);
  }

  /** Ends those who follow: they find another node. */
  drain(): void {
    this.#followers.end();
    this.#peerFollowers.end();
  }

  #place(cursor: string, sinceMs: number): ClusterCursor {
    return cursor === 'start' ? new ClusterCursor(sinceMs) : ClusterCursor.parse(cursor);
  }

  async *#follow(
    query: ClusterLogQuery,
    from: ClusterCursor | null,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    let place = from;
    if (place === null) {
      const lines: string[] = [];
      for await (const text of this.#cluster.newest(query, signal)) lines.push(text);
      // the line that ends an answer is not for who reads on
      const end: { cursor: string; missing: unknown } = JSON.parse(lines.pop() ?? '{}');
      yield* lines;
      yield `${JSON.stringify({ cursor: end.cursor, missing: end.missing })}\n`;
      place = ClusterCursor.parse(end.cursor);
    }
    const paged = { ...query, linesMax: followPageLines };
    yield* new ClusterFollow(this.#cluster, this.deps.clock, paged, place, signal).text();
  }

  async *#nodeText(query: NodeLogQuery, signal: AbortSignal): AsyncGenerator<string> {
    for await (const entries of this.#local.read(query, signal)) {
      yield entries.map(formatEntry).join('');
    }
  }
}

function ndjson(stream: TextStream): Reply {
  return streamed('application/x-ndjson', stream);
}

function plain(stream: TextStream): Reply {
  return streamed('text/plain; charset=utf-8', stream);
}

function streamed(type: string, stream: TextStream): Reply {
  const headers = { 'content-type': type, 'cache-control': 'no-store' };
  return { status: 200, headers, body: '', stream };
}

/** Streams that do not end by themselves: so many at most, and all end with the node. */
class Followers {
  readonly #all = new Set<AbortController>();

  constructor(private readonly most: number) {}

  /** Throws `too-many-requests` now, where there are too many already. */
  bounded(text: TextStream): TextStream {
    if (this.#all.size >= this.most) {
      const message = `This node has ${this.most} readers who follow logs already; ask another one.`;
      throw new HearthError('too-many-requests', message, { retryAfterS: 1 });
    }
    const all = this.#all;
    return async function* (signal) {
      const follower = new AbortController();
      const end = (): void => follower.abort();
      all.add(follower);
      signal.addEventListener('abort', end, { once: true });
      try {
        yield* text(follower.signal);
      } finally {
        signal.removeEventListener('abort', end);
        all.delete(follower);
        end();
      }
    };
  }

  end(): void {
    for (const follower of this.#all) follower.abort();
  }
}
