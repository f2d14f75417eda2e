/** The driver of a node's sandboxes, by their kind. */
import { dirname, join } from 'node:path';
import { systemRandom } from '../lib/index.js';
import { containerManifest } from '../types/index.js';
import { DockerDriver } from './docker/driver.js';
import type { SandboxDriver } from './driver.js';
import { ImageDriver } from './image-driver.js';
import { NamespaceDriver } from './namespace/index.js';
import type { PickedKind } from './pick-kind.js';
import { warningOf } from './pick-kind.js';
import { ProcessDriver } from './process/driver.js';
import type { SandboxesDeps, SandboxesOptions } from './sandboxes.js';

export interface DriverOptions extends SandboxesOptions {
  /** A file in the node's data directory: what to clear away after a crash. */
  readonly manifestPath: string;
  /** Docker's Unix socket; without it, what DOCKER_HOST says, or the usual one. */
  readonly dockerSocket?: string | undefined;
  /** Docker images by runtime, instead of those made of this host's interpreters. */
  readonly dockerImages?: Readonly<Record<string, string>> | undefined;
}

/** The driver, not started. Throws `invalid-parameter` where DOCKER_HOST is wrong. */
export function makeDriver(
  { kind, reason }: PickedKind,
  deps: SandboxesDeps,
  options: DriverOptions,
): SandboxDriver {
  deps.logger.info({ sandbox: kind, reason }, 'sandbox driver chosen');
  const warning = warningOf(kind);
  if (warning !== null) deps.logger.warn({ sandbox: kind }, warning);
  const docker = (manifestPath: string): DockerDriver =>
    new DockerDriver(
      { ...deps, random: systemRandom() },
      {
        ...options,
        manifestPath,
        socketPath: options.dockerSocket,
        images: options.dockerImages,
      },
    );
  if (kind === 'docker') return docker(options.manifestPath);
  const zips =
    kind === 'namespace' ? new NamespaceDriver(deps, options) : new ProcessDriver(deps, options);
  const dockerManifestPath = join(dirname(options.manifestPath), containerManifest);
  return new ImageDriver(zips, docker(dockerManifestPath), deps.logger, { dockerManifestPath });
}
