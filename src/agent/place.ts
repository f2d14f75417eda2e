/** Where a driver's sandboxes live while it runs: a directory of sockets and a home among the cgroups. */
import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock, Logger } from '../lib/index.js';
import { findGroupHome, type GroupHome } from './cgroup/index.js';
import { makeRuntimeDir, removeRuntime, sweepLeftovers, writeManifest } from './leftovers.js';

export interface Place {
  readonly runtimeDir: string;
  /** null where there are no cgroups that this process may use. */
  readonly home: GroupHome | null;
}

export interface PlaceOptions {
  /** A file in the node's data directory: what to clear away after a crash. */
  readonly manifestPath: string;
  /** False: do without cgroups even where there are some. */
  readonly useCgroups?: boolean | undefined;
}

export interface PlaceDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Removes what an earlier process left behind, and makes a place. */
export async function openPlace(deps: PlaceDeps, options: PlaceOptions): Promise<Place> {
  const { manifestPath } = options;
  await sweepLeftovers(manifestPath);
  const runtimeDir = await makeRuntimeDir();
  await writeManifest(manifestPath, { runtimeDir, groups: [] });
  if (options.useCgroups === false) return { runtimeDir, home: null };
  const dataDirectory = dirname(manifestPath);
  const home = await findGroupHome(basename(runtimeDir), { dataDirectory }, deps);
  await writeManifest(manifestPath, { runtimeDir, groups: home?.paths ?? [] });
  return { runtimeDir, home };
}

/** To be called when no sandbox is left. */
export async function closePlace({ runtimeDir, home }: Place, manifestPath: string): Promise<void> {
  await home?.remove();
  await removeRuntime({ runtimeDir, groups: home?.paths ?? [] });
  await rm(manifestPath, { force: true });
}
