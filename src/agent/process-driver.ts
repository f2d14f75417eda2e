/**
 * Sandboxes as plain child processes: no isolation of the file system or the network, but of
 * environment, lifetime and priority. It works wherever Node.js does.
 */
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { type Clock, DeadlineQueue, type Logger } from '../lib/index.js';
import { HearthError, limits } from '../types/index.js';
import { findCgroupRoot } from './cgroup.js';
import { findCpuRoot, lowerWeight, makeCpuGroup } from './cpu-group.js';
import type { Sandbox, SandboxDriver, SandboxSpec } from './driver.js';
import { Lane } from './lane.js';
import { type RuntimePlace, removeRuntime, sweepLeftovers, writeManifest } from './leftovers.js';
import { ProcessSandbox } from './process-sandbox.js';
import { cgroupTree, groupTree, type ProcessTree, weighedTree } from './process-tree.js';
import { runtimeCommand } from './runtimes.js';

export interface ProcessDriverDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How a runtime is started; tests put misbehaving ones here. */
  readonly runtimeCommand?: typeof runtimeCommand;
}

export interface ProcessDriverOptions {
  /** A file in the node's data directory: what to clear away after a crash. */
  readonly manifestPath: string;
  readonly initTimeoutMs?: number;
  /** False: do without cgroups even where there are some. */
  readonly useCgroups?: boolean;
}

/** Unix socket paths end at 104 bytes on macOS and 108 on Linux; what follows the directory is short. */
const runtimeDirBytesMax = 80;

export class ProcessDriver implements SandboxDriver {
  readonly kind = 'process';
  readonly #sandboxes = new Set<ProcessSandbox>();
  readonly #deadlines: DeadlineQueue;
  readonly #lane = new Lane();
  #place: RuntimePlace | null = null;
  #prefix: readonly string[] = [];
  #sequence = 0;

  constructor(
    private readonly deps: ProcessDriverDeps,
    private readonly options: ProcessDriverOptions,
  ) {
    this.#deadlines = new DeadlineQueue(deps.clock);
  }

  async start(): Promise<void> {
    await sweepLeftovers(this.options.manifestPath);
    const runtimeDir = await makeRuntimeDir();
    const useCgroups = this.options.useCgroups !== false;
    const below = (root: string | null): string | null =>
      root === null ? null : join(root, basename(runtimeDir));
    const cgroup = below(useCgroups ? await findCgroupRoot() : null);
    const cpuGroup = below(useCgroups ? await findCpuRoot() : null);
    const place: RuntimePlace = { runtimeDir, cgroup, cpuGroup };
    await writeManifest(this.options.manifestPath, place);
    if (cgroup !== null) await mkdir(cgroup);
    const weight = await lowerCpuWeight(place);
    this.#prefix = await deathSignalPrefix();
    this.#place = place;
    this.deps.logger.info({ ...place, weight, prefix: this.#prefix }, 'process driver ready');
  }

  async stop(): Promise<void> {
    const place = this.#place;
    if (place === null) return;
    this.#place = null;
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.end()));
    this.#deadlines.close();
    await removeRuntime(place);
    await rm(this.options.manifestPath, { force: true });
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    const start = this.deps.runtimeCommand ?? runtimeCommand;
    const command = await start(spec.runtime, spec.memoryMb);
    const place = this.#place;
    if (place === null) {
      throw new HearthError('draining', 'This node makes no sandboxes now; ask another node.');
    }
    const number = String(++this.#sequence);
    const id = `${basename(place.runtimeDir)}-${number}`;
    const sandbox = new ProcessSandbox(
      { clock: this.deps.clock, deadlines: this.#deadlines, logger: this.deps.logger },
      {
        id,
        spec,
        command,
        prefix: this.#prefix,
        directory: join(place.runtimeDir, number),
        tree: this.#treeOf(place, id, number),
        initTimeoutMs: this.options.initTimeoutMs ?? limits.initTimeoutMs,
      },
    );
    this.#sandboxes.add(sandbox);
    // It counts until nothing is left of it.
    void sandbox.removed().then(() => this.#sandboxes.delete(sandbox));
    await sandbox.boot();
    return sandbox;
  }

  #treeOf({ cgroup, cpuGroup }: RuntimePlace, id: string, number: string): ProcessTree {
    const lane = this.#lane;
    const tree =
      cgroup === null ? groupTree(id) : cgroupTree(join(cgroup, number), this.deps.clock, lane);
    return cpuGroup === null ? tree : weighedTree(tree, cpuGroup, lane);
  }
}

/** What holds the sandboxes' share of the CPU down: a cgroup where one can, else their niceness alone. */
async function lowerCpuWeight({ cgroup, cpuGroup }: RuntimePlace): Promise<string> {
  if (cpuGroup !== null) {
    await makeCpuGroup(cpuGroup);
    return 'cgroup v1';
  }
  return cgroup !== null && (await lowerWeight(cgroup)) ? 'cgroup v2' : 'niceness';
}

async function makeRuntimeDir(): Promise<string> {
  const preferred = tmpdir();
  const parent = Buffer.byteLength(preferred) > runtimeDirBytesMax ? '/tmp' : preferred;
  return mkdtemp(join(parent, 'hearth-'));
}

/** On Linux a sandbox can be told to die with the node, however the node dies. */
async function deathSignalPrefix(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  for (const directory of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const setpriv = join(directory, 'setpriv');
    const usable = await access(setpriv, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return [setpriv, '--pdeathsig', 'KILL', '--'];
  }
  return [];
}
