/**
 * Nodes as containers of this host, one to a place, by the name `hearth-PLACE`: the daemon lets nobody make a second
 * of that name, so that several nodes act as one. A container that was asked to leave is renamed first, because a
 * second SIGTERM means "at once". One that has ended stays, with its output, until the next takes its place.
 */
import { resolve } from 'node:path';
import { DockerDaemon, DockerRefusal, dockerSocketPath } from '../../agent/index.js';
import type { Clock, Logger } from '../../lib/index.js';
import type { PlaceConfig, ProviderConfig } from '../../types/index.js';
import type { Place, Provider, Release } from '../types.js';
import { argumentsIn, filesOf } from './node-arguments.js';
import { placeNamed, placeTaken } from './refusals.js';
import { ReleaseImages } from './release-images.js';

export interface DockerProviderDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  readonly nodeArguments: readonly string[];
  readonly members: () => readonly string[];
  readonly drainWithinMs: number;
}

interface Container {
  readonly id: string;
  readonly imageId: string;
  readonly version: string;
  readonly state: 'created' | 'runs' | 'ended';
  /** What it was renamed to: asked to leave by somebody, and told so. */
  readonly leaving: 'no' | 'claimed' | 'told';
}

const placeLabel = 'hearth.place';
const versionLabel = 'hearth.version';
const imageVersionLabel = 'org.opencontainers.image.version';
const suffixes = { no: '', claimed: '.leaving', told: '.left' } as const;
/** Who renamed a container and did not come to tell it within so long has died: somebody else does. */
const claimMs = 10_000;
/** Between the daemon's word and the end of a node that was told to drain. */
const stopGraceMs = 5000;

export class DockerProvider implements Provider {
  readonly kind = 'docker';
  readonly #socketPath: string;
  readonly #daemon: DockerDaemon;
  readonly #images: ReleaseImages;
  /** Containers seen claimed, and since when. */
  readonly #claimed = new Map<string, number>();

  constructor(
    private readonly deps: DockerProviderDeps,
    private readonly config: ProviderConfig & { readonly kind: 'docker' },
  ) {
    this.#socketPath = config.socket ?? dockerSocketPath(process.env.DOCKER_HOST);
    this.#daemon = new DockerDaemon(deps, { socketPath: this.#socketPath });
    this.#images = new ReleaseImages({ ...deps, daemon: this.#daemon });
  }

  async list(): Promise<readonly Place[]> {
    const containers = await this.#containers();
    return this.config.places.map(({ name, http, cluster }) => {
      const live = containers.get(name)?.find(({ state }) => state === 'runs');
      return { name, http, cluster, running: live ? { version: live.version } : null };
    });
  }

  prepared(): Promise<readonly string[]> {
    return this.#images.list();
  }

  async prepare(release: Release, signal: AbortSignal): Promise<void> {
    const running = [...(await this.#containers()).values()].flat();
    const same = running.find(({ version }) => version === release.version);
    await this.#images.prepare(release, same?.imageId ?? null, signal);
  }

  async start(name: string, version: string): Promise<void> {
    const place = placeNamed(this.config.places, name);
    const present = (await this.#containers()).get(name) ?? [];
    const live = present.find(({ state }) => state === 'runs');
    if (live?.version === version) return;
    if (live !== undefined) throw placeTaken(name, live.version, version);
    const image = await this.#images.named(version);
    const made = present.find((one) => one.state === 'created' && one.version === version);
    for (const old of present) {
      if (old !== made) await this.#remove(old);
    }
    const id = made?.id ?? (await this.#create(place, version, image));
    // somebody else has made it at this moment, and starts it or has
    if (id === null) return this.#afterAnother(name, version);
    await this.#daemon
      .call('start a node', (docker, abortSignal) => docker.getContainer(id).start({ abortSignal }))
      .catch(unless(304));
    this.deps.logger.info({ place: name, container: id, version }, 'a node is started');
  }

  async stop(name: string, how: 'drain' | 'kill'): Promise<void> {
    placeNamed(this.config.places, name);
    const present = (await this.#containers()).get(name) ?? [];
    const live = present.find(({ state }) => state === 'runs');
    if (live === undefined) return;
    if (how === 'drain') {
      // their names are needed
      for (const old of present) if (old.state === 'ended') await this.#remove(old);
      return this.#drain(name, live);
    }
    await this.#signal(live, 'SIGKILL');
    await this.#daemon.call('wait for the end of a node', (docker, abortSignal) =>
      docker.getContainer(live.id).wait({ abortSignal }),
    );
  }

  async #drain(name: string, container: Container): Promise<void> {
    const { id, leaving } = container;
    if (leaving === 'told') return;
    if (leaving === 'claimed') {
      const sinceMs = this.#claimed.get(id) ?? this.deps.clock.nowMs();
      this.#claimed.set(id, sinceMs);
      if (this.deps.clock.nowMs() - sinceMs < claimMs) return;
    } else if (!(await this.#rename(id, name, 'claimed'))) return;
    this.#claimed.delete(id);
    await this.#signal(container, 'SIGTERM');
    await this.#rename(id, name, 'told');
  }

  /** False where somebody else has, or it has gone. */
  async #rename(id: string, place: string, leaving: 'claimed' | 'told'): Promise<boolean> {
    const name = `hearth-${place}${suffixes[leaving]}`;
    try {
      await this.#daemon.call('rename a node', (docker, abortSignal) =>
        docker.getContainer(id).rename({ name, abortSignal }),
      );
      return true;
    } catch (error) {
      if (error instanceof DockerRefusal) return false;
      throw error;
    }
  }

  async #signal({ id }: Container, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#daemon
      .call('end a node', (docker, abortSignal) =>
        docker.getContainer(id).kill({ signal, abortSignal }),
      )
      .catch(unless(404, 409));
    this.deps.logger.info({ container: id, signal }, 'a node is told to end');
  }

  /** Never one that runs. */
  async #remove({ id }: Container): Promise<void> {
    await this.#daemon
      .call('remove a container', (docker, abortSignal) =>
        docker.getContainer(id).remove({ force: false, v: false, abortSignal }),
      )
      .catch(unless(404, 409));
  }

  /** Null where there is one of that name. */
  async #create(place: PlaceConfig, version: string, image: string): Promise<string | null> {
    const { places, mounts, privileged } = this.config;
    const data = resolve(place.data);
    const files = filesOf(this.deps.nodeArguments);
    const binds = [
      `${data}:${data}`,
      ...files.map((file) => `${file}:${file}:ro`),
      // whatever leads the next rollout may be this node
      `${this.#socketPath}:${this.#socketPath}`,
      ...mounts,
    ];
    const options = {
      name: `hearth-${place.name}`,
      Image: image,
      Cmd: argumentsIn(place, places, this.deps),
      Labels: { [placeLabel]: place.name, [versionLabel]: version },
      StopTimeout: Math.ceil((this.deps.drainWithinMs + stopGraceMs) / 1000),
      HostConfig: {
        NetworkMode: 'host',
        Binds: binds,
        Privileged: privileged,
        RestartPolicy: { Name: 'no' },
        // hands signals on from the first moment, and asks after the dead
        Init: true,
      },
    };
    try {
      const { id } = await this.#daemon.call('make a container', (docker, abortSignal) =>
        docker.createContainer({ ...options, abortSignal }),
      );
      return id;
    } catch (error) {
      if (error instanceof DockerRefusal && error.statusCode === 409) return null;
      throw error;
    }
  }

  async #afterAnother(name: string, version: string): Promise<void> {
    const [other] = (await this.#containers()).get(name) ?? [];
    if (other !== undefined && other.version !== version) {
      throw placeTaken(name, other.version, version);
    }
  }

  /** By place; of each, what runs comes first. */
  async #containers(): Promise<ReadonlyMap<string, readonly Container[]>> {
    const all = await this.#daemon.call('list containers', (docker, abortSignal) =>
      docker.listContainers({ all: true, filters: { name: ['^/hearth-'] }, abortSignal }),
    );
    const byPlace = new Map<string, Container[]>();
    for (const { name } of this.config.places) {
      for (const [leaving, suffix] of Object.entries(suffixes)) {
        const found = all.find(({ Names }) => Names.includes(`/hearth-${name}${suffix}`));
        if (found === undefined) continue;
        const { Id, ImageID, Labels, State } = found;
        byPlace.set(name, [
          ...(byPlace.get(name) ?? []),
          {
            id: Id,
            imageId: ImageID,
            version: Labels[versionLabel] ?? Labels[imageVersionLabel] ?? 'unknown',
            state: stateOf(State),
            leaving: leaving as Container['leaving'],
          },
        ]);
      }
    }
    return byPlace;
  }
}

function stateOf(state: string): Container['state'] {
  if (state === 'created') return 'created';
  return state === 'exited' || state === 'dead' || state === 'removing' ? 'ended' : 'runs';
}

/** Passes over refusals that mean that it is so already. */
function unless(...statusCodes: readonly number[]): (error: unknown) => void {
  return (error) => {
    if (error instanceof DockerRefusal && statusCodes.includes(error.statusCode)) return;
    throw error;
  };
}
