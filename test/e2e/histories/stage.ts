/**
 * Some nodes for a history: each in a network namespace of its own where this system allows that,
 * so that the network between them can be cut, else all on the loopback.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sweepLeftovers } from '../../../src/agent/index.js';
import { votersFor } from '../../../src/cluster/voter-plan.js';
import { sandboxManifest } from '../../../src/types/index.js';
import { eventually, freePorts } from '../cluster-harness.js';
import { Network, noNetwork } from '../netns/network.js';
import { StageNode } from './stage-node.js';

interface ClusterPage {
  readonly self: string;
  readonly master: string | null;
  readonly quorum: boolean;
  readonly nodes: readonly { readonly id: string; readonly status: string }[];
}

const pageTimeoutMs = 1000;
const agreeTimeoutMs = 30_000;

export class Stage {
  private constructor(
    readonly nodes: readonly StageNode[],
    /** Null on the loopback. */
    readonly network: Network | null,
    private readonly directory: string,
  ) {}

  static async open(size: number): Promise<Stage> {
    const network = noNetwork() === false ? await Network.open(size) : null;
    const directory = network?.directory ?? mkdtempSync(join(tmpdir(), 'hearth-stage-'));
    const secretFile = join(directory, 'secret');
    writeFileSync(secretFile, '0123456789abcdef0123456789abcdef\n', { mode: 0o600 });
    const port = network === null ? await freePorts() : 0;
    const clusterOf = (number: number): string =>
      network === null ? `127.0.0.1:${port + 1000 + number}` : `${network.address(number)}:7000`;
    const nodes = Array.from({ length: size }, (_, index) => {
      const number = index + 1;
      return new StageNode({
        number,
        directory,
        http: network === null ? `127.0.0.1:${port + number}` : '127.0.0.1:8080',
        cluster: clusterOf(number),
        join: number === 1 ? null : clusterOf(1),
        secretFile,
        enter: network?.enter(number) ?? [],
      });
    });
    return new Stage(nodes, network, directory);
  }

  node(number: number): StageNode {
    const found = this.nodes[number - 1];
    if (found === undefined) throw new Error(`there is no node ${number}`);
    return found;
  }

  get running(): readonly StageNode[] {
    return this.nodes.filter(({ runs }) => runs);
  }

  /** The one that most take to be the Master; any one where nobody answers. */
  async leader(): Promise<StageNode> {
    const ids = new Map<string, StageNode>();
    const votes = new Map<string, number>();
    const vote = async (node: StageNode): Promise<void> => {
      const page = await this.#page(node).catch(() => null);
      if (page === null) return;
      ids.set(page.self, node);
      if (page.master !== null) votes.set(page.master, (votes.get(page.master) ?? 0) + 1);
    };
    await Promise.all(this.running.map(vote));
    const [first] = [...votes].sort((one, other) => other[1] - one[1]);
    return ids.get(first?.[0] ?? '') ?? this.running[0] ?? this.node(1);
  }

  /** Every node sees all of them alive, and a majority that takes writes. */
  async agreed(): Promise<void> {
    for (const node of this.nodes) {
      await eventually(
        () => this.#page(node),
        ({ quorum, nodes }) =>
          quorum && nodes.filter(({ status }) => status === 'alive').length === this.nodes.length,
        agreeTimeoutMs,
      );
    }
  }

  /**
   * Every disk holds what a majority has: only then may another one be lost. More losses at a time than
   * there are voters to spare is more than any log survives.
   */
  async sound(): Promise<void> {
    const voters = votersFor(this.nodes.length);
    const told = (name: string): Promise<number[]> =>
      Promise.all(this.nodes.map((node) => node.gauge(`hearth_log_${name}`, pageTimeoutMs)));
    const leastIndex = await eventually(
      async () => Math.max(...(await told('commit_index'))),
      () => true,
      agreeTimeoutMs,
    );
    await eventually(
      async () => [await told('mute'), await told('voters'), await told('commit_index')] as const,
      ([mute, counts, indexes]) =>
        mute.every((each) => each === 0) &&
        counts.every((each) => each === voters) &&
        indexes.every((each) => each >= leastIndex),
      agreeTimeoutMs,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    const keep = process.env.HEARTH_HISTORY_KEEP;
    if (keep !== undefined) for (const node of this.nodes) await node.keepLog(keep);
    for (const { data } of this.nodes) await sweepLeftovers(join(data, sandboxManifest));
    if (this.network !== null) this.network.close();
    else await rm(this.directory, { recursive: true, force: true });
  }

  async #page(node: StageNode): Promise<ClusterPage> {
    const { body } = await node.ask('GET', '/_hearth/cluster', undefined, pageTimeoutMs);
    return body as unknown as ClusterPage;
  }
}
