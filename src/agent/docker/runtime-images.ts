/**
 * The images that runtimes run in: those that the settings name, else ones made of this host's own
 * interpreters on first use. A made image is named by what is in it, so that an upgraded interpreter gives
 * another; older ones of ours go when they have not been made anew for a day and nothing runs in them.
 */
import { Readable } from 'node:stream';
import { type Clock, type Logger, SingleFlight } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import { DockerDaemon, DockerRefusal, dockerSocketPath } from './daemon.js';
import { followProgress } from './daemon-progress.js';
import { type HostImage, type HostImageKind, hostImage } from './host-image.js';
import { tarOf } from './tar.js';

export interface RuntimeImagesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly daemon: DockerDaemon;
}

export interface RuntimeImage {
  /** What the daemon knows it by. */
  readonly name: string;
  /** The interpreter's path inside. */
  readonly interpreter: string;
}

const importTimeoutMs = 300_000;
const repository = 'hearth-runtime';
const label = 'hearth.image';
/** Nodes of other releases may use the same daemon, each with its own images. */
const unusedS = 24 * 3600;

export class RuntimeImages {
  readonly #made = new Map<HostImageKind, RuntimeImage>();
  readonly #making = new SingleFlight<RuntimeImage>();

  constructor(private readonly deps: RuntimeImagesDeps) {}

  /** Rejects with `sandbox-unavailable` where it cannot be made. */
  async of(kind: HostImageKind): Promise<RuntimeImage> {
    return this.#made.get(kind) ?? this.#making.run(kind, () => this.#ensure(kind));
  }

  /** The daemon does not have one after all: who needs one next looks again, and makes it. */
  forget(): void {
    this.#made.clear();
  }

  async #ensure(kind: HostImageKind): Promise<RuntimeImage> {
    const { daemon, clock, logger } = this.deps;
    const startedMs = clock.nowMs();
    const image = await hostImage(kind).catch((error: Error) => {
      throw cannotMake(kind, error.message);
    });
    const name = `${repository}-${kind}:${image.hash}`;
    if (!(await this.#isThere(name))) {
      await this.#import(image, name);
      const durationMs = Math.round(clock.nowMs() - startedMs);
      logger.info({ image: name, durationMs, daemon: daemon.where }, 'runtime image made');
    }
    const made = { name, interpreter: image.interpreter };
    this.#made.set(kind, made);
    await this.#removeOld(kind, name).catch((error: unknown) => {
      logger.debug({ error, kind }, 'old runtime images are left');
    });
    return made;
  }

  async #isThere(name: string): Promise<boolean> {
    try {
      await this.deps.daemon.call('inspect an image', (docker) => docker.getImage(name).inspect());
      return true;
    } catch (error) {
      if (error instanceof DockerRefusal && error.statusCode === 404) return false;
      throw error;
    }
  }

  async #import({ kind, hash, entries }: HostImage, name: string): Promise<void> {
    const options = {
      repo: `${repository}-${kind}`,
      tag: hash,
      changes: [`LABEL ${label}=${kind}`],
    };
    try {
      await this.deps.daemon.longCall(
        `import the image ${name}`,
        importTimeoutMs,
        async (docker, abortSignal) => {
          const tar = Readable.from(tarOf(entries), { objectMode: false });
          const answer = await docker.importImage(tar, { ...options, abortSignal });
          await followProgress(answer);
        },
      );
    } catch (error) {
      if (error instanceof HearthError) throw error;
      throw cannotMake(kind, (error as Error).message);
    }
  }

  async #removeOld(kind: HostImageKind, current: string): Promise<void> {
    const { daemon, clock } = this.deps;
    const filters = { label: [`${label}=${kind}`] };
    const images = await daemon.call('list images', (docker, abortSignal) =>
      docker.listImages({ filters, abortSignal }),
    );
    for (const { Id, RepoTags, Created } of images) {
      const isCurrent = (RepoTags ?? []).includes(current);
      if (isCurrent || Created > clock.machineWallMs() / 1000 - unusedS) continue;
      // refused where a container still has it
      await daemon
        .call('remove an image', (docker, abortSignal) =>
          docker.getImage(Id).remove({ abortSignal }),
        )
        .catch(() => undefined);
    }
  }
}

function cannotMake(kind: HostImageKind, why: string): HearthError {
  return new HearthError(
    'sandbox-unavailable',
    `The Docker image for ${kind} functions could not be made on this node: ${why}.`,
  );
}

/** For who wants them before the first function does. Resolves with their names. */
export async function makeRuntimeImages(
  kinds: readonly HostImageKind[],
  deps: { readonly clock: Clock; readonly logger: Logger },
  socketPath = dockerSocketPath(process.env.DOCKER_HOST),
): Promise<readonly string[]> {
  const daemon = new DockerDaemon(deps, { socketPath });
  const images = new RuntimeImages({ ...deps, daemon });
  const names: string[] = [];
  for (const kind of kinds) names.push((await images.of(kind)).name);
  return names;
}
