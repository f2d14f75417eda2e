/**
 * The groups that Docker has made for a container, as those of a sandbox. Where they are depends on its
 * driver (`/docker/ID`, or `/system.slice/docker-ID.scope` with systemd) and on the host's hierarchies, so the
 * container's first process is asked. Docker removes them itself when the container is removed.
 */
import { basename, dirname, join } from 'node:path';
import { type Clock, exists } from '../../lib/index.js';
import { KernelGroup } from './group.js';
import { directoryIn, findHierarchies, groupsOfProcess } from './hierarchies.js';
import type { Lane } from './lane.js';
import { allUses, keyFile, type Place, type Use, usesOfV1 } from './place.js';
import { type GroupSystem, linuxSystem } from './system.js';
import type { SandboxGroup } from './types.js';

export interface ContainerGroupDeps {
  readonly clock: Clock;
  readonly lane: Lane;
  readonly system?: GroupSystem;
}

/**
 * Null where the process is not in groups of that container: it has ended, or the daemon is on another
 * host or in another namespace. `id` is the container's whole id, `pid` its `State.Pid`.
 */
export async function groupOfContainer(
  id: string,
  pid: number,
  deps: ContainerGroupDeps,
): Promise<SandboxGroup | null> {
  const system = deps.system ?? linuxSystem;
  const groups = await groupsOfProcess(pid, system);
  const hierarchies = [...(await findHierarchies(system))].sort((a, b) => b.version - a.version);
  const covered = new Set<Use>();
  const places: Place[] = [];
  for (const hierarchy of hierarchies) {
    const { version, controllers, mount } = hierarchy;
    const path = ofContainer(directoryIn(hierarchy, groups), id, mount);
    if (path === null) continue;
    const offered = version === 2 ? allUses : usesOfV1(controllers);
    const uses = new Set<Use>();
    for (const use of offered) {
      if (covered.has(use) || !(await exists(join(path, keyFile(use, version))))) continue;
      uses.add(use);
      covered.add(use);
    }
    if (uses.size > 0) places.push({ version, path, uses });
  }
  if (places.length === 0) return null;
  try {
    return new KernelGroup(places, { clock: deps.clock, lane: deps.lane, system }, false);
  } catch {
    return null;
  }
}

/** The container's own group: the process may be in one below it, and must not be in one of all. */
function ofContainer(directory: string | null, id: string, mount: string): string | null {
  if (directory === null || id.length === 0) return null;
  for (let at = directory; at.startsWith(`${mount}/`); at = dirname(at)) {
    if (basename(at).includes(id)) return at;
  }
  return null;
}
