/**
 * Ends every process of a group, however fast they fork. `cgroup.kill` of v2 does it at once, frozen or not
 * (Linux 5.14). Where there is none the group is stopped first, so that the list of its processes cannot
 * grow while it is killed; v1 must be resumed to die. Without a freezer nobody may fork any more instead.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyFile, type Place, placeFor } from './place.js';
import type { GroupSystem } from './system.js';

/** Reads of the state until all of it stands still; the kernel looks again on each. */
const frozenReadsMax = 50;

/** Sends SIGKILL to all. To be repeated until nothing is left; groups that are gone are no error. */
export async function killAll(places: readonly Place[], system: GroupSystem): Promise<void> {
  const freezer = placeFor('freezer', places);
  const [lister] = places.filter((place) => place.version === 1);
  if (freezer?.version === 2 && (await wrote(system, join(freezer.path, 'cgroup.kill'), '1'))) {
    // who was not moved there yet is in the others
    if (lister !== undefined) await killListed(lister.path);
    return;
  }
  if (freezer !== null) {
    await stopped(freezer, system);
    for (const place of places) await killListed(place.path);
    await resumed(freezer, system);
    return;
  }
  const pids = placeFor('pids', places);
  if (pids !== null) await wrote(system, join(pids.path, 'pids.max'), '0');
  for (const place of places) await killListed(place.path);
}

/** The processes of the group itself. */
export async function listedOwnPids(path: string): Promise<number[]> {
  const text = await readFile(join(path, 'cgroup.procs'), 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
}

/** The processes of the group and of those below it. */
export async function listedPids(path: string): Promise<number[]> {
  const pids = await listedOwnPids(path);
  for (const below of await groupsBelow(path)) pids.push(...(await listedPids(below)));
  return pids;
}

/** Functions that run as root can make groups in their own. */
export async function groupsBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
}

async function killListed(path: string): Promise<void> {
  for (const pid of await listedPids(path)) {
    // 0 stands for a process of another pid namespace: nobody that can be killed from here
    if (pid > 0) kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // already gone
  }
}

async function stopped({ version, path }: Place, system: GroupSystem): Promise<void> {
  const state = join(path, keyFile('freezer', version));
  await wrote(system, state, version === 1 ? 'FROZEN' : '1');
  if (version === 2) return;
  for (let reads = 0; reads < frozenReadsMax; reads++) {
    const text = await readFile(state, 'utf8').catch(() => 'FROZEN');
    if (text.trim() === 'FROZEN') return;
  }
}

/** With those below it, which may be frozen by themselves. */
async function resumed({ version, path }: Place, system: GroupSystem): Promise<void> {
  await wrote(system, join(path, keyFile('freezer', version)), version === 1 ? 'THAWED' : '0');
  // v2 kills what is frozen
  if (version === 2) return;
  for (const below of await groupsBelow(path)) {
    await resumed({ version, path: below, uses: new Set() }, system);
  }
}

async function wrote(system: GroupSystem, path: string, text: string): Promise<boolean> {
  try {
    await system.write(path, text);
    return true;
  } catch {
    return false;
  }
}
