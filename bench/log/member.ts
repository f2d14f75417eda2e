/**
 * A real `hearth node` of the benchmark on the loopback, killed and started as the measurement
 * needs.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

interface Page {
  readonly self: string;
  readonly master: string | null;
  readonly quorum: boolean;
  readonly nodes: readonly { readonly id: string; readonly status: string }[];
}

export interface Told {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const hearth = fileURLToPath(new URL('../../../bin/hearth', import.meta.url));
const portBase = 23_180;
const askTimeoutMs = 10_000;
const settleTimeoutMs = 30_000;
const pollMs = 25;

export class Member {
  readonly url: string;
  readonly data: string;
  readonly #pool: Pool;
  #process: ChildProcess | null = null;

  constructor(
    private readonly directory: string,
    readonly number: number,
  ) {
    this.url = `http://127.0.0.1:${portBase + number}`;
    this.data = join(directory, String(number));
    this.#pool = new Pool(this.url, { connections: 16, bodyTimeout: askTimeoutMs });
  }

  /** Resolves when it takes requests, with the milliseconds that this took. */
  async start(): Promise<number> {
    await mkdir(this.data, { recursive: true });
    const http = this.url.slice('http://'.length);
    const args = ['node', '--data', this.data, '--http', http, '--sandbox', 'process'];
    args.push('--cluster', clusterAddress(this.number));
    if (this.number > 1) args.push('--join', clusterAddress(1));
    const log = await open(join(this.directory, `${this.number}.log`), 'a');
    const startMs = performance.now();
    const child = fork(hearth, args, {
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      detached: true,
      env: { ...process.env, HEARTH_UP: '1', TMPDIR: this.directory },
    });
    this.#process = child;
    await log.close();
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('a node has ended')));
    ended.catch(() => {});
    await Promise.race([once(child, 'message'), ended]);
    return performance.now() - startMs;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async close(): Promise<void> {
    await this.end('SIGTERM');
    await this.#pool.destroy();
  }

  async ask(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<Told> {
    const answer = await this.#pool.request({
      method,
      path,
      headersTimeout: askTimeoutMs,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const told = await answer.body.json();
    return { status: answer.statusCode, body: told as Told['body'] };
  }

  async page(): Promise<Page> {
    return (await this.ask('GET', '/_hearth/cluster')).body as unknown as Page;
  }

  /** Resolves when it sees `count` nodes alive and a majority that takes writes. */
  async settled(count: number): Promise<void> {
    const deadlineMs = performance.now() + settleTimeoutMs;
    for (;;) {
      const { quorum, nodes } = await this.page();
      if (quorum && nodes.filter(({ status }) => status === 'alive').length === count) return;
      if (performance.now() > deadlineMs) throw new Error(`${this.url} does not see all nodes`);
      await delay(pollMs);
    }
  }
}

/** The one that all follow. */
export async function leaderOf(members: readonly Member[]): Promise<Member> {
  const pages = await Promise.all(members.map((member) => member.page()));
  const found = members[pages.findIndex(({ self, master }) => self === master)];
  if (found === undefined) throw new Error('no node is the Master');
  return found;
}

function clusterAddress(number: number): string {
  return `127.0.0.1:${portBase + 1000 + number}`;
}
