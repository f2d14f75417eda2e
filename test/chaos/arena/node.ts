/** One node of an arena: a real `hearth node` on a machine of its own, and all that can be done to it. */
import { Agent } from 'node:http';
import { basename, join } from 'node:path';
import { sweepLeftovers } from '../../../src/agent/index.js';
import { type SigningCredential, signatureTime, signedHeaders } from '../../../src/lib/index.js';
import { containerManifest, region, sandboxManifest } from '../../../src/types/index.js';
import { askAt } from '../../e2e/asking.js';
import { hearthBin } from '../../e2e/cluster-harness.js';
import { NodeProcess } from '../../e2e/node-process.js';
import { monotonicMs } from '../records.js';
import { directoryFor, type Ground, type NodePlace } from './ground.js';
import { type Machine, type MachineParts, makeMachine } from './machine.js';
import { sandboxPids } from './sandbox-pids.js';
import type { Answer, ArenaNode } from './types.js';

export interface NodeSettings {
  readonly sandbox: string;
  /** For `--config`. */
  readonly configFile: string;
  /** Who signs what is asked; null where nobody has to. */
  readonly credential: () => SigningCredential | null;
}

export class ChaosNode implements ArenaNode {
  readonly #process: NodeProcess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #isLimited = false;

  private constructor(
    private readonly ground: Ground,
    private readonly place: NodePlace,
    private readonly settings: NodeSettings,
    private readonly machine: Machine,
    readonly data: string,
    readonly temporary: string,
  ) {
    const log = join(ground.directory, `node-${place.number}.log`);
    this.#process = new NodeProcess(place.number, log);
  }

  static async make(
    ground: Ground,
    place: NodePlace,
    settings: NodeSettings,
    parts: MachineParts,
  ): Promise<ChaosNode> {
    const { directory } = ground;
    const { number } = place;
    const data = directoryFor(ground, `node-${number}`);
    const temporary = directoryFor(ground, `tmp-${number}`);
    const site = { directory, name: basename(directory), number, data };
    const machine = await makeMachine(site, parts);
    return new ChaosNode(ground, place, settings, machine, data, temporary);
  }

  get number(): number {
    return this.place.number;
  }

  get url(): string {
    return `http://${this.place.address}`;
  }

  get runs(): boolean {
    return this.#process.runs;
  }

  get pid(): number | null {
    return this.#process.pid;
  }

  get log(): string {
    return this.#process.log;
  }

  keepLog(directory: string): Promise<void> {
    return this.#process.keepLog(directory);
  }

  async start(): Promise<void> {
    const { ground, place, settings } = this;
    const args = ['--data', this.data, '--http', place.address, '--cluster', place.cluster];
    args.push('--secret-file', ground.secretFile, '--config', settings.configFile);
    args.push('--sandbox', settings.sandbox);
    const others = ground.nodes.filter(({ number }) => number !== place.number);
    // the first founds; all later starts find the others in the log
    if (place.number > 1) args.push('--join', others.map(({ cluster }) => cluster).join(','));
    const command = [...this.#enter, process.execPath, hearthBin, 'node', ...args];
    await this.#process.start({ command, temporary: this.temporary });
    await this.#joinLimited();
  }

  async kill(): Promise<number> {
    const atMs = monotonicMs();
    await this.#process.end('SIGKILL');
    return atMs;
  }

  stop(): Promise<number | null> {
    return this.#process.end('SIGTERM');
  }

  pause(): void {
    this.#process.signal('SIGSTOP');
  }

  resume(): void {
    this.#process.signal('SIGCONT');
  }

  get noClockFaults(): string | false {
    return reason(this.machine.clock);
  }

  setClock(offsetMs: number): void {
    there(this.machine.clock).setClock(offsetMs);
  }

  slowSync(delayMs: number): void {
    there(this.machine.clock).slowSync(delayMs);
  }

  get noDiskFaults(): string | false {
    return reason(this.machine.disk);
  }

  fillDisk(): Promise<void> {
    return there(this.machine.disk).fill();
  }

  makeRoom(): Promise<void> {
    return there(this.machine.disk).makeRoom();
  }

  setReadOnly(readOnly: boolean): Promise<void> {
    return there(this.machine.disk).setReadOnly(readOnly);
  }

  get noCpuFaults(): string | false {
    return reason(this.machine.processor);
  }

  async limitCpu(share: number | null): Promise<void> {
    const group = there(this.machine.processor);
    await group.limit(share);
    this.#isLimited = share !== null;
    await this.#joinLimited();
  }

  sandboxes(): readonly number[] {
    return sandboxPids(this.data);
  }

  ask(method: string, path: string, body: unknown, timeoutMs: number): Promise<Answer> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const url = new URL(path, this.url);
    const headers = { host: url.host, ...this.#signature(method, url, payload) };
    const question = { method, path: `${url.pathname}${url.search}`, headers, payload };
    return askAt(this.place.target, this.#agent, question, timeoutMs);
  }

  /** Ends it at once and for good, with its sandboxes, and takes its machine apart. */
  async close(): Promise<void> {
    await this.#process.end('SIGKILL');
    this.#agent.destroy();
    for (const manifest of [sandboxManifest, containerManifest]) {
      await sweepLeftovers(join(this.data, manifest));
    }
    const { disk, processor } = this.machine;
    if (typeof disk !== 'string') await disk.unmount();
    if (typeof processor !== 'string') await processor.remove();
  }

  /** What stands before the node's command. */
  get #enter(): readonly string[] {
    const { clock } = this.machine;
    return [...this.place.enter, ...(typeof clock === 'string' ? [] : clock.enter)];
  }

  async #joinLimited(): Promise<void> {
    if (this.#isLimited && this.pid !== null) await there(this.machine.processor).take(this.pid);
  }

  #signature(method: string, url: URL, body: string): Record<string, string> {
    const credential = this.settings.credential();
    if (credential === null) return {};
    const scope = { time: signatureTime(Date.now()), region, service: 'lambda' };
    return signedHeaders({ method, url, headers: {}, body }, credential, scope);
  }
}

/** Why there is none, or false. */
function reason(part: unknown): string | false {
  return typeof part === 'string' ? part : false;
}

function there<Part>(part: Part | string): Part {
  if (typeof part === 'string') throw new Error(part);
  return part;
}
