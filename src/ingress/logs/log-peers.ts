/** Reads the logs of other nodes over their HTTP listeners, each within its deadline. */
import { Agent, request } from 'undici';
import type { NodeView } from '../../types/index.js';
import { type NodeLogEntry, type NodeLogQuery, nodeLogPath, parseEntry } from './node-log.js';

const connectTimeoutMs = 1000;
/** Longer than a node reads its disk for one page, and than the time between two signs of life. */
const answerTimeoutMs = 4000;
const followTimeoutMs = 15_000;
/** A line of a log at its longest, every byte of it escaped. */
const lineCharsMax = 2 * 1024 * 1024;

export class LogPeers {
  readonly #agent = new Agent({ connect: { timeout: connectTimeoutMs } });

  constructor(
    /** Proves to other nodes that this one is of the cluster; null where there is no secret. */
    private readonly token: () => string | null,
    private readonly timeoutMs = answerTimeoutMs,
  ) {}

  /** Entries of another node, as they come. Throws where it does not answer in time, or not as a node. */
  async *read(
    node: NodeView,
    query: NodeLogQuery,
    signal: AbortSignal,
  ): AsyncGenerator<readonly NodeLogEntry[]> {
    const token = this.token();
    const timeoutMs = query.order === 'follow' ? followTimeoutMs : this.timeoutMs;
    const { statusCode, body } = await request(`http://${node.http}${nodeLogPath(query)}`, {
      dispatcher: this.#agent,
      headers: { 'x-hearth-to': node.id, ...(token === null ? {} : { 'x-hearth-peer': token }) },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`it answered with status ${statusCode}`);
    }
    body.setEncoding('utf8');
    let rest = '';
    for await (const piece of body) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > lineCharsMax) throw new Error('it answered with a line that is too long');
      if (lines.length > 0) yield lines.map(parseEntry);
    }
    if (rest !== '') throw new Error('it broke off its answer');
  }

  /** Ends what is under way. */
  stop(): Promise<void> {
    return this.#agent.destroy();
  }
}
