/**
 * What a killed node leaves behind: a directory of sockets, cgroups, and on some systems processes. A
 * manifest in the node's data directory says where, so that the next start can clear it away.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { processStart, systemClock } from '../lib/index.js';
import { HearthError } from '../types/index.js';
import { removeCgroupTree } from './cgroup.js';
import { Lane } from './lane.js';
import { sweepByEnvironment } from './process-tree.js';

/** Where a driver's sandboxes live: all three are named alike, so that none is taken for another's. */
export interface RuntimePlace {
  readonly runtimeDir: string;
  /** The cgroup that holds the sandboxes' groups, or null where there is none. */
  readonly cgroup: string | null;
  /** Another one, of the cpu controller's v1 hierarchy, with all their processes; or null. */
  readonly cpuGroup: string | null;
}

interface Manifest extends RuntimePlace {
  readonly ownerPid: number;
  /** When the owner started, as the system tells it: a pid alone may be somebody else's by now. */
  readonly ownerStart: string;
}

/** Names of runtime directories: only what looks like one is ever removed. */
const runtimeDirName = /^hearth-[A-Za-z0-9]{6}$/;

export async function writeManifest(path: string, place: RuntimePlace): Promise<void> {
  const ownerStart = await processStart(process.pid);
  const manifest: Manifest = { ...place, ownerPid: process.pid, ownerStart };
  await writeFile(`${path}.new`, JSON.stringify(manifest), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/**
 * Kills and removes what the manifest names, then the manifest. Nothing to do where there is none.
 * Throws `storage` where the node that wrote it still runs.
 */
export async function sweepLeftovers(manifestPath: string): Promise<void> {
  const manifest = await readManifest(manifestPath);
  if (manifest === null) return;
  if (manifest.ownerPid !== process.pid && (await ownerRuns(manifest))) {
    throw new HearthError(
      'storage',
      `The sandboxes in ${manifest.runtimeDir} belong to a running node (pid ${manifest.ownerPid}); ` +
        'stop that node first, or give this one another data directory.',
    );
  }
  await removeRuntime(manifest);
  await rm(manifestPath, { force: true });
}

/** Ends every process of a runtime directory's sandboxes and removes their groups and files. */
export async function removeRuntime(place: RuntimePlace): Promise<void> {
  const { runtimeDir, cgroup, cpuGroup } = place;
  const name = basename(runtimeDir);
  if (!runtimeDirName.test(name)) return;
  const lane = new Lane();
  for (const group of [cgroup, cpuGroup]) {
    if (group === null || basename(group) !== name) continue;
    await removeCgroupTree(group, systemClock, lane);
  }
  await sweepByEnvironment((sandboxId) => sandboxId.startsWith(`${name}-`));
  await rm(runtimeDir, { recursive: true, force: true });
}

async function readManifest(path: string): Promise<Manifest | null> {
  try {
    const parsed = JSON.parse(await readFile(path, 'utf8')) as Partial<Manifest> | null;
    if (typeof parsed?.runtimeDir !== 'string') return null;
    return {
      runtimeDir: parsed.runtimeDir,
      cgroup: typeof parsed.cgroup === 'string' ? parsed.cgroup : null,
      cpuGroup: typeof parsed.cpuGroup === 'string' ? parsed.cpuGroup : null,
      ownerPid: Number(parsed.ownerPid),
      ownerStart: String(parsed.ownerStart),
    };
  } catch {
    return null;
  }
}

/** Without a start time nothing proves that the pid is the same process: then it counts as gone. */
async function ownerRuns(manifest: Manifest): Promise<boolean> {
  return (
    manifest.ownerStart !== '' && (await processStart(manifest.ownerPid)) === manifest.ownerStart
  );
}
