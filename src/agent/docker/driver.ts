/**
 * Sandboxes as Docker containers, one each. The daemon may be away when the node starts, and die and come back
 * while it runs: what needs it fails with a clear error meanwhile, and what runs goes on running.
 */
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Random, SingleFlight } from '../../lib/index.js';
import { HearthError, limits } from '../../types/index.js';
import { Lane } from '../cgroup/index.js';
import {
  NoSnapshotError,
  type Sandbox,
  type SandboxDriver,
  SandboxInitError,
  type SandboxSpec,
  type StemCell,
  type StemKind,
  type Zygote,
} from '../driver.js';
import { newLogStream } from '../environment.js';
import { groupLimitsOf } from '../group-limits.js';
import { makeRuntimeDir, removeRuntime, sweepLeftovers, writeManifest } from '../leftovers.js';
import { stageRuntimeFiles } from '../runtime-files.js';
import { bringsRuntime, runtimeApiPort, type runtimeCommand } from '../runtimes.js';
import {
  Sandboxes,
  type SandboxesDeps,
  type SandboxesOptions,
  type SandboxPlace,
} from '../sandboxes.js';
import { UidBlock } from '../uid-block.js';
import { DockerBody, socketInside } from './body.js';
import { type ContainerHost, type ContainerMount, containerOptions } from './container-options.js';
import { DockerDaemon, DockerRefusal, dockerSocketPath } from './daemon.js';
import { daemonFacts } from './daemon-facts.js';
import { FunctionImages, ImageError } from './function-images.js';
import { NodeContainers } from './node-containers.js';
import { type Firewall, OutboundNetwork } from './outbound.js';
import { makeParentGroup, parentGroupPaths, removeParentGroup } from './parent-group.js';
import { type Program, Programs, taskRootInside } from './programs.js';
import { Removals } from './removals.js';
import { RuntimeImages } from './runtime-images.js';
import { seccompProfile } from './seccomp-profile.js';

export interface DockerDriverDeps extends SandboxesDeps {
  readonly random: Random;
  /** How a runtime is started; tests put misbehaving ones here. */
  readonly runtimeCommand?: typeof runtimeCommand;
  /** The daemon's; tests have a daemon in a network of its own. */
  readonly firewall?: Firewall;
}

export interface DockerDriverOptions extends SandboxesOptions {
  /** A file in the node's data directory: what to clear away after a crash. */
  readonly manifestPath: string;
  /** The daemon's Unix socket; without it, what DOCKER_HOST says, or the usual one. */
  readonly socketPath?: string | undefined;
  /** Images by runtime, such as `nodejs20.x`; without one, made of this host's own interpreters. */
  readonly images?: Readonly<Record<string, string>> | undefined;
  readonly callTimeoutMs?: number | undefined;
}

export type DockerProbe =
  | { readonly works: true; readonly summary: string }
  | { readonly works: false; readonly reason: string };

const layersInside = '/opt';

export class DockerDriver implements SandboxDriver {
  readonly kind = 'docker';
  readonly #daemon: DockerDaemon;
  readonly #sandboxes: Sandboxes;
  readonly #programs: Programs;
  readonly #outbound: OutboundNetwork;
  readonly #containers: NodeContainers;
  #removals: Removals;
  readonly #uids: UidBlock;
  readonly #lane = new Lane();
  readonly #greeting = new SingleFlight<ContainerHost>();
  #host: ContainerHost | null = null;
  #runtimeDir: string | null = null;

  /** Throws `invalid-parameter` where DOCKER_HOST names no daemon of this host. */
  constructor(
    private readonly deps: DockerDriverDeps,
    private readonly options: DockerDriverOptions,
  ) {
    const { callTimeoutMs } = options;
    const socketPath = options.socketPath ?? dockerSocketPath(process.env.DOCKER_HOST);
    this.#daemon = new DockerDaemon(deps, { socketPath, callTimeoutMs });
    this.#outbound = new OutboundNetwork(this.#daemon, deps.firewall);
    this.#containers = new NodeContainers(this.#daemon, options.manifestPath);
    const imageDeps = { ...deps, daemon: this.#daemon };
    const runtimeImages = new RuntimeImages(imageDeps);
    const functionImages = new FunctionImages(imageDeps);
    this.#programs = new Programs({ ...deps, runtimeImages, functionImages }, options.images ?? {});
    this.#removals = new Removals(imageDeps);
    this.#uids = new UidBlock(deps.random);
    this.#sandboxes = new Sandboxes(deps, options);
  }

  /** Really runs a container, and says in one sentence why that does not work. */
  async probe(): Promise<DockerProbe> {
    try {
      const { version } = await daemonFacts(this.#daemon);
      return { works: true, summary: `Docker ${version} at ${this.#daemon.where}` };
    } catch (error) {
      return { works: false, reason: (error as Error).message };
    }
  }

  /** Resolves also where the daemon does not answer: then it is asked again for the first sandbox. */
  async start(): Promise<void> {
    const { manifestPath } = this.options;
    await sweepLeftovers(manifestPath);
    const runtimeDir = await makeRuntimeDir();
    const groups = await parentGroupPaths(basename(runtimeDir));
    await writeManifest(manifestPath, { runtimeDir, groups });
    await stageRuntimeFiles(join(runtimeDir, 'runtime'));
    this.#runtimeDir = runtimeDir;
    this.#host = null;
    this.#removals = new Removals({ ...this.deps, daemon: this.#daemon });
    this.#sandboxes.open(runtimeDir);
    await this.#greet(runtimeDir).catch((error: Error) => {
      this.deps.logger.warn(
        { reason: error.message },
        'no sandboxes until the docker daemon answers',
      );
    });
  }

  async stop(): Promise<void> {
    const runtimeDir = this.#runtimeDir;
    if (runtimeDir === null) return;
    this.#runtimeDir = null;
    const name = basename(runtimeDir);
    await this.#sandboxes.close();
    const isClean = (await this.#removals.close()) && (await this.#removeLateOnes(name));
    await this.#outbound.remove();
    await removeParentGroup(name, this.deps.clock, this.#lane);
    await removeRuntime({ runtimeDir, groups: [] });
    // where the daemon could not be told, the next start has to look for them
    if (isClean) await rm(this.options.manifestPath, { force: true });
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    const runtimeDir = this.#runtimeDir;
    if (runtimeDir === null) {
      throw new HearthError('draining', 'This node makes no sandboxes now; ask another node.');
    }
    const host = await this.#greet(runtimeDir);
    if (this.#removals.pending >= limits.dockerRemovalsMax)
      throw this.#overloaded('removes containers');
    try {
      return await this.#attempt(spec, runtimeDir, host);
    } catch (error) {
      if (!(error instanceof DockerRefusal)) throw error;
      if (error.statusCode === 404) {
        // somebody has removed the image or the network: once more with a new one
        this.#programs.forget();
        this.#outbound.forget();
      } else if (!isMadeWrong.test(error.reason)) throw refused(error);
    }
    try {
      return await this.#attempt(spec, runtimeDir, host);
    } catch (error) {
      throw error instanceof DockerRefusal ? refused(error) : error;
    }
  }

  stemKindOf(): StemKind | null {
    return null;
  }

  createStem(): Promise<StemCell> {
    const message = "Sandboxes of the kind 'docker' have no stem cells.";
    return Promise.reject(new HearthError('not-offered', message));
  }

  createZygote(): Promise<Zygote> {
    const message = "Sandboxes of the kind 'docker' cannot be copied.";
    return Promise.reject(new NoSnapshotError(message));
  }

  async #attempt(spec: SandboxSpec, runtimeDir: string, host: ContainerHost): Promise<Sandbox> {
    const program = await this.#programOf(spec, runtimeDir);
    if (spec.network === 'outbound') await this.#outbound.ensure();
    const bodies: DockerBody[] = [];
    try {
      return await this.#sandboxes.create(spec, (place) => {
        const body = this.#makeBody(place, spec, program, host);
        bodies.push(body);
        return body;
      });
    } catch (error) {
      const [body] = bodies;
      const cause = body?.launchError;
      if (cause instanceof HearthError || cause instanceof DockerRefusal) throw cause;
      // it was the daemon's time that ran out
      const isLate = error instanceof HearthError && body?.isStarted === false;
      throw isLate ? this.#overloaded('makes containers') : error;
    }
  }

  async #programOf(spec: SandboxSpec, runtimeDir: string): Promise<Program> {
    try {
      return await this.#programs.of(spec, join(runtimeDir, 'runtime'));
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      const { errorType, message } = error;
      const payload = Buffer.from(JSON.stringify({ errorType, errorMessage: `Error: ${message}` }));
      const { functionName, functionVersion } = spec;
      const logStream = newLogStream(functionVersion, this.deps.clock.wallMs());
      const source = { functionName, functionVersion, logStream };
      throw new SandboxInitError(message, payload, Buffer.alloc(0), source, errorType);
    }
  }

  #makeBody(
    { id, directory }: SandboxPlace,
    spec: SandboxSpec,
    program: Program,
    host: ContainerHost,
  ): DockerBody {
    const own = process.getuid?.() ?? 0;
    const owner = own === 0 ? this.#uids.take() : null;
    if (own === 0 && owner === null) throw this.#overloaded('ends containers');
    const { interpreters, keeps } = program;
    const isImage = spec.image !== null;
    const layersRoot = isImage || spec.layersRoot === null ? null : layersInside;
    const mounts: ContainerMount[] = [...program.mounts];
    if (!isImage) mounts.push({ from: spec.taskRoot, to: taskRootInside });
    if (layersRoot !== null) mounts.push({ from: spec.layersRoot ?? '', to: layersRoot });
    return new DockerBody(
      {
        clock: this.deps.clock,
        lane: this.#lane,
        daemon: this.#daemon,
        removals: this.#removals,
      },
      {
        name: id,
        owner,
        memoryBytes: groupLimitsOf(spec).memoryBytes,
        paths: {
          socket: socketInside,
          taskRoot: taskRootInside,
          layersRoot,
          temporary: '/tmp',
          interpreters,
        },
        options: (socketPath, environment) =>
          containerOptions(
            {
              ...program,
              name: id,
              spec,
              environment: environmentInside(environment, spec, keeps),
              uid: owner ?? own,
              mounts: [...mounts, { from: socketPath, to: socketInside }],
              labels: this.#containers.labels(basename(dirname(directory))),
            },
            host,
          ),
        gone: () => {
          if (owner !== null) this.#uids.giveBack(owner);
        },
      },
    );
  }

  /** Those that the daemon has made after they were given up. False where it does not say. */
  async #removeLateOnes(name: string): Promise<boolean> {
    if (this.#host === null) return true;
    return this.#containers.removeThoseOf(name, this.#removals).then(
      () => true,
      () => false,
    );
  }

  /** Once the daemon has answered: what it is like, and nothing left of an earlier run. */
  async #greet(runtimeDir: string): Promise<ContainerHost> {
    return this.#host ?? this.#greeting.run('', () => this.#meet(runtimeDir));
  }

  async #meet(runtimeDir: string): Promise<ContainerHost> {
    const name = basename(runtimeDir);
    const { version, cgroupDriver, ...facts } = await daemonFacts(this.#daemon).catch((error) => {
      if (error instanceof HearthError) throw error;
      throw new HearthError(
        'sandbox-unavailable',
        `No sandboxes here: ${(error as Error).message}.`,
      );
    });
    // of an earlier run on the same data directory: the manifest has proven that it is over
    await this.#containers.removeThoseOfEarlierRuns(name, this.#removals);
    // an ordinary user could not remove it again
    const canName = cgroupDriver === 'cgroupfs' && process.getuid?.() === 0;
    const cgroupParent = canName ? `/${name}` : null;
    if (cgroupParent !== null) await makeParentGroup(name);
    this.deps.logger.info(
      { runtimeDir, daemon: this.#daemon.where, version, cgroupDriver, ...facts },
      'docker driver ready',
    );
    this.#host = { ...facts, cgroupParent, seccompProfile: seccompProfile(version) };
    return this.#host;
  }

  #overloaded(what: string): HearthError {
    return new HearthError(
      'sandbox-unavailable',
      `The Docker daemon at ${this.#daemon.where} ${what} too slowly; try again, or at another node.`,
    );
  }
}

/**
 * A daemon that does much at once makes a folder of a container, now and then, that only root may enter. The container stays
 * like that, the next one is as it should be.
 */
const isMadeWrong = /stat \/sbin\/docker-init: permission denied/;

/** A function's image has a search path of its own, and a language. */
function environmentInside(
  environment: Readonly<Record<string, string>>,
  spec: SandboxSpec,
  keeps: ReadonlySet<string>,
): Record<string, string> {
  const isImage = spec.image !== null;
  const isKept = (name: string): boolean => keeps.has(name) || (isImage && name === 'PATH');
  const inside = Object.fromEntries(Object.entries(environment).filter(([name]) => !isKept(name)));
  return bringsRuntime(spec) ? { ...inside, HEARTH_RUNTIME_API_PORT: runtimeApiPort } : inside;
}

function refused(refusal: DockerRefusal): HearthError {
  return new HearthError('sandbox-unavailable', `${refusal.message}; see the daemon's own log.`);
}
