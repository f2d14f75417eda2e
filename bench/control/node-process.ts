/** One complete `hearth node` of the benchmark: started as in real life, in a session of its own. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WebSocket } from 'undici';

const hearth = fileURLToPath(new URL('../../../bin/hearth', import.meta.url));
const portBase = 22_080;
const clockTicksPerS = 100;

export interface NodeView {
  readonly id: string;
  readonly status: string;
  readonly degraded: boolean;
}

export interface ClusterPage {
  readonly self: string;
  readonly master: string | null;
  readonly quorum: boolean;
  readonly nodes: readonly NodeView[];
}

export class NodeProcess {
  readonly url: string;
  readonly cluster: string;
  readonly data: string;
  #child: ChildProcess | null = null;

  constructor(
    private readonly directory: string,
    private readonly number: number,
    private readonly settings: Readonly<Record<string, unknown>>,
  ) {
    this.url = `http://127.0.0.1:${portBase + number}`;
    this.cluster = clusterAddress(number);
    this.data = join(directory, String(number));
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when the node takes requests. */
  async start(): Promise<void> {
    const { number, directory, data, cluster } = this;
    await mkdir(data, { recursive: true });
    const args = ['node', '--data', data, '--http', `127.0.0.1:${portBase + number}`];
    args.push('--cluster', cluster, '--secret-file', secretFile(directory));
    if (number > 1) args.push('--join', clusterAddress(1));
    const config = join(directory, `${number}.json`);
    await writeFile(config, JSON.stringify(this.settings));
    args.push('--config', config);
    const log = await open(this.#log, 'a');
    const child = fork(hearth, args, {
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      detached: true,
      env: {
        ...process.env,
        HEARTH_UP: '1',
        TMPDIR: directory,
        NODE_OPTIONS: '--inspect=127.0.0.1:0',
      },
    });
    this.#child = child;
    await log.close();
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('a node has ended')));
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  async page(): Promise<ClusterPage> {
    const signal = AbortSignal.timeout(2000);
    return (await (await fetch(`${this.url}/_hearth/cluster`, { signal })).json()) as ClusterPage;
  }

  /** The values of the node's counters, by their names with labels. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const signal = AbortSignal.timeout(5000);
    const text = await (await fetch(`${this.url}/_hearth/metrics`, { signal })).text();
    const pairs = text.matchAll(/^([^#\s]\S*) (\S+)$/gm);
    return new Map([...pairs].map(([, name = '', value]) => [name, Number(value)]));
  }

  async deploy(name: string, source: string): Promise<void> {
    const path = join(this.directory, `function-${name}`);
    await mkdir(path);
    await writeFile(join(path, 'index.js'), source);
    const args = ['deploy', path, '--name', name, '--runtime', 'nodejs20.x'];
    args.push('--handler', 'index.handler', '--timeout', '300', '--endpoint', this.url);
    await promisify(execFile)(process.execPath, [hearth, ...args]);
  }

  invocation(name: string): string {
    return `${this.url}/2015-03-31/functions/${name}/invocations`;
  }

  /** Keeps the data thread from everything else for so long. */
  async block(durationMs: number): Promise<void> {
    const url = /Debugger listening on (ws:\S+)/.exec(await readFile(this.#log, 'utf8'))?.[1];
    if (url === undefined) throw new Error('the node does not let itself be inspected');
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const answered = once(socket, 'message');
    const expression = `(() => { const end = Date.now() + ${durationMs}; while (Date.now() < end); })()`;
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
    await answered;
    socket.close();
    await once(socket, 'close');
  }

  /** Seconds so far of its data thread: running, and ready to run without a CPU. */
  async dataThreadS(): Promise<{ readonly ran: number; readonly waited: number }> {
    const { pid } = this;
    const text = await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8');
    const [ran = 0, waited = 0] = text.split(' ').map((ns) => Number(ns) / 1e9);
    return { ran, waited };
  }

  /** CPU seconds so far, all threads. */
  async cpuS(): Promise<number> {
    const text = await readFile(`/proc/${this.pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / clockTicksPerS;
  }

  get #log(): string {
    return join(this.directory, `${this.number}.log`);
  }
}

export function secretFile(directory: string): string {
  return join(directory, 'secret');
}

function clusterAddress(number: number): string {
  return `127.0.0.1:${portBase + 1000 + number}`;
}
