/** Three nodes made by hand, that can be killed, stopped for a while and started again. Linux. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { sweepLeftovers } from '../../src/agent/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { Command, eventually, freePorts } from './cluster-harness.js';

const numbers = [1, 2, 3];

interface ClusterPage {
  readonly quorum: boolean;
  readonly nodes: readonly { readonly status: string; readonly degraded: boolean }[];
}

export class Trio {
  readonly #nodes = new Map<number, Command>();

  private constructor(
    private readonly port: number,
    private readonly data: string,
    private readonly more: readonly string[],
  ) {}

  /** Resolves when all three see each other. */
  static async start(...more: string[]): Promise<Trio> {
    const data = await mkdtemp(join(tmpdir(), 'hearth-trio-'));
    const trio = new Trio(await freePorts(), data, more);
    try {
      for (const i of numbers) await trio.#start(i);
      await trio.agreed();
    } catch (error) {
      await trio.close();
      throw error;
    }
    return trio;
  }

  get addresses(): string[] {
    return numbers.map((i) => `127.0.0.1:${this.port + i}`);
  }

  client(i = 1): LambdaClient {
    return new LambdaClient({
      endpoint: this.#url(i),
      region: 'us-east-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      maxAttempts: 1,
    });
  }

  /** Every node has an idle sandbox of the function. */
  async warm(name: string): Promise<void> {
    for (const i of numbers) {
      const answer = await fetch(`${this.#url(i)}/_hearth/warm/${name}`, { method: 'POST' });
      if (!answer.ok) throw new Error(`node ${i}: ${await answer.text()}`);
    }
  }

  /** Invocations that each node has taken from callers, wherever they ran. */
  async taken(name: string): Promise<number[]> {
    const counts = numbers.map(async (i) => {
      const text = await (await fetch(`${this.#url(i)}/_hearth/metrics`)).text();
      const pattern = new RegExp(`^hearth_invocations_total\\{function="${name}".* \\d+$`, 'gm');
      const lines = text.match(pattern) ?? [];
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    });
    return Promise.all(counts);
  }

  /** The node below which a process runs. */
  numberOf(pid: number): number {
    for (let at = pid; at > 1; at = parentOf(at)) {
      const found = numbers.find((i) => this.#nodes.get(i)?.child.pid === at);
      if (found !== undefined) return found;
    }
    throw new Error(`process ${pid} belongs to no node`);
  }

  pause(i: number): void {
    this.#node(i).child.kill('SIGSTOP');
  }

  resume(i: number): void {
    this.#node(i).child.kill('SIGCONT');
  }

  async kill(i: number): Promise<void> {
    await this.#node(i).stop('SIGKILL');
  }

  /** Told to stop, as a supervisor does. */
  async stop(i: number): Promise<void> {
    await this.#node(i).stop('SIGTERM');
  }

  async restart(i: number): Promise<void> {
    await this.#start(i);
    await this.agreed();
  }

  /** All see all alive and well, and a majority that takes writes. */
  async agreed(): Promise<void> {
    for (const i of numbers) {
      await eventually(
        async () => (await (await fetch(`${this.#url(i)}/_hearth/cluster`)).json()) as ClusterPage,
        ({ quorum, nodes }) =>
          quorum &&
          nodes.filter(({ status, degraded }) => status === 'alive' && !degraded).length ===
            numbers.length,
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#nodes.values()].map((node) => node.stop()));
    for (const i of numbers) await sweepLeftovers(join(this.data, String(i), sandboxManifest));
    await rm(this.data, { recursive: true });
  }

  async #start(i: number): Promise<void> {
    const join = i > 1 ? ['--join', `127.0.0.1:${this.port + 1001}`] : [];
    const node = Command.node(i, this.port, this.data, ...join, ...this.more);
    this.#nodes.set(i, node);
    await node.untilPrinted(/^ready /m);
  }

  #node(i: number): Command {
    const node = this.#nodes.get(i);
    if (node === undefined) throw new Error(`there is no node ${i}`);
    return node;
  }

  #url(i: number): string {
    return `http://127.0.0.1:${this.port + i}`;
  }
}

function parentOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^PPid:\t(\d+)$/m.exec(status)?.[1]);
  } catch {
    return 0;
  }
}
