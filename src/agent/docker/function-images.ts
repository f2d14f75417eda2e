/**
 * Container images as functions, and images that the settings name: looked up at the daemon each time, so that
 * one that was removed or tagged anew is noticed, and pulled where it is not there. A pull outlives who waits
 * for it: large images come for the requests after.
 */
import { type Clock, type Logger, SingleFlight } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import type { ContainerImage } from '../driver.js';
import { type DockerDaemon, DockerRefusal } from './daemon.js';
import { followProgress } from './daemon-progress.js';

export interface FunctionImagesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly daemon: DockerDaemon;
}

export interface FunctionImage {
  /** What it is at this moment, by content. */
  readonly id: string;
  /** What is to run, with its arguments. */
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** Names of the variables that the image sets. */
  readonly variables: ReadonlySet<string>;
  readonly volumes: readonly string[];
}

/** The image of a function, or what is in it, is at fault: what the function's callers are told. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  constructor(
    readonly errorType: string,
    message: string,
  ) {
    super(message);
  }
}

const pullTimeoutMs = 600_000;
/** How long a request waits for one: a start keeps others from starting. */
const pullWaitMs = 20_000;
const progressEveryMs = 5000;

export class FunctionImages {
  readonly #pulls = new SingleFlight<void>();

  constructor(private readonly deps: FunctionImagesDeps) {}

  /**
   * Rejects with ImageError where there is no such image or nothing to run in it, and with
   * `sandbox-unavailable` where it cannot be had now.
   */
  async resolve(image: ContainerImage): Promise<FunctionImage> {
    const found = await this.#inspect(image.uri);
    const { Entrypoint, Cmd, Env, Volumes, WorkingDir } = found.Config;
    const entryPoint = image.entryPoint.length > 0 ? image.entryPoint : listOf(Entrypoint);
    const command = [...entryPoint, ...(image.command.length > 0 ? image.command : listOf(Cmd))];
    if (command.length === 0) {
      throw new ImageError(
        'Runtime.InvalidEntrypoint',
        `The image ${image.uri} names no program to run; give it an ENTRYPOINT, or the function an ImageConfig`,
      );
    }
    return {
      id: found.Id,
      command,
      workingDirectory: image.workingDirectory || WorkingDir || '/',
      variables: new Set((Env ?? []).map((variable) => variable.split('=', 1)[0] ?? '')),
      volumes: Object.keys((Volumes as Readonly<Record<string, unknown>> | null) ?? {}),
    };
  }

  /** Resolves when the daemon has it. Rejects as `resolve` does. */
  async ensure(name: string): Promise<void> {
    await this.#inspect(name);
  }

  async #inspect(uri: string) {
    const inspect = () =>
      this.deps.daemon.call('inspect an image', (docker) => docker.getImage(uri).inspect());
    try {
      return await inspect();
    } catch (error) {
      if (!(error instanceof DockerRefusal)) throw error;
      if (error.statusCode !== 404) throw noImage(uri, error.reason);
    }
    await this.#waitForPull(uri);
    return inspect();
  }

  #waitForPull(uri: string): Promise<void> {
    const pull = this.#pulls.run(uri, () => this.#pull(uri));
    return new Promise((resolve, reject) => {
      const cancel = this.deps.clock.after(pullWaitMs, () => reject(stillPulling(uri)));
      pull.then(resolve, reject).finally(cancel);
    });
  }

  async #pull(uri: string): Promise<void> {
    const { clock, daemon, logger } = this.deps;
    const startedMs = clock.nowMs();
    let toldMs = startedMs;
    logger.info({ image: uri, daemon: daemon.where }, 'pulling an image');
    try {
      await daemon.longCall(`pull the image ${uri}`, pullTimeoutMs, async (docker, abortSignal) => {
        const answer = await docker.pull(uri, { abortSignal });
        await followProgress(answer, ({ id, status }) => {
          if (clock.nowMs() - toldMs < progressEveryMs) return;
          toldMs = clock.nowMs();
          logger.info({ image: uri, layer: id, status }, 'pulling an image');
        });
      });
    } catch (error) {
      logger.warn({ image: uri, error: (error as Error).message }, 'an image was not pulled');
      if (error instanceof HearthError) throw error;
      const isUnknown = error instanceof DockerRefusal && error.statusCode === 404;
      const why = error instanceof DockerRefusal ? error.reason : (error as Error).message;
      throw isUnknown ? noImage(uri, why) : notPulled(uri, why);
    }
    const durationMs = Math.round(clock.nowMs() - startedMs);
    logger.info({ image: uri, durationMs }, 'an image was pulled');
  }
}

function noImage(uri: string, why: string): ImageError {
  return new ImageError(
    'Runtime.InvalidImage',
    `The image ${uri} is not on this node and cannot be pulled (${why}); push it where every node can pull it`,
  );
}

function stillPulling(uri: string): HearthError {
  return new HearthError(
    'sandbox-unavailable',
    `The image ${uri} is still being pulled to this node; try again in a moment.`,
    { retryAfterS: 5 },
  );
}

function notPulled(uri: string, why: string): HearthError {
  return new HearthError(
    'sandbox-unavailable',
    `The image ${uri} could not be pulled to this node (${why}); see that its registry can be reached, ` +
      'or send the request to another node.',
  );
}

/** Some daemons tell of one string where a list is meant. */
function listOf(words: string | string[] | null | undefined): readonly string[] {
  if (words === null || words === undefined || words === '') return [];
  return typeof words === 'string' ? [words] : words;
}
