/**
 * The logs of a function on all nodes, as they come: a stream from each member, gathered for a moment so that
 * lines of different nodes stand in the order of their times. Members that come are asked too; one that breaks
 * off is asked again from where it was.
 */
import { type Clock, reasonOf } from '../../lib/index.js';
import type { NodeId, NodeView } from '../../types/index.js';
import { type ClusterLog, type ClusterLogQuery, placed } from './cluster-log.js';
import type { ClusterCursor } from './log-cursor.js';
import type { NodeLogEntry, NodeLogQuery } from './node-log.js';

const gatherMs = 250;
const heartbeatMs = 5000;
const retryMs = 1000;
/** Gathered lines; then the nodes have to wait. */
const gatheredMax = 10_000;

interface Gathered {
  readonly node: NodeId;
  readonly entry: NodeLogEntry;
}

export class ClusterFollow {
  readonly #query: NodeLogQuery;
  readonly #cursor: ClusterCursor;
  readonly #running = new Set<NodeId>();
  readonly #failures = new Map<NodeId, { readonly http: string; readonly reason: string }>();
  #gathered: Gathered[] = [];

  constructor(
    private readonly log: ClusterLog,
    private readonly clock: Clock,
    query: ClusterLogQuery,
    from: ClusterCursor,
    private readonly signal: AbortSignal,
  ) {
    this.#query = { ...query, order: 'follow', cursor: '' };
    this.#cursor = from;
  }

  /** Text of some lines each, with one that tells the cursor now and then. Ends with the signal. */
  async *text(): AsyncGenerator<string> {
    let toldMs = this.clock.nowMs();
    let told = '';
    this.#startNodes();
    while (!this.signal.aborted) {
      await this.#pause(gatherMs);
      const gathered = this.#take();
      // only now: a node that broke off goes on after what has been taken
      this.#startNodes();
      const lines = gathered.flatMap(({ entry }) => (entry.kind === 'event' ? [entry] : []));
      lines.sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));
      const state = this.#state();
      const isDue =
        this.clock.nowMs() - toldMs >= heartbeatMs || missingOf(state) !== missingOf(told);
      if (lines.length === 0 && !isDue) continue;
      toldMs = this.clock.nowMs();
      told = state;
      yield `${lines.map(({ json }) => `${json}\n`).join('')}${state}`;
    }
  }

  #startNodes(): void {
    const living = this.log.living();
    for (const node of living) {
      if (this.#running.has(node.id)) continue;
      this.#running.add(node.id);
      void this.#run(node).finally(() => this.#running.delete(node.id));
    }
    const known = new Set(living.map(({ id }) => id));
    for (const id of this.#failures.keys()) if (!known.has(id)) this.#failures.delete(id);
  }

  /** One stream of one node, and a pause after it. Never rejects. */
  async #run(node: NodeView): Promise<void> {
    try {
      const query = placed(this.#query, this.#cursor, node.id);
      for await (const entries of this.log.read(node, query, this.signal)) {
        this.#failures.delete(node.id);
        for (const entry of entries) this.#gathered.push({ node: node.id, entry });
        while (this.#gathered.length >= gatheredMax && !this.signal.aborted) {
          await this.#pause(gatherMs);
        }
      }
    } catch (error) {
      const reason = reasonOf(error);
      this.#failures.set(node.id, { http: node.http, reason });
    }
    await this.#pause(retryMs);
  }

  #take(): Gathered[] {
    const gathered = this.#gathered;
    this.#gathered = [];
    for (const { node, entry } of gathered) this.#cursor.set(node, entry.cursor);
    if (gathered.length > 0) this.#cursor.toldMs = this.clock.wallMs();
    return gathered;
  }

  #state(): string {
    const failed = [...this.#failures].map(([node, failure]) => ({ node, ...failure }));
    const missing = [...failed, ...this.log.dead()];
    return `${JSON.stringify({ cursor: String(this.#cursor), missing })}\n`;
  }

  /** Ends early with the signal. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.clock.after(delayMs, done);
      this.signal.addEventListener('abort', done, { once: true });
      if (this.signal.aborted) done();
    });
  }
}

function missingOf(state: string): string {
  return state.slice(state.indexOf('"missing"'));
}
