/** Nodes made by hand on the loopback, that can be stopped, killed and started again on their data. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sweepLeftovers } from '../../src/agent/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { Command, type Exit, freePorts, hearthBin, nodeArguments } from './cluster-harness.js';

export interface NodesOptions {
  readonly count: number;
  /** Settings of all of them; without a kind of sandbox, plain processes. */
  readonly config: Readonly<Record<string, unknown>>;
  /** A module that every thread of a node loads first. */
  readonly preload?: string;
  /** Without it, this release's. */
  readonly bin?: string;
}

export class Nodes {
  readonly #running = new Map<number, Command>();

  private constructor(
    private readonly port: number,
    private readonly directory: string,
    private readonly options: NodesOptions,
  ) {}

  static async start(options: NodesOptions): Promise<Nodes> {
    const directory = await mkdtemp(join(tmpdir(), 'nodes-'));
    // sandboxes are other users, and have to pass
    await chmod(directory, 0o711);
    const config = { sandbox: 'process', drainNoticeMs: 0, ...options.config };
    await writeFile(join(directory, 'config.json'), JSON.stringify(config));
    const nodes = new Nodes(await freePorts(), directory, options);
    try {
      for (const i of nodes.numbers) await nodes.run(i, options.bin);
    } catch (error) {
      await nodes.end();
      throw error;
    }
    return nodes;
  }

  /** From 1, those that do not run, too. */
  get numbers(): number[] {
    return Array.from({ length: this.options.count }, (_, index) => index + 1);
  }

  url(i: number): string {
    return `http://127.0.0.1:${this.port + i}`;
  }

  data(i: number): string {
    return join(this.directory, String(i));
  }

  /** A temporary directory for it alone. */
  temporary(i: number): string {
    return join(this.directory, `tmp-${i}`);
  }

  /** Null where it does not run. */
  pid(i: number): number | null {
    return this.#running.get(i)?.child.pid ?? null;
  }

  /** Resolves when it takes requests. `bin`: the `hearth` of another release. */
  async run(i: number, bin = hearthBin): Promise<void> {
    const { preload } = this.options;
    const temporary = this.temporary(i);
    await mkdir(temporary, { recursive: true, mode: 0o711 });
    const others = i > 1 ? ['--join', `127.0.0.1:${this.port + 1001}`] : [];
    const config = ['--config', join(this.directory, 'config.json')];
    const args = nodeArguments(i, this.port, this.directory, ...config, ...others);
    const first = preload === undefined ? [] : ['--import', pathToFileURL(preload).href];
    const child = spawn(process.execPath, [...first, bin, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary },
    });
    const node = new Command(child);
    this.#running.set(i, node);
    await node.untilPrinted(/^ready /m);
  }

  /** SIGKILL, all at once. */
  async kill(...victims: number[]): Promise<void> {
    const nodes = victims.map((i) => this.#running.get(i));
    for (const node of nodes) node?.child.kill('SIGKILL');
    await Promise.all(nodes.map((node) => node?.ended()));
    for (const i of victims) this.#running.delete(i);
  }

  /** It drains and leaves. */
  async stop(i: number, signal?: NodeJS.Signals): Promise<Exit | null> {
    const exit = (await this.#running.get(i)?.stop(signal)) ?? null;
    this.#running.delete(i);
    return exit;
  }

  /** Ends those that run and removes whatever they have left. */
  async end(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((i) => this.stop(i)));
    for (const i of this.numbers) {
      await sweepLeftovers(join(this.data(i), sandboxManifest)).catch(() => {});
    }
    await rm(this.directory, { recursive: true });
  }
}
