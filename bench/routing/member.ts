/** One real `hearth node` process of the benchmark, and the ways to hurt it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { sweepLeftovers } from '../../src/agent/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { type Metrics, parseMetrics } from './metrics.js';

/** The cluster page, as far as it is read here. */
export interface Page {
  readonly self: string;
  readonly master: string | null;
  readonly quorum: boolean;
  readonly nodes: readonly {
    readonly id: string;
    readonly status: string;
    readonly role: string;
    readonly http: string;
  }[];
}

export interface MemberPlan {
  /** From 1. */
  readonly number: number;
  /** Of the cluster: logs, secret, data of all members. */
  readonly directory: string;
  readonly configFile: string;
}

const host = '127.0.0.1';
const hearth = fileURLToPath(new URL('../../../bin/hearth', import.meta.url));
const portBase = 25_080;
const clusterPortOffset = 1000;
const connectionsMax = 256;
const answerTimeoutMs = 30_000;
const pageTimeoutMs = 2000;
const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

export class Member {
  /** For invocations; pages have connections of their own, so that they wait for nobody. */
  readonly requests: Pool;
  readonly #pages: Pool;
  readonly #data: string;
  #child: ChildProcess | null = null;
  #stopped = false;

  constructor(private readonly plan: MemberPlan) {
    const origin = `http://${this.http}`;
    const options = { connections: connectionsMax, headersTimeout: answerTimeoutMs };
    this.requests = new Pool(origin, options);
    this.#pages = new Pool(origin, { connections: 2, headersTimeout: pageTimeoutMs });
    this.#data = join(plan.directory, String(plan.number));
  }

  get number(): number {
    return this.plan.number;
  }

  get http(): string {
    return `${host}:${portBase + this.plan.number}`;
  }

  /** Resolves when it takes requests. Started again, it goes on with its data. */
  async start(): Promise<void> {
    const { number, directory, configFile } = this.plan;
    const cluster = (i: number): string => `${host}:${portBase + clusterPortOffset + i}`;
    const args = ['node', '--data', this.#data, '--config', configFile];
    args.push('--http', this.http, '--cluster', cluster(number));
    args.push('--secret-file', join(directory, 'secret'), '--sandbox', 'process');
    const others = [1, 2, 3].filter((other) => other < number);
    if (others.length > 0) args.push('--join', others.map(cluster).join(','));
    const log = await open(join(directory, `${number}.log`), 'a');
    if (this.#stopped) throw new Error(`node ${number} was stopped while it started`);
    // a session of its own: Ctrl-C reaches the benchmark alone, and the IPC channel is the life line
    const child = fork(hearth, args, {
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      env: { ...process.env, HEARTH_UP: '1', TMPDIR: directory },
      execArgv: [],
      detached: true,
    });
    await log.close();
    this.#child = child;
    const exit = new AbortController();
    child.once('exit', () => exit.abort(new Error(`node ${number} has ended`)));
    const signal = AbortSignal.any([exit.signal, AbortSignal.timeout(startTimeoutMs)]);
    await once(child, 'message', { signal });
  }

  /** SIGKILL; returns the moment, and does not wait for the end. */
  kill(): number {
    return this.#signal('SIGKILL');
  }

  /** SIGSTOP: the process is there, its sockets take bytes, and nothing is answered. */
  pause(): number {
    return this.#signal('SIGSTOP');
  }

  resume(): number {
    return this.#signal('SIGCONT');
  }

  async ended(): Promise<void> {
    if (!this.#runs()) return;
    if (this.#child !== null) await once(this.#child, 'exit');
  }

  /** Ends it in order or, where that takes too long or `atOnce`, by force; clears away what it leaves. */
  async stop(atOnce: boolean): Promise<void> {
    this.#stopped = true;
    if (this.#runs()) {
      this.#signal('SIGCONT');
      this.#signal(atOnce ? 'SIGKILL' : 'SIGTERM');
      const late = delay(stopTimeoutMs, 'late', { ref: false });
      if ((await Promise.race([this.ended(), late])) === 'late') this.kill();
      await this.ended();
    }
    await Promise.all([this.requests.destroy(), this.#pages.destroy()]);
    await sweepLeftovers(join(this.#data, sandboxManifest));
  }

  /** Throws where it does not answer within two seconds. */
  async page(): Promise<Page> {
    return JSON.parse(await this.#get('/_hearth/cluster')) as Page;
  }

  async metrics(): Promise<Metrics> {
    return parseMetrics(await this.#get('/_hearth/metrics'));
  }

  async #get(path: string): Promise<string> {
    const { statusCode, body } = await this.#pages.request({ method: 'GET', path });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`node ${this.number}: ${path}: ${statusCode} ${text}`);
    return text;
  }

  #runs(): boolean {
    const child = this.#child;
    return child !== null && child.exitCode === null && child.signalCode === null;
  }

  #signal(name: NodeJS.Signals): number {
    const atMs = performance.now();
    this.#child?.kill(name);
    return atMs;
  }
}
