/** The processes of one run, and the network between them. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock, Random } from '../../../src/lib/index.js';
import { Client, clientName } from './client.js';
import type { LatencyModel } from './latency.js';
import { Network } from './network.js';
import { Server } from './server.js';

export type Program = 'kafka' | 'lin-kv';

export interface ClusterOptions {
  readonly program: Program;
  readonly nodes: number;
  readonly latency: LatencyModel;
  readonly lossShare: number;
  readonly requestTimeoutMs: number;
  readonly environment: NodeJS.ProcessEnv;
  /** Options of Node.js for every node process. */
  readonly execArguments: readonly string[];
}

const startTimeoutMs = 20_000;

export class Cluster {
  readonly names: readonly string[];
  readonly network: Network;
  readonly client: Client;
  readonly #servers = new Map<string, Server>();
  #directory: string | null = null;
  /** CPU time of processes that are gone. */
  #goneCpuMs = 0;

  constructor(
    private readonly collaborators: { readonly clock: Clock; readonly random: Random },
    private readonly options: ClusterOptions,
  ) {
    const { clock } = collaborators;
    this.names = Array.from({ length: options.nodes }, (_, place) => `n${place + 1}`);
    this.network = new Network(collaborators, options.latency);
    this.network.lose(options.lossShare);
    const server = (name: string): Server | null => this.#servers.get(name) ?? null;
    this.client = new Client(clock, server, options.requestTimeoutMs);
    this.network.attach(clientName, this.client);
  }

  /** All nodes have answered `init`. */
  async start(): Promise<void> {
    const { program, environment, execArguments } = this.options;
    this.#directory = await mkdtemp(join(tmpdir(), 'hearth-maelstrom-'));
    for (const name of this.names) {
      const server = new Server({
        program: fileURLToPath(new URL(`../${program}.js`, import.meta.url)),
        environment: { ...environment, HEARTH_MAELSTROM_DATA: this.#directory },
        execArguments,
        line: (line) => this.network.route(line),
      });
      this.#servers.set(name, server);
      this.network.attach(name, server);
    }
    await Promise.all(this.names.map((name) => this.startNode(name)));
  }

  async startNode(name: string): Promise<void> {
    this.#servers.get(name)?.start();
    await this.#init(name);
  }

  async killNode(name: string): Promise<void> {
    const server = this.#servers.get(name);
    this.#goneCpuMs += await cpuMs(server?.pid ?? null);
    await server?.kill();
  }

  pauseNode(name: string): void {
    this.#servers.get(name)?.pause();
  }

  resumeNode(name: string): void {
    this.#servers.get(name)?.resume();
  }

  /** CPU time of all nodes so far. */
  async nodesCpuMs(): Promise<number> {
    const each = await Promise.all([...this.#servers.values()].map(({ pid }) => cpuMs(pid)));
    return each.reduce((sum, one) => sum + one, this.#goneCpuMs);
  }

  async stop({ gently = false } = {}): Promise<void> {
    this.network.stop();
    this.client.stop();
    const servers = [...this.#servers.values()];
    await Promise.all(servers.map((server) => (gently ? server.end() : server.kill())));
    if (this.#directory !== null) await rm(this.#directory, { recursive: true, force: true });
  }

  async #init(name: string): Promise<void> {
    const { clock } = this.collaborators;
    const deadlineMs = clock.nowMs() + startTimeoutMs;
    while (clock.nowMs() < deadlineMs) {
      const body = { type: 'init', node_id: name, node_ids: this.names };
      const answer = await this.client.ask(name, body);
      if (answer?.type === 'init_ok') return;
    }
    throw new Error(`${name} has not started within ${startTimeoutMs} ms`);
  }
}

/** User and system time of a process, from Linux; 0 where that cannot be had. */
async function cpuMs(pid: number | null): Promise<number> {
  if (pid === null) return 0;
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * (1000 / ticksPerS);
  } catch {
    return 0;
  }
}

/** USER_HZ, the same on every Linux that Node.js runs on. */
const ticksPerS = 100;
