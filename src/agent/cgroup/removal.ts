/**
 * Kills groups until they are empty, and removes them. The kernel refuses to remove a group that has
 * processes; it tells by `cgroup.events` of v2 when the last one is gone, and v1 is asked again after a while.
 */
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { type Clock, exists } from '../../lib/index.js';
import { groupsBelow, killAll, listedPids } from './kill.js';
import type { Lane } from './lane.js';
import { keyFile, type Place } from './place.js';
import { type GroupSystem, linuxSystem } from './system.js';

export interface RemovalDeps {
  readonly clock: Clock;
  readonly lane: Lane;
  readonly system: GroupSystem;
}

/** Long, for a machine that has no CPU to spare to die with. */
const emptyWaitMs = 5000;
const retryMsFirst = 1;
const retryMsMax = 50;
/** v1 tells no changes; its file is watched to keep the process alive until all is gone. */
const watchable = { 1: 'cgroup.procs', 2: 'cgroup.events' } as const;

/** False where one is not gone after five seconds. `killed` is called after each round of killing. */
export function removePlaces(
  places: readonly Place[],
  deps: RemovalDeps,
  killed?: () => void,
): Promise<boolean> {
  return killedUntil(places, deps, killed, async () => {
    for (const place of places) await removeDirectory(place.path, deps.system);
    return true;
  });
}

/** The same for groups that are somebody else's to remove: resolves when no process is left in them. */
export function emptyPlaces(
  places: readonly Place[],
  deps: RemovalDeps,
  killed?: () => void,
): Promise<boolean> {
  return killedUntil(places, deps, killed, async () => {
    for (const place of places) if ((await listedPids(place.path)).length > 0) return false;
    return true;
  });
}

/** What a crash left: a group of any hierarchy and the groups in it, with all their processes. */
export async function removeCgroupTree(
  path: string,
  clock: Clock,
  lane: Lane,
  system: GroupSystem = linuxSystem,
): Promise<boolean> {
  const below = await groupsBelow(path);
  await Promise.all(below.map((group) => removeCgroupTree(group, clock, lane, system)));
  return removePlaces([await placeAt(path)], { clock, lane, system });
}

async function killedUntil(
  places: readonly Place[],
  { clock, lane, system }: RemovalDeps,
  killed: (() => void) | undefined,
  isDone: () => Promise<boolean>,
): Promise<boolean> {
  const attempt = async (): Promise<boolean> => {
    await killAll(places, system);
    killed?.();
    return isDone();
  };
  const untilMs = clock.nowMs() + emptyWaitMs;
  const watched = [...places]
    .sort((a, b) => b.version - a.version)
    .map(({ version, path }) => join(path, watchable[version]));
  for (let delayMs = retryMsFirst; ; delayMs = Math.min(retryMsMax, delayMs * 2)) {
    // a rejection is EBUSY: not empty yet
    if (await lane.run(attempt).catch(() => false)) return true;
    if (clock.nowMs() >= untilMs) return false;
    await changed(watched, clock, delayMs);
  }
}

async function removeDirectory(path: string, system: GroupSystem): Promise<void> {
  try {
    await system.rmdir(path);
  } catch (error) {
    if (isGone(error)) return;
    const below = await groupsBelow(path);
    if (below.length === 0) throw error;
    for (const group of below) await removeDirectory(group, system);
    await system.rmdir(path);
  }
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Of a group of which nothing is known but where it is. */
async function placeAt(path: string): Promise<Place> {
  const version = (await exists(join(path, 'cgroup.events'))) ? 2 : 1;
  const freezes = await exists(join(path, keyFile('freezer', version)));
  const limitsPids = await exists(join(path, 'pids.max'));
  const uses = new Set([
    ...(freezes ? ['freezer' as const] : []),
    ...(limitsPids ? ['pids' as const] : []),
  ]);
  return { version, path, uses };
}

/** Resolves when the first of the files that exists changes, or after the delay; keeps the process alive. */
function changed(paths: readonly string[], clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, () => finish());
    const finish = (): void => {
      cancel();
      watcher?.close();
      resolve();
    };
    const watcher = openWatch(paths, finish);
  });
}

function openWatch(paths: readonly string[], onChange: () => void): FSWatcher | null {
  for (const path of paths) {
    try {
      return watch(path, onChange).on('error', onChange);
    } catch {
      // it is gone
    }
  }
  return null;
}
