/** Opens an arena, with all of its nodes and balancers running, and a key for whoever asks them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningCredential } from '../../../src/lib/index.js';
import { operatorKey } from '../../../src/types/index.js';
import type { BalancerName } from '../records.js';
import { ChaosBalancer } from './balancer.js';
import { type Ground, openGround } from './ground.js';
import { buildMachineParts } from './machine.js';
import { ChaosNode } from './node.js';
import type { Arena, ArenaOptions, Roles, Wire } from './types.js';
import { ClusterEye } from './view.js';

/** Small stores, for the disks are small; errors of functions that are tried again soon; no memory for versions of long ago. */
const defaults = {
  asyncRetryBaseMs: 500,
  logDiskMb: 16,
  recordDiskMb: 8,
  codeDiskMb: 64,
  sandboxIdleMs: 30_000,
};
const keyTimeoutMs = 10_000;
const agreeTimeoutMs = 40_000;

export async function openArena(options: ArenaOptions): Promise<Arena> {
  const ground = await openGround(options.nodes);
  const arena = new ChaosArena(ground);
  try {
    await arena.start(options);
  } catch (error) {
    await arena.close();
    throw error;
  }
  return arena;
}

class ChaosArena implements Arena {
  readonly nodes: ChaosNode[] = [];
  readonly balancers: Readonly<Record<BalancerName, ChaosBalancer>>;
  readonly #eye = new ClusterEye(this.nodes);
  #credential: SigningCredential | null = null;
  #key: SigningCredential | null = null;

  constructor(private readonly ground: Ground) {
    const nginx = new ChaosBalancer('nginx', ground);
    this.balancers = { nginx, haproxy: new ChaosBalancer('haproxy', ground) };
  }

  get directory(): string {
    return this.ground.directory;
  }

  get enterClients(): readonly string[] {
    return this.ground.enterClients;
  }

  get key(): SigningCredential | null {
    return this.#key;
  }

  get wire(): Wire | null {
    return this.ground.network;
  }

  node(number: number): ChaosNode {
    const found = this.nodes[number - 1];
    if (found === undefined) throw new Error(`there is no node ${number}`);
    return found;
  }

  roles(): Promise<Roles> {
    return this.#eye.roles();
  }

  numberOf(id: string): number | null {
    return this.#eye.numberOf(id);
  }

  agreed(timeoutMs: number): Promise<number | null> {
    return this.#eye.agreed(timeoutMs);
  }

  async start({ sandbox, config }: ArenaOptions): Promise<void> {
    const { directory } = this.ground;
    const configFile = join(directory, 'config.json');
    writeFileSync(configFile, JSON.stringify({ ...defaults, ...config }));
    const settings = { sandbox, configFile, credential: () => this.#credential };
    const parts = await buildMachineParts(directory);
    for (const place of this.ground.nodes) {
      this.nodes.push(await ChaosNode.make(this.ground, place, settings, parts));
    }
    const [first, ...others] = this.nodes;
    await first?.start();
    if (this.ground.network !== null) await this.#makeKey();
    await Promise.all(others.map((node) => node.start()));
    if ((await this.agreed(agreeTimeoutMs)) === null) {
      throw new Error(`the nodes have not agreed\n${this.nodes.map(({ log }) => log).join('\n')}`);
    }
    await Promise.all(Object.values(this.balancers).map((balancer) => balancer.start()));
  }

  async close(): Promise<void> {
    const balancers = Object.values(this.balancers);
    const ended = await Promise.allSettled(balancers.map((balancer) => balancer.end()));
    const closed = await Promise.allSettled(this.nodes.map((node) => node.close()));
    this.ground.close();
    const failed = [...ended, ...closed].find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** As the operator does who holds the cluster's secret. */
  async #makeKey(): Promise<void> {
    this.#credential = operatorKey(this.ground.secret);
    const settings = { description: 'chaos', actions: ['*'] };
    const answer = await this.node(1).ask('POST', '/_hearth/keys', settings, keyTimeoutMs);
    if (!/^2/.test(String(answer.status))) throw new Error(`no key was made: ${answer.text}`);
    const { id, secret } = JSON.parse(answer.text);
    this.#key = { id, secret };
    this.#credential = this.#key;
  }
}
