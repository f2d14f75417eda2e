/**
 * A real `hearth node` in a namespace, and all that it has ever believed of the others: its observer
 * tells of every change, so a death that was announced and taken back again is not missed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { hearthBin, root } from '../cluster-harness.js';
import { NodeProcess } from '../node-process.js';
import type { Network } from './network.js';
import type { Observation } from './observer.js';

const httpPort = 8080;
const clusterPort = 7000;
const observeEveryMs = 25;
const nothing: Observation = { atMs: 0, self: null, statuses: {}, admissions: {} };

export interface MemberPlace {
  readonly network: Network;
  /** The number of its namespace. */
  readonly number: number;
  readonly secretFile: string;
}

export class Member {
  readonly #history: Observation[] = [];
  readonly #node: NodeProcess;
  #observer: ChildProcess | null = null;

  constructor(private readonly place: MemberPlace) {
    const log = join(place.network.directory, `node-${place.number}.log`);
    this.#node = new NodeProcess(place.number, log);
  }

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
    const { network, secretFile } = this.place;
    this.#observer ??= this.#observe();
    const args = ['--data', join(network.directory, data), '--cluster', this.cluster];
    args.push('--http', `127.0.0.1:${httpPort}`, '--secret-file', secretFile);
    if (others.length > 0) args.push('--join', others.map(({ cluster }) => cluster).join(','));
    const command = [...network.enter(this.number), process.execPath, hearthBin, 'node', ...args];
    await this.#node.start({ command, temporary: network.directory });
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#node.signal(signal);
  }

  get runs(): boolean {
    return this.#node.runs;
  }

  /** Ends it; resolves with the moment of the signal when the process is gone. */
  async end(signal: 'SIGKILL' | 'SIGINT'): Promise<number> {
    if (!this.runs) throw new Error(`node ${this.number} does not run`);
    const atMs = Date.now();
    await this.#node.end(signal);
    return atMs;
  }

  /** The address others dial. */
  get cluster(): string {
    return `${this.place.network.address(this.number)}:${clusterPort}`;
  }

  #observe(): ChildProcess {
    const program = join(root, 'dist/test/e2e/netns/observer.js');
    const asked = [program, String(httpPort), String(observeEveryMs)];
    const [command = '', ...args] = [
      ...this.place.network.enter(this.number),
      process.execPath,
      ...asked,
    ];
    const observer = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(observer.stdout).on('line', (line) => {
      this.#history.push(JSON.parse(line) as Observation);
    });
    return observer;
  }
}
