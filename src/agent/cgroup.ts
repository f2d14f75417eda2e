/**
 * cgroup v2 for one purpose here: to know and to kill every process of a sandbox, whatever it forked. A
 * group needs no controllers for that, so a hybrid host's `unified` hierarchy serves as well. Groups of a
 * v1 hierarchy are joined and removed the same way, only by longer roads.
 */
import { type FSWatcher, watch } from 'node:fs';
import { access, constants, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../lib/index.js';
import type { Lane } from './lane.js';

const mounts = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];
/** Such as `0::/user.slice`. */
const v2Line = /^0::(.*)$/m;
const emptyWaitMs = 5000;
const retryMsFirst = 1;
const retryMsMax = 50;

/** A directory of a cgroup v2 hierarchy in which this process may make groups, or null. */
export async function findCgroupRoot(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  for (const mount of mounts) {
    if (!(await readable(join(mount, 'cgroup.controllers')))) continue;
    for (const root of [mount, join(mount, await ownGroup(v2Line))]) {
      if (await canMakeGroups(root)) return root;
    }
  }
  return null;
}

/** This process's own group, below the mount of the hierarchy whose line in `/proc/self/cgroup` is given. */
export async function ownGroup(line: RegExp): Promise<string> {
  const text = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  return line.exec(text)?.[1] ?? '/';
}

/** Asked by doing: permissions alone do not tell of read-only mounts and delegation. */
export async function canMakeGroups(root: string): Promise<boolean> {
  const probe = join(root, `hearth-probe-${process.pid}`);
  try {
    await mkdir(probe);
    await access(join(probe, 'cgroup.procs'), constants.W_OK);
    await access(join(root, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  } finally {
    await rmdir(probe).catch(() => undefined);
  }
}

/** Makes a group. */
export function makeCgroup(path: string, lane: Lane): Promise<void> {
  return lane.run(() => mkdir(path));
}

/** Moves the process into the group; all that it forks from now on is in it too. */
export function joinCgroup(path: string, pid: number, lane: Lane): Promise<void> {
  return lane.run(() => writeFile(join(path, 'cgroup.procs'), String(pid)));
}

/** Sends SIGKILL to every process in the group. A group that does not exist is no error. */
export async function killCgroup(path: string): Promise<void> {
  try {
    await writeFile(join(path, 'cgroup.kill'), '1', { flag: 'r+' });
    return;
  } catch {
    // Older than Linux 5.14, v1, or the group is gone: kill what is listed, if anything.
  }
  for (const pid of await listedPids(path)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }
}

/** Kills until the group is empty and removes it. False where it is not gone after five seconds. */
export async function removeCgroup(path: string, clock: Clock, lane: Lane): Promise<boolean> {
  const untilMs = clock.nowMs() + emptyWaitMs;
  for (let delayMs = retryMsFirst; ; delayMs = Math.min(retryMsMax, delayMs * 2)) {
    try {
      await lane.run(async () => {
        await killCgroup(path);
        // Refused with EBUSY as long as `cgroup.events` says populated 1.
        await rmdir(path);
      });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      if (clock.nowMs() >= untilMs) return false;
    }
    await changed(join(path, 'cgroup.events'), clock, delayMs);
  }
}

/** Removes a group and the groups in it, with all their processes. */
export async function removeCgroupTree(path: string, clock: Clock, lane: Lane): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const groups = entries.filter((entry) => entry.isDirectory());
  await Promise.all(groups.map((group) => removeCgroupTree(join(path, group.name), clock, lane)));
  await removeCgroup(path, clock, lane);
}

/** Resolves when the file changes, or after the delay. The watch keeps the process alive meanwhile. */
function changed(path: string, clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, () => finish());
    const finish = (): void => {
      cancel();
      watcher?.close();
      resolve();
    };
    // v1 has no such file, and a group that is gone has none either: then the delay is all
    const watcher = openWatch(path, finish);
  });
}

function openWatch(path: string, onChange: () => void): FSWatcher | null {
  try {
    return watch(path, onChange).on('error', onChange);
  } catch {
    return null;
  }
}

async function listedPids(path: string): Promise<number[]> {
  const text = await readFile(join(path, 'cgroup.procs'), 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
}

function readable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
