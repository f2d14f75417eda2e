/**
 * What a killed node leaves behind: a directory of sockets, cgroups, and on some systems processes. A
 * manifest in the node's data directory says where, so that the next start can clear it away.
 */
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { processStart, systemClock } from '../lib/index.js';
import { HearthError } from '../types/index.js';
import { Lane, removeCgroupTree } from './cgroup/index.js';

import { sweepByEnvironment } from './process-tree.js';

/** Where a driver's sandboxes live: all are named alike, so that none is taken for another's. */
export interface RuntimePlace {
  readonly runtimeDir: string;
  /** The cgroups that hold the sandboxes' groups, one in each hierarchy in use. */
  readonly groups: readonly string[];
}

interface Manifest extends RuntimePlace {
  readonly ownerPid: number;
  /** When the owner started, as the system tells it: a pid alone may be somebody else's by now. */
  readonly ownerStart: string;
}

/** Unix socket paths end at 104 bytes on macOS and 108 on Linux; what follows the directory is short. */
const runtimeDirBytesMax = 80;
/** Names of runtime directories: only what looks like one is ever removed. */
const runtimeDirName = /^hearth-[A-Za-z0-9]{6}$/;

/** A new directory for sockets, with a short name of its own. */
export async function makeRuntimeDir(): Promise<string> {
  const preferred = tmpdir();
  const parent = Buffer.byteLength(preferred) > runtimeDirBytesMax ? '/tmp' : preferred;
  return mkdtemp(join(parent, 'hearth-'));
}

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
  const { runtimeDir, groups } = place;
  const name = basename(runtimeDir);
  if (!runtimeDirName.test(name)) return;
  const lane = new Lane();
  for (const group of groups) {
    if (basename(group) !== name) continue;
    await removeCgroupTree(group, systemClock, lane);
  }
  await sweepByEnvironment(systemClock, (sandboxId) => sandboxId.startsWith(`${name}-`));
  await rm(runtimeDir, { recursive: true, force: true });
}

async function readManifest(path: string): Promise<Manifest | null> {
  try {
    const parsed = JSON.parse(await readFile(path, 'utf8')) as Partial<Manifest> | null;
    if (typeof parsed?.runtimeDir !== 'string') return null;
    return {
      runtimeDir: parsed.runtimeDir,
      groups: Array.isArray(parsed.groups) ? parsed.groups.map(String) : [],
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
