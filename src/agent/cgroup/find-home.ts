/**
 * Finds the hierarchies of this host and makes a node's groups in them. v2 is preferred for whatever it
 * has here; v1 has the rest. So a host with controllers on v1 and an empty v2 hierarchy beside them freezes,
 * kills and counts CPU time by v2, and limits by v1.
 */
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, exists } from '../../lib/index.js';
import { enable, findDelegation, namesIn } from './delegation.js';
import { diskOf } from './disk.js';
import {
  directoryIn,
  findHierarchies,
  groupsOfProcess,
  type Hierarchy,
  upwards,
} from './hierarchies.js';
import { KernelHome } from './home.js';
import { Lane } from './lane.js';
import { homeWeightWrite } from './limit-writes.js';
import { allUses, keyFile, type Place, type Use, usesOfV1 } from './place.js';
import { type GroupSystem, linuxSystem } from './system.js';
import type { GroupHome } from './types.js';

export interface GroupHomeOptions {
  /** On the disk whose use is limited. */
  readonly dataDirectory: string;
}

export interface GroupHomeDeps {
  readonly clock: Clock;
  /** Tests put another kernel here. */
  readonly system?: GroupSystem;
}

interface Found {
  readonly place: Place;
  readonly undo: () => Promise<void>;
}

/**
 * Null where this process may have no groups at all: not Linux, not root and nothing delegated, or all of it
 * read-only. `name` is that of the groups, one path segment, free.
 */
export async function findGroupHome(
  name: string,
  options: GroupHomeOptions,
  deps: GroupHomeDeps,
): Promise<GroupHome | null> {
  const system = deps.system ?? linuxSystem;
  if (process.platform !== 'linux' && deps.system === undefined) return null;
  const hierarchies = await findHierarchies(system);
  const groups = await groupsOfProcess('self', system);
  const covered = new Set<Use>();
  const found: Found[] = [];
  // v2 first: what it has is not looked for elsewhere, and its freezer is the first to be cleared away
  for (const hierarchy of [...hierarchies].sort(byVersion)) {
    const made =
      hierarchy.version === 2
        ? await makeV2(hierarchy, groups, name, system)
        : await makeV1(hierarchy, groups, name, covered, system);
    if (made === null) continue;
    found.push(made);
    for (const use of made.place.uses) covered.add(use);
  }
  if (found.length === 0) return null;
  const places = found.map(({ place }) => place);
  for (const { version, path } of places.filter((place) => place.uses.has('cpu'))) {
    const { file, text } = homeWeightWrite(version);
    await system.write(join(path, file), text).catch(() => undefined);
  }
  const disk = await diskOf(options.dataDirectory, system);
  const undo = async (): Promise<void> => {
    for (const one of found) await one.undo();
  };
  return new KernelHome(places, { clock: deps.clock, lane: new Lane(), system }, disk, undo);
}

/** v2, then of v1 what freezes, then the rest. */
function byVersion(a: Hierarchy, b: Hierarchy): number {
  const rank = ({ version, controllers }: Hierarchy): number =>
    version === 2 ? 0 : controllers.includes('freezer') ? 1 : 2;
  return rank(a) - rank(b);
}

async function makeV2(
  hierarchy: Hierarchy,
  groups: string,
  name: string,
  system: GroupSystem,
): Promise<Found | null> {
  const own = directoryIn(hierarchy, groups) ?? hierarchy.mount;
  const delegation = await findDelegation(hierarchy, own, name, system);
  if (delegation === null) return null;
  const path = join(delegation.parent, name);
  try {
    await delegation.prepare();
    await system.mkdir(path);
    await enable(
      join(path, 'cgroup.subtree_control'),
      await namesIn(join(path, 'cgroup.controllers')),
      system,
    );
    const uses = await usable(path, 2, allUses);
    return { place: { version: 2, path, uses }, undo: delegation.undo };
  } catch {
    await system.rmdir(path).catch(() => undefined);
    await delegation.undo();
    return null;
  }
}

/** In the node's own group, whose limits then hold for its sandboxes too, or the nearest one above it. */
async function makeV1(
  hierarchy: Hierarchy,
  groups: string,
  name: string,
  covered: ReadonlySet<Use>,
  system: GroupSystem,
): Promise<Found | null> {
  const wanted = usesOfV1(hierarchy.controllers).filter((use) => !covered.has(use));
  if (wanted.length === 0) return null;
  const own = directoryIn(hierarchy, groups) ?? hierarchy.mount;
  for (const parent of upwards(own, hierarchy)) {
    const path = join(parent, name);
    try {
      await access(join(parent, 'cgroup.procs'), constants.W_OK);
      await system.mkdir(path);
    } catch {
      continue;
    }
    const uses = await usable(path, 1, wanted);
    if (uses.size > 0) return { place: { version: 1, path, uses }, undo: () => Promise.resolve() };
    await system.rmdir(path).catch(() => undefined);
  }
  return null;
}

/** What the group has, and lets this process write where it is written. */
async function usable(
  path: string,
  version: 1 | 2,
  wanted: readonly Use[],
): Promise<ReadonlySet<Use>> {
  const uses = new Set<Use>();
  if (!(await permits(join(path, 'cgroup.procs')))) return uses;
  for (const use of wanted) {
    const file = join(path, keyFile(use, version));
    if (use === 'cpuTime' ? await exists(file) : await permits(file)) uses.add(use);
  }
  return uses;
}

function permits(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
