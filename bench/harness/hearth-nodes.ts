/** One or more real `hearth node` processes of `bin/hearth`, as users start them, that form one cluster. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sweepLeftovers } from '../../src/agent/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { ended } from './child.js';
import type { Place } from './place.js';
import { signed } from './signed.js';

export interface HearthOptions {
  /** 1 where it is not said. */
  readonly nodes?: number;
  /** As `--config FILE` takes them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Of one node each, in their order, over those. */
  readonly settingsOf?: readonly Readonly<Record<string, unknown>>[];
  /** More arguments of `hearth node`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface HearthMember {
  readonly origin: string;
  readonly pid: number;
  readonly data: string;
}

const hearth = fileURLToPath(new URL('../../../bin/hearth', import.meta.url));
const secretText = '0123456789abcdef'.repeat(2);
const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const settleTimeoutMs = 60_000;
const settleEveryMs = 100;

/** Resolves when every node sees all of them, and takes requests. */
export async function startHearth(place: Place, options: HearthOptions = {}): Promise<HearthNodes> {
  const { nodes = 1, settings = {}, settingsOf = [], args = [], env = {} } = options;
  const directory = join(place.directory, `hearth-${place.port()}`);
  await mkdir(directory);
  const secretFile = join(directory, 'secret');
  await writeFile(secretFile, `${secretText}\n`, { mode: 0o600 });
  const started: { child: ChildProcess; member: HearthMember }[] = [];
  const stop = place.cleanup.add(async () => {
    await Promise.all(started.map(({ child }) => ended(child, stopTimeoutMs)));
    for (const { member } of started) await sweepLeftovers(join(member.data, sandboxManifest));
  });
  let first: string | null = null;
  for (let number = 1; number <= nodes; number++) {
    const data = join(directory, String(number));
    const configFile = `${data}.json`;
    // nobody watches its health page here
    const config = { drainNoticeMs: 0, ...settings, ...settingsOf[number - 1] };
    await writeFile(configFile, JSON.stringify(config));
    const http = `127.0.0.1:${place.port()}`;
    const cluster = `127.0.0.1:${place.port()}`;
    const words = ['node', '--data', data, '--http', http, '--cluster', cluster];
    words.push('--config', configFile, '--secret-file', secretFile, ...args);
    if (first !== null) words.push('--join', first);
    first ??= cluster;
    const child = await startNode(words, `${data}.log`, env);
    const member = { origin: `http://${http}`, pid: child.pid ?? 0, data };
    started.push({ child, member });
    await ready(child, `${data}.log`);
  }
  const all = new HearthNodes(
    started.map(({ member }) => member),
    secretFile,
    stop,
  );
  await all.settled();
  return all;
}

export class HearthNodes {
  constructor(
    readonly members: readonly HearthMember[],
    readonly secretFile: string,
    readonly stop: () => Promise<void>,
  ) {}

  get first(): HearthMember {
    const [first] = this.members;
    if (first === undefined) throw new Error('there is no node');
    return first;
  }

  /** `hearth deploy` of these files, by their names; the runtime and the handler follow from them where nothing says otherwise. */
  async deploy(
    name: string,
    files: Readonly<Record<string, string>>,
    options: {
      readonly runtime?: string;
      readonly handler?: string;
      readonly args?: readonly string[];
    } = {},
  ): Promise<void> {
    const path = join(dirname(this.secretFile), `code-${name}`);
    await mkdir(path);
    for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
    const words = ['deploy', path, '--name', name, ...(options.args ?? [])];
    if (options.runtime !== undefined) words.push('--runtime', options.runtime);
    if (options.handler !== undefined) words.push('--handler', options.handler);
    await this.command(...words);
  }

  /** What a command of `hearth` prints, asked of the first node with the cluster secret. */
  async command(...words: readonly string[]): Promise<string> {
    const args = [hearth, ...words, '--endpoint', this.first.origin];
    args.push('--secret-file', this.secretFile);
    return (await promisify(execFile)(process.execPath, args)).stdout;
  }

  /** The path of synchronous invocations. */
  invocation(name: string): string {
    return `/2015-03-31/functions/${name}/invocations`;
  }

  /** The headers of a request and those that sign it; it may be sent any number of times for some minutes. */
  signed(
    request: { readonly method: string; readonly path: string; readonly body: Uint8Array | string },
    headers: Readonly<Record<string, string>> = {},
    origin: string = this.first.origin,
  ): Record<string, string> {
    const { method, path, body } = request;
    return signed({ method, url: `${origin}${path}`, headers, body }, secretText);
  }

  /** Resolves when all nodes are alive in every view. */
  async settled(): Promise<void> {
    const deadlineMs = performance.now() + settleTimeoutMs;
    for (;;) {
      const agreed = await Promise.all(this.members.map((member) => this.#seesAll(member)));
      if (agreed.every(Boolean)) return;
      if (performance.now() > deadlineMs) throw new Error('the nodes do not see each other');
      await delay(settleEveryMs);
    }
  }

  /** A page of a node, such as `/_hearth/metrics`. */
  async page(path: string, { origin }: { readonly origin: string } = this.first): Promise<string> {
    const headers = this.signed({ method: 'GET', path, body: '' }, {}, origin);
    const answer = await fetch(`${origin}${path}`, { headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${origin}${path}: ${answer.status} ${text}`);
    return text;
  }

  async #seesAll(member: HearthMember): Promise<boolean> {
    const text = await this.page('/_hearth/cluster', member);
    const { quorum, nodes } = JSON.parse(text) as {
      quorum: boolean;
      nodes: { status: string }[];
    };
    const alive = nodes.filter(({ status }) => status === 'alive');
    return quorum && alive.length === this.members.length;
  }
}

/** In a session of its own; it ends when the benchmark does, by whatever death: the IPC channel is the life line. */
async function startNode(
  words: readonly string[],
  logFile: string,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const log = await open(logFile, 'a');
  const child = spawn(hearth, words, {
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    env: { ...process.env, HEARTH_UP: '1', TMPDIR: dirname(logFile), ...env },
    detached: true,
  });
  await log.close();
  return child;
}

async function ready(child: ChildProcess, logFile: string): Promise<void> {
  const exit = new AbortController();
  child.once('exit', () => exit.abort());
  const signal = AbortSignal.any([exit.signal, AbortSignal.timeout(startTimeoutMs)]);
  await once(child, 'message', { signal }).catch(async () => {
    throw new Error(`a node did not start: ${await readFile(logFile, 'utf8')}`);
  });
}
