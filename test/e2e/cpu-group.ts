/**
 * A control group in which a process gets no more than a share of one processor, in whichever hierarchy has that
 * here: v1 or v2. A node joins it when it runs already: its sandboxes have groups of their own then, elsewhere, for
 * v1 gives no group less than what one below it may have.
 */
import { access, constants, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  directoryIn,
  findHierarchies,
  groupsOfProcess,
  type Hierarchy,
  upwards,
} from '../../src/agent/cgroup/hierarchies.js';
import { Lane, linuxSystem, removeCgroupTree } from '../../src/agent/cgroup/index.js';
import { exists, systemClock } from '../../src/lib/index.js';

/** Short, so that a small share is no long standstill. */
const periodUs = 20_000;
/** The kernel takes no less. */
const quotaUsMin = 1000;

export class CpuGroup {
  private constructor(
    private readonly path: string,
    private readonly version: 1 | 2,
  ) {}

  /** Null where this process may make none. */
  static async make(name: string): Promise<CpuGroup | null> {
    const place = await findPlace();
    if (place === null) return null;
    const path = join(place.parent, name);
    await mkdir(path);
    return new CpuGroup(path, place.version);
  }

  /** Moves a process there, with all of its threads. */
  async take(pid: number): Promise<void> {
    await writeFile(join(this.path, 'cgroup.procs'), String(pid));
  }

  /** `share`: of one processor; null for as much as there is. */
  async limit(share: number | null): Promise<void> {
    const quotaUs = share === null ? null : Math.max(quotaUsMin, Math.round(share * periodUs));
    if (this.version === 2) {
      await writeFile(join(this.path, 'cpu.max'), `${quotaUs ?? 'max'} ${periodUs}`);
      return;
    }
    await writeFile(join(this.path, 'cpu.cfs_period_us'), String(periodUs));
    await writeFile(join(this.path, 'cpu.cfs_quota_us'), String(quotaUs ?? -1));
  }

  /** With all that runs in it. */
  async remove(): Promise<void> {
    await removeCgroupTree(this.path, systemClock, new Lane());
  }
}

/** Removes all groups whose names are as wanted, with all that runs in them. */
export async function removeCpuGroups(isWanted: (name: string) => boolean): Promise<void> {
  const place = await findPlace();
  if (place === null) return;
  for (const name of (await readdir(place.parent)).filter(isWanted)) {
    await removeCgroupTree(join(place.parent, name), systemClock, new Lane());
  }
}

interface Found {
  readonly parent: string;
  readonly version: 1 | 2;
}

async function findPlace(): Promise<Found | null> {
  const groups = await groupsOfProcess('self', linuxSystem);
  for (const hierarchy of await findHierarchies(linuxSystem)) {
    const own = directoryIn(hierarchy, groups);
    if (own === null) continue;
    for (const parent of upwards(own, hierarchy)) {
      if (!(await canLimit(hierarchy, parent))) continue;
      return { parent, version: hierarchy.version };
    }
  }
  return null;
}

/** Whether groups that are made there can be limited. */
async function canLimit({ version, controllers }: Hierarchy, parent: string): Promise<boolean> {
  try {
    await access(join(parent, 'cgroup.procs'), constants.W_OK);
    if (version === 1) {
      return controllers.includes('cpu') && (await exists(join(parent, 'cpu.cfs_quota_us')));
    }
    const enabled = await readFile(join(parent, 'cgroup.subtree_control'), 'utf8');
    return enabled.split(/\s+/).includes('cpu');
  } catch {
    return false;
  }
}
