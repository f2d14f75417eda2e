/**
 * The trees of control groups that this host has mounted: of v2 there is one at most, of v1 one for each
 * set of controllers. What is mounted where stands in `mountinfo`, and which group of each tree a process is
 * in stands in its `/proc/PID/cgroup` (cgroups(7), proc_pid_mountinfo(5)).
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GroupSystem } from './system.js';

export interface Hierarchy {
  readonly version: 1 | 2;
  /** Those of v1 as the kernel names them, such as `cpu` and `cpuacct`. Those of v2 differ by group. */
  readonly controllers: readonly string[];
  /** Where it is mounted. */
  readonly mount: string;
  /** The group that is seen there: another one than `/` in a container. */
  readonly root: string;
}

const controllersV1 = ['memory', 'cpu', 'cpuacct', 'pids', 'blkio', 'freezer'];

/** Those that can be written and limit or count something; none where the host has none. */
export async function findHierarchies(system: GroupSystem): Promise<readonly Hierarchy[]> {
  return (await findAllHierarchies(system)).flatMap((hierarchy) => {
    if (hierarchy.version === 2) return [hierarchy];
    const controllers = hierarchy.controllers.filter((name) => controllersV1.includes(name));
    return controllers.length === 0 ? [] : [{ ...hierarchy, controllers }];
  });
}

/** Those that can be written, also of v1 controllers for which Hearth has no use. */
export async function findAllHierarchies(system: GroupSystem): Promise<readonly Hierarchy[]> {
  const text = await readFile(system.mountInfo, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => hierarchyOf(line) ?? []);
}

/** What `/proc/PID/cgroup` says of a process; empty where there is no such process. */
export function groupsOfProcess(pid: number | 'self', system: GroupSystem): Promise<string> {
  return readFile(join(system.processes, String(pid), 'cgroup'), 'utf8').catch(() => '');
}

/** The directory of a process's group, or null where it is outside of what is mounted. */
export function directoryIn(hierarchy: Hierarchy, groupsText: string): string | null {
  for (const line of groupsText.split('\n')) {
    // such as `4:cpu,cpuacct:/user.slice`, and `0::/user.slice` of v2
    const [, id, names = '', path = ''] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (id === undefined) continue;
    const [first] = hierarchy.controllers;
    const isIt = first === undefined ? id === '0' : names.split(',').includes(first);
    if (!isIt) continue;
    const { root, mount } = hierarchy;
    if (root === '/') return path.startsWith('/..') ? null : join(mount, path);
    if (path !== root && !path.startsWith(`${root}/`)) return null;
    return join(mount, path.slice(root.length));
  }
  return null;
}

/** The directory and those above it up to where the hierarchy is mounted, nearest first. */
export function upwards(directory: string, { mount }: Hierarchy): string[] {
  const found = [directory];
  for (let at = directory; at !== mount && at.startsWith(`${mount}/`); ) {
    at = dirname(at);
    found.push(at);
  }
  return found;
}

function hierarchyOf(line: string): Hierarchy | null {
  // such as `32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu`
  const [mounted = '', source = ''] = line.split(' - ');
  const [, , , root = '', mount = '', options = ''] = mounted.split(' ');
  const [type, , superOptions = ''] = source.split(' ');
  if (type !== 'cgroup' && type !== 'cgroup2') return null;
  if (options.split(',').includes('ro') || superOptions.split(',').includes('ro')) return null;
  const place = { mount: unescaped(mount), root: unescaped(root) };
  if (type === 'cgroup2') return { version: 2, controllers: [], ...place };
  return { version: 1, controllers: superOptions.split(','), ...place };
}

/** Spaces and the like are octal there. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
