/** Releases as images at the daemon of this host, each tagged `hearth-release:VERSION`. */
import { type DockerDaemon, DockerRefusal, followProgress } from '../../agent/index.js';
import { type Logger, SingleFlight } from '../../lib/index.js';
import { HearthError, parseVersion } from '../../types/index.js';
import type { Release } from '../types.js';
import { notPrepared, refused } from './refusals.js';

export interface ReleaseImagesDeps {
  readonly logger: Logger;
  readonly daemon: DockerDaemon;
}

const repository = 'hearth-release';
const address = /^oci:\/\/([^@\s]+)@(sha256:[0-9a-f]{64})$/;
const pullTimeoutMs = 600_000;

export class ReleaseImages {
  readonly #flights = new SingleFlight<void>();

  constructor(private readonly deps: ReleaseImagesDeps) {}

  async list(): Promise<readonly string[]> {
    const images = await this.deps.daemon.call('list images', (docker, abortSignal) =>
      docker.listImages({ filters: { reference: [repository] }, abortSignal }),
    );
    const tags = images.flatMap(({ RepoTags }) => RepoTags ?? []);
    return tags
      .filter((tag) => tag.startsWith(`${repository}:`))
      .map((tag) => tag.slice(repository.length + 1));
  }

  /** The name of a release's image. Throws `invalid-parameter` where it is not here. */
  async named(version: string): Promise<string> {
    if (parseVersion(version) === null || (await this.#inspect(tagOf(version))) === null) {
      throw notPrepared(version);
    }
    return tagOf(version);
  }

  /**
   * `runningImage` is what this version's node runs in here, if one does. Throws `release-refused` for what is no
   * image by digest, or another one than was prepared under the version.
   */
  prepare(release: Release, runningImage: string | null, signal: AbortSignal): Promise<void> {
    return this.#flights.run(`${release.version} ${release.digest}`, () =>
      this.#prepare(release, runningImage, signal),
    );
  }

  async #prepare(
    { version, digest, artifact }: Release,
    runningImage: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    if (parseVersion(version) === null) throw refused(version, 'that is no version');
    const present = await this.#inspect(tagOf(version));
    if (artifact === '') {
      if (present !== null) return;
      if (runningImage === null) throw notPrepared(version);
      return this.#tag(runningImage, version);
    }
    const [, name = '', pinned = ''] = address.exec(artifact) ?? [];
    if (name === '') {
      throw refused(version, 'containers need an artifact such as oci://HOST/NAME@sha256:HEX');
    }
    if (pinned !== digest) throw refused(version, `its artifact is ${pinned}, not ${digest}`);
    const reference = `${name}@${digest}`;
    const image =
      (await this.#inspect(reference)) ?? (await this.#pull(reference, version, signal));
    if (present?.id === image.id) return;
    if (present !== null) {
      throw refused(
        version,
        `${tagOf(version)} is the image ${present.id}, and this one is ${image.id}; two releases never share a ` +
          'version',
      );
    }
    await this.#tag(image.id, version);
  }

  async #pull(reference: string, version: string, signal: AbortSignal): Promise<{ id: string }> {
    const { daemon, logger } = this.deps;
    signal.throwIfAborted();
    try {
      await daemon.longCall(
        `pull the image ${reference}`,
        pullTimeoutMs,
        async (docker, deadline) => {
          const abortSignal = AbortSignal.any([deadline, signal]);
          await followProgress(await docker.pull(reference, { abortSignal }));
        },
      );
    } catch (error) {
      signal.throwIfAborted();
      const isAnswer = error instanceof DockerRefusal && error.statusCode === 404;
      if (!isAnswer) throw error;
      throw new HearthError(
        'release-unavailable',
        `Release ${version} cannot be had: the registry has no ${reference} (${error.reason}).`,
      );
    }
    // the daemon has compared what it was sent with the digest
    const pulled = await this.#inspect(reference);
    if (pulled === null) throw refused(version, `${reference} was pulled, and is another image`);
    logger.info({ image: reference }, 'the image of a release was pulled');
    return pulled;
  }

  async #tag(image: string, version: string): Promise<void> {
    await this.deps.daemon.call('tag an image', (docker, abortSignal) =>
      docker.getImage(image).tag({ repo: repository, tag: version, abortSignal }),
    );
    this.deps.logger.info({ image, version }, 'a release is prepared');
  }

  async #inspect(name: string): Promise<{ readonly id: string } | null> {
    try {
      const { Id } = await this.deps.daemon.call('inspect an image', (docker) =>
        docker.getImage(name).inspect(),
      );
      return { id: Id };
    } catch (error) {
      if (error instanceof DockerRefusal && error.statusCode === 404) return null;
      throw error;
    }
  }
}

function tagOf(version: string): string {
  return `${repository}:${version}`;
}
