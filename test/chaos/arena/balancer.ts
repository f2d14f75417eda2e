/** A real balancer of an arena, on the clients' machine: nginx or HAProxy with the configuration of `deploy/`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { haproxyCfg, haproxyCommand, nginxCommand, nginxConf } from '../../balancer-configs.js';
import { askAt } from '../../e2e/asking.js';
import { eventually, missing } from '../../e2e/cluster-harness.js';
import { env } from '../../e2e/netns/traces.js';
import { type BalancerName, monotonicMs } from '../records.js';
import { directoryFor, type Ground, type Place } from './ground.js';
import type { ArenaBalancer } from './types.js';

const answerTimeoutMs = 1000;
const commands = { nginx: nginxCommand, haproxy: haproxyCommand } as const;
const configs = { nginx: nginxConf, haproxy: haproxyCfg } as const;
const reloadSignals = { nginx: 'SIGHUP', haproxy: 'SIGUSR2' } as const;

export class ChaosBalancer implements ArenaBalancer {
  readonly missing: string | false;
  readonly #place: Place;
  readonly #directory: string;
  readonly #configFile: string;
  #process: ChildProcess | null = null;

  constructor(
    readonly name: BalancerName,
    ground: Ground,
  ) {
    this.missing = missing(name);
    this.#place = ground.balancers[name];
    this.#directory = directoryFor(ground, name);
    this.#configFile = join(this.#directory, `${name}.conf`);
    const nodes = ground.nodes.map(({ address }) => address);
    const listen = this.#place.address;
    const place = { nodes, listen, directory: this.#directory, tellsUpstream: true };
    writeFileSync(this.#configFile, configs[name](place));
  }

  get url(): string {
    return `http://${this.#place.address}`;
  }

  /** Resolves when it answers anything. */
  async start(): Promise<void> {
    if (this.missing !== false) return;
    const command = commands[this.name](this.#configFile);
    const [program = '', ...args] = [...this.#place.enter, ...command];
    const log = openSync(join(this.#directory, 'log'), 'a');
    // a group of its own: those that do the work end with the one that watches them
    this.#process = spawn(program, args, {
      cwd: this.#directory,
      env,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    const agent = new Agent();
    const question = { method: 'GET', path: '/_hearth/health', payload: '' };
    await eventually(
      () => askAt(this.#place.target, agent, question, answerTimeoutMs),
      () => true,
    ).catch((error: unknown) => {
      const printed = readFileSync(join(this.#directory, 'log'), 'utf8');
      throw new Error(`${this.name} does not answer: ${printed}`, { cause: error });
    });
  }

  async reload(): Promise<void> {
    const { pid } = this.#running;
    const before = childrenOf(pid);
    process.kill(pid, reloadSignals[this.name]);
    await eventually(
      async () => childrenOf(pid),
      (now) => now.some((child) => !before.includes(child)),
    );
  }

  async restart(): Promise<number> {
    const atMs = monotonicMs();
    await this.end();
    await this.start();
    return atMs;
  }

  /** SIGKILL, to all of its processes. */
  async end(): Promise<void> {
    const child = this.#process;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  }

  get #running(): { readonly pid: number } {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error(`${this.name} does not run: ${this.missing}`);
    return { pid };
  }
}

function childrenOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean);
}
