/**
 * Where an upgrade is tried: five nodes in six places of this host behind the real nginx, which lists all six, with
 * the process provider and a directory that releases are dropped into.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { newReleaseKeys, type RolloutPage } from '../../src/rollout/index.js';
import { nginxCommand, nginxConf } from '../balancer-configs.js';
import {
  Cluster,
  Command,
  eventually,
  freePorts,
  healthy,
  hearthBin,
  root,
} from '../e2e/cluster-harness.js';
import { env } from '../e2e/netns/traces.js';
import { makeRelease } from '../release-maker.js';
import { ask } from './kept-state.js';
import type { Member } from './mixed.js';
import { nodePids, reaperProgram } from './reaper.js';

export interface FieldOptions {
  readonly nodes?: number;
  /** Over those of `rollout` that make it quick. */
  readonly rollout?: Readonly<Record<string, unknown>>;
}

export interface FieldPlace {
  readonly name: string;
  /** `host:port` */
  readonly http: string;
  readonly cluster: string;
  readonly data: string;
}

export interface ClusterPage {
  readonly self: string;
  readonly master: string | null;
  readonly quorum: boolean;
  readonly nodes: readonly Member[];
}

const askTimeoutMs = 1500;
const present: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/** Of a release that is made for a test: later than this program by so many patches. */
export function laterVersion(by: number): string {
  const [major, minor, patch] = present.split('.').map((part) => Number.parseInt(part, 10));
  return `${major}.${minor}.${(patch ?? 0) + by}`;
}
const host = '127.0.0.1';

export class Field {
  readonly keys = newReleaseKeys();
  readonly places: readonly FieldPlace[];
  readonly url: string;
  readonly #reaper: ChildProcess;
  #nginx: Command | null = null;

  private constructor(
    readonly directory: string,
    port: number,
    private readonly options: FieldOptions,
  ) {
    const count = (options.nodes ?? 5) + 1;
    this.places = Array.from({ length: count }, (_, index) => ({
      name: `place-${index + 1}`,
      http: `${host}:${port + index + 1}`,
      cluster: `${host}:${port + index + 1001}`,
      data: join(directory, `place-${index + 1}`),
    }));
    this.url = `http://${host}:${port}`;
    this.#reaper = spawn(process.execPath, [reaperProgram, directory], {
      stdio: ['pipe', 'inherit', 'inherit'],
      detached: true,
    });
  }

  /** Resolves when all nodes but that of the last place are members, and nginx gives to them. */
  static async open(options: FieldOptions = {}): Promise<Field> {
    const directory = await mkdtemp(join(tmpdir(), 'upgrade-'));
    // sandboxes are other users, and have to pass
    await chmod(directory, 0o711);
    const field = new Field(directory, await freePorts(), options);
    try {
      await field.#start();
    } catch (error) {
      await field.close();
      throw error;
    }
    return field;
  }

  /** Where manifests are dropped. */
  get source(): string {
    return join(this.directory, 'source');
  }

  get ledger(): string {
    return join(this.directory, 'ledger.jsonl');
  }

  client(): LambdaClient {
    return Cluster.prototype.client.call(null, this.url);
  }

  /** What the first place that answers tells; null where none does. */
  async told<Page>(path: string): Promise<Page | null> {
    for (const { http } of this.places) {
      try {
        const signal = AbortSignal.timeout(askTimeoutMs);
        return (await ask(`http://${http}`, path, { signal })) as Page;
      } catch {
        // nothing lives there now
      }
    }
    return null;
  }

  cluster(): Promise<ClusterPage | null> {
    return this.told<ClusterPage>('/_hearth/cluster');
  }

  rollout(): Promise<RolloutPage | null> {
    return this.told<RolloutPage>('/_hearth/rollout');
  }

  /** As the Master tells it, who alone looks at the source. Rejects where there is none. */
  async mastersRollout(): Promise<RolloutPage> {
    const page = await this.cluster();
    const master = page?.nodes.find(({ id }) => id === page.master);
    return (await ask(`http://${master?.http}`, '/_hearth/rollout')) as RolloutPage;
  }

  /** Makes a release of this program, to be offered. Another key's are not trusted. */
  async make(
    version: string,
    patch: Readonly<Record<string, string>> = {},
    key = this.keys.privateKey,
  ): Promise<void> {
    await makeRelease({ version, directory: this.#made(version), key, patch, fast: true });
  }

  /** Drops a release that was made where nodes look. */
  async offer(version: string): Promise<void> {
    const made = this.#made(version);
    await cp(join(made, `hearth-${version}.tgz`), join(this.source, `hearth-${version}.tgz`));
    await this.dropManifest(readFileSync(join(made, 'manifest.json'), 'utf8'));
  }

  async dropManifest(text: string): Promise<void> {
    // as a whole: nobody reads half of it
    const temporary = join(this.source, '.manifest');
    await writeFile(temporary, text);
    await rename(temporary, join(this.source, 'manifest.json'));
  }

  /** SIGKILL for the node with this address. False where none is there. */
  kill(http: string): boolean {
    const place = this.places.find((one) => one.http === http);
    if (place === undefined) return false;
    const pid = nodePids(this.directory).find((one) => argumentsOf(one).includes(place.data));
    if (pid === undefined) return false;
    process.kill(pid, 'SIGKILL');
    return true;
  }

  /** The ends of what nodes have printed, for the error of whoever waits in vain. */
  logs(): string {
    return this.places.map(({ data }) => `${data}:\n${tailOf(`${data}.log`)}`).join('\n');
  }

  async keepLogs(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true });
    for (const file of await readdir(this.directory)) {
      if (file.endsWith('.log')) await cp(join(this.directory, file), join(directory, file));
    }
  }

  async close(): Promise<void> {
    await this.#nginx?.stop('SIGTERM');
    const gone = once(this.#reaper, 'exit');
    this.#reaper.stdin?.end();
    await gone;
  }

  #made(version: string): string {
    return join(this.directory, `made-${version}`);
  }

  async #start(): Promise<void> {
    await mkdir(this.source);
    await writeFile(this.ledger, '');
    await chmod(this.ledger, 0o666);
    const config = join(this.directory, 'config.json');
    await writeFile(config, JSON.stringify(this.#config()));
    const [first, ...others] = this.places.slice(0, -1);
    for (const place of [first, ...others]) {
      if (place === undefined) continue;
      const known = place === first ? [] : ['--join', first?.cluster ?? ''];
      this.#spawn(place, ['--config', config, ...known]);
      await healthy(`http://${place.http}`).catch((error: unknown) => {
        throw new Error(`${place.name} does not start: ${this.logs()}`, { cause: error });
      });
    }
    await eventually(
      () => this.cluster(),
      (page) => page?.quorum === true && alive(page).length === this.places.length - 1,
    );
    await this.#startNginx();
  }

  #config() {
    const { places, directory, keys } = this;
    const provider = { kind: 'process', places, releases: join(directory, 'releases') };
    return {
      sandbox: 'process',
      // this nginx looks at no health page
      drainNoticeMs: 1000,
      asyncAdoptAfterMs: 500,
      rollout: {
        provider,
        host: 'here',
        source: this.source,
        keys: [keys.publicKey],
        pollMs: 500,
        bakeMs: 4000,
        requestsMin: 200,
        startTimeoutMs: 20_000,
        crashWindowMs: 60_000,
        ...this.options.rollout,
      },
    };
  }

  #spawn({ http, cluster, data }: FieldPlace, more: readonly string[]): void {
    const log = openSync(`${data}.log`, 'a');
    const args = ['node', '--data', data, '--http', http, '--cluster', cluster, ...more];
    spawn(process.execPath, [hearthBin, ...args], {
      stdio: ['ignore', log, log],
      detached: true,
      cwd: this.directory,
    }).unref();
    closeSync(log);
  }

  async #startNginx(): Promise<void> {
    const file = join(this.directory, 'nginx.conf');
    const nodes = this.places.map(({ http }) => http);
    const listen = new URL(this.url).host;
    const place = { listen, nodes, directory: this.directory, tellsUpstream: true };
    await writeFile(file, nginxConf(place));
    const [program = '', ...args] = nginxCommand(file);
    this.#nginx = new Command(spawn(program, args, { env }));
    await healthy(this.url);
  }
}

export function alive(page: ClusterPage): readonly Member[] {
  return page.nodes.filter(({ status }) => status === 'alive');
}

function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function tailOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-3000);
  } catch {
    return '';
  }
}
