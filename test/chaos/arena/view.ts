/** What the nodes of an arena say of their cluster: who plays which part, and whether all of them agree. */
import { setTimeout as delay } from 'node:timers/promises';
import { type ClusterPage, clusterPage } from '../../../src/cli/api-types.js';
import { monotonicMs } from '../records.js';
import type { ArenaNode, Roles } from './types.js';

const pageTimeoutMs = 1000;
const lookEveryMs = 50;

export class ClusterEye {
  readonly #numbers = new Map<string, number>();

  constructor(private readonly nodes: readonly ArenaNode[]) {}

  numberOf(id: string): number | null {
    return this.#numbers.get(id) ?? null;
  }

  async roles(): Promise<Roles> {
    const pages = await this.#pages();
    const votes = new Map<string, number>();
    for (const { master } of pages) {
      if (master !== null) votes.set(master, (votes.get(master) ?? 0) + 1);
    }
    const [first] = [...votes].sort((one, other) => other[1] - one[1]);
    const master = first?.[0] ?? null;
    const page = pages.find((each) => each.master === master);
    const those = (role: string): number[] =>
      (page?.nodes ?? [])
        .filter((node) => node.role === role && node.status === 'alive')
        .flatMap(({ id }) => this.numberOf(id) ?? []);
    return {
      master: master === null ? null : this.numberOf(master),
      replicas: those('replica'),
      workers: those('worker'),
    };
  }

  async agreed(timeoutMs: number): Promise<number | null> {
    const deadlineMs = monotonicMs() + timeoutMs;
    /** What all of them have to reach: the furthest that any was when they first agreed on who is there. */
    let leastIndex: number | null = null;
    while (monotonicMs() < deadlineMs) {
      const [pages, indexes] = await Promise.all([this.#pages(), this.#commitIndexes()]);
      if (!this.#isWhole(pages) || indexes.length < pages.length) leastIndex = null;
      else leastIndex ??= Math.max(...indexes);
      const reached = leastIndex;
      if (reached !== null && indexes.every((each) => each >= reached)) return monotonicMs();
      await delay(lookEveryMs);
    }
    return null;
  }

  /** All that run have answered, see one another and nobody else, and the same Master, and can write. */
  #isWhole(pages: readonly ClusterPage[]): boolean {
    const running = this.#running().length;
    const master = pages[0]?.master ?? null;
    const ids = pages.map(({ self }) => self).sort();
    return (
      pages.length === running &&
      master !== null &&
      pages.every((page) => {
        const alive = page.nodes.filter(({ status }) => status === 'alive').map(({ id }) => id);
        return page.quorum && page.master === master && String(alive.sort()) === String(ids);
      })
    );
  }

  #running(): readonly ArenaNode[] {
    return this.nodes.filter(({ runs }) => runs);
  }

  /** Of those that answer. */
  async #pages(): Promise<ClusterPage[]> {
    const ask = async (node: ArenaNode): Promise<ClusterPage[]> => {
      const { status, text } = await node.ask('GET', '/_hearth/cluster', undefined, pageTimeoutMs);
      if (status !== 200) return [];
      const page = clusterPage.parse(JSON.parse(text));
      this.#numbers.set(page.self, node.number);
      return [page];
    };
    return (await Promise.all(this.#running().map((node) => ask(node).catch(() => [])))).flat();
  }

  /** Of those that answer, and may vote. */
  async #commitIndexes(): Promise<number[]> {
    const ask = async (node: ArenaNode): Promise<number[]> => {
      const { text } = await node.ask('GET', '/_hearth/metrics', undefined, pageTimeoutMs);
      if (gauge(text, 'hearth_log_mute') !== 0) return [];
      return [gauge(text, 'hearth_log_commit_index')];
    };
    return (await Promise.all(this.#running().map((node) => ask(node).catch(() => [])))).flat();
  }
}

/** NaN where it is not told. */
function gauge(metrics: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
}
