/**
 * A real `hearth node` in a namespace, and all that it has ever believed of the others: its observer
 * tells of every change, so a death that was announced and taken back again is not missed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { hearthBin, root } from '../cluster-harness.js';
import type { Network } from './network.js';
import type { Observation } from './observer.js';

const httpPort = 8080;
const clusterPort = 7000;
const observeEveryMs = 25;
const startTimeoutMs = 30_000;
/** Of a node that does not start, for the error. */
const logTailChars = 4000;
const nothing: Observation = { atMs: 0, self: null, statuses: {}, admissions: {} };

export interface MemberPlace {
  readonly network: Network;
  /** The number of its namespace. */
  readonly number: number;
  readonly secretFile: string;
}

export class Member {
  readonly #history: Observation[] = [];
  #node: ChildProcess | null = null;
  #observer: ChildProcess | null = null;

  constructor(private readonly place: MemberPlace) {}

  get number(): number {
    return this.place.number;
  }

  /** Its id, as it said last. */
  get id(): string {
    const self = this.#history.findLast((seen) => seen.self !== null)?.self;
    if (self === undefined || self === null) throw new Error(`node ${this.number} never answered`);
    return self;
  }

  /** What it says now. */
  get now(): Observation {
    return this.#history.at(-1) ?? nothing;
  }

  /** What it said when this moment came, and all it has said since. */
  since(atMs: number): readonly Observation[] {
    const first = this.#history.findLastIndex((seen) => seen.atMs <= atMs);
    return this.#history.slice(Math.max(first, 0));
  }

  /** Milliseconds from `atMs` until it first believed this of member `id`; infinite where never. */
  tookMs(id: string, status: string, atMs: number): number {
    const seen = this.#history.find((one) => one.atMs >= atMs && one.statuses[id] === status);
    return seen === undefined ? Number.POSITIVE_INFINITY : seen.atMs - atMs;
  }

  /** Starts the node; resolves when it takes requests. `data` names its data directory. */
  async start(others: readonly Member[] = [], data = `node-${this.number}`): Promise<void> {
    this.#observer ??= this.#observe();
    const node = this.#spawnNode(others, data);
    this.#node = node;
    const ready = once(node, 'message');
    const ended = once(node, 'exit').then(([code, signal]) => `ended with ${code ?? signal}`);
    const late = delay(startTimeoutMs, `not ready in ${startTimeoutMs} ms`, { ref: false });
    const failure = await Promise.race([ready.then(() => null), ended, late]);
    if (failure === null) return;
    const log = readFileSync(this.#logFile, 'utf8').slice(-logTailChars);
    throw new Error(`node ${this.number}: ${failure}\n${log}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#node?.kill(signal);
  }

  get runs(): boolean {
    const node = this.#node;
    return node !== null && node.exitCode === null && node.signalCode === null;
  }

  /** Ends it; resolves with the moment of the signal when the process is gone. */
  async end(signal: 'SIGKILL' | 'SIGINT'): Promise<number> {
    const node = this.#node;
    if (node === null || !this.runs) {
      throw new Error(`node ${this.number} does not run`);
    }
    const gone = once(node, 'exit');
    const atMs = Date.now();
    node.kill(signal);
    await gone;
    this.#node = null;
    return atMs;
  }

  /** The address others dial. */
  get cluster(): string {
    return `${this.place.network.address(this.number)}:${clusterPort}`;
  }

  get #logFile(): string {
    return join(this.place.network.directory, `node-${this.number}.log`);
  }

  #spawnNode(others: readonly Member[], data: string): ChildProcess {
    const args = ['--data', join(this.place.network.directory, data), '--cluster', this.cluster];
    args.push('--http', `127.0.0.1:${httpPort}`, '--secret-file', this.place.secretFile);
    if (others.length > 0) args.push('--join', others.map(({ cluster }) => cluster).join(','));
    const log = openSync(this.#logFile, 'a');
    try {
      return this.#spawn([hearthBin, 'node', ...args], ['ignore', log, log, 'ipc']);
    } finally {
      closeSync(log);
    }
  }

  #observe(): ChildProcess {
    const program = join(root, 'dist/test/e2e/netns/observer.js');
    const args = [program, String(httpPort), String(observeEveryMs)];
    const observer = this.#spawn(args, ['pipe', 'pipe', 'inherit']);
    if (observer.stdout === null) throw new Error('the observer has no output');
    createInterface(observer.stdout).on('line', (line) => {
      this.#history.push(JSON.parse(line) as Observation);
    });
    return observer;
  }

  /** Node.js in the namespace. The channel is a node's life line: it ends when this process is gone. */
  #spawn(args: readonly string[], stdio: ('ignore' | 'pipe' | 'inherit' | 'ipc' | number)[]) {
    const [command = '', ...enter] = this.place.network.enter(this.number);
    const env = { ...process.env, HEARTH_UP: '1', TMPDIR: this.place.network.directory };
    return spawn(command, [...enter, process.execPath, ...args], { stdio, env });
  }
}
