/** Reads the logs of other nodes, each within its deadline. */
import type { NodeView, PeerFetch } from '../../types/index.js';
import { type NodeLogEntry, type NodeLogQuery, nodeLogPath, parseEntry } from './node-log.js';

/** Longer than a node reads its disk for one page, and than the time between two signs of life. */
const answerTimeoutMs = 4000;
const followTimeoutMs = 15_000;
/** A line of a log at its longest, every byte of it escaped. */
const lineCharsMax = 2 * 1024 * 1024;

export class LogPeers {
  constructor(
    private readonly peerFetch: PeerFetch,
    private readonly timeoutMs = answerTimeoutMs,
  ) {}

  /** Entries of another node, as they come. Throws where it does not answer in time, or not as a node. */
  async *read(
    node: NodeView,
    query: NodeLogQuery,
    signal: AbortSignal,
  ): AsyncGenerator<readonly NodeLogEntry[]> {
    const timeoutMs = query.order === 'follow' ? followTimeoutMs : this.timeoutMs;
    const { statusCode, body } = await this.peerFetch(node, {
      path: nodeLogPath(query),
      answerMs: timeoutMs,
      signal,
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`it answered with status ${statusCode}`);
    }
    const decoder = new TextDecoder();
    let rest = '';
    for await (const piece of body) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > lineCharsMax) throw new Error('it answered with a line that is too long');
      if (lines.length > 0) yield lines.map(parseEntry);
    }
    if (rest !== '') throw new Error('it broke off its answer');
  }
}
