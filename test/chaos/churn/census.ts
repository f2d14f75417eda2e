/**
 * What a node holds of the machine, as the kernel tells it: nothing here asks the node. Sandboxes belong to it
 * by parentage, by their control groups and by what stands in their environment, for any one of them may be lost.
 */
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sandboxManifest } from '../../../src/types/index.js';
import type { Arena } from '../arena/types.js';
import { type Census, monotonicMs, type NodeCensus } from '../records.js';

export interface NodePlaces {
  readonly node: number;
  /** Of the node's own process; null where it does not run. */
  readonly pid: number | null;
  readonly data: string;
  /** Where it has its temporary files; null: where its sandboxes have their sockets, and nothing else. */
  readonly temporary: string | null;
}

export interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

/** More of a node than a run records. */
export interface NodeHoldings extends NodeCensus {
  /** Of its sandboxes, in whatever mount namespace. */
  readonly mounts: number;
  /** By the first part of their path below the data directory; `temporary` is the rest. */
  readonly filesOf: Readonly<Record<string, FileCount>>;
}

export async function censusOf(arena: Arena): Promise<Census> {
  const nodes = arena.nodes.map(({ number, pid, data }) =>
    holdingsOf({ node: number, pid, data, temporary: null }),
  );
  return { atMs: monotonicMs(), nodes: (await Promise.all(nodes)).map(censusOfHoldings) };
}

export function censusOfHoldings({ mounts, filesOf, ...census }: NodeHoldings): NodeCensus {
  return census;
}

export async function holdingsOf(places: NodePlaces): Promise<NodeHoldings> {
  const { node, pid, data } = places;
  const { runtimeDir, groups } = await sandboxPlace(data);
  const processes = pid === null ? [] : await processesOf(pid, basename(runtimeDir));
  const descriptors = pid === null ? [] : await linksIn(`/proc/${pid}/fd`);
  const temporary = places.temporary ?? runtimeDir;
  const filesOf = {
    ...(await filesByRoom(data)),
    temporary: temporary === '' ? noFiles : await filesBelow(temporary),
  };
  const counted = Object.values(filesOf);
  return {
    node,
    residentBytes: pid === null ? 0 : await residentBytesOf(pid),
    descriptors: descriptors.length,
    sockets: descriptors.filter((target) => target.startsWith('socket:')).length,
    processes: processes.length,
    cgroups: sum(await Promise.all(groups.map(directoriesBelow))),
    mounts: await mountsOf(processes, basename(runtimeDir)),
    files: sum(counted.map(({ files }) => files)),
    fileBytes: sum(counted.map(({ bytes }) => bytes)),
    filesOf,
  };
}

const noFiles: FileCount = { files: 0, bytes: 0 };

/** Where a node has its sandboxes, as its manifest says. */
export interface SandboxPlace {
  /** Empty where there is none. */
  readonly runtimeDir: string;
  readonly groups: readonly string[];
}

/** What is still there of a node that has ended, in words. */
export async function remainsOf({ runtimeDir, groups }: SandboxPlace): Promise<string[]> {
  const name = basename(runtimeDir);
  const paths = (await Promise.all([runtimeDir, ...groups].map(existing))).flat();
  const running = (await allProcesses()).map(async (one) =>
    (await belongsTo(one, name)) ? [`process ${one.pid}`] : [],
  );
  return [...paths, ...(await Promise.all(running)).flat()];
}

async function existing(path: string): Promise<string[]> {
  return (await fileAt(path)).files > 0 ? [path] : [];
}

export async function sandboxPlace(data: string): Promise<SandboxPlace> {
  const text = await told(join(data, sandboxManifest));
  return text === '' ? { runtimeDir: '', groups: [] } : (JSON.parse(text) as SandboxPlace);
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly isZombie: boolean;
}

/** The node's own and all below it; and of its sandboxes those that have lost their parents, unless they are dead. */
async function processesOf(node: number, name: string): Promise<number[]> {
  const running = await allProcesses();
  const found = new Set([node]);
  // children have greater numbers than their parents but where numbers begin anew: until nobody is added
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { pid, parent } of running) if (found.has(parent)) found.add(pid);
  }
  for (const one of running) {
    if (!found.has(one.pid) && (await belongsTo(one, name))) found.add(one.pid);
  }
  return [...found];
}

/** To the sandboxes of this name. Who is dead and only waits for the host's first process is nobody's any more. */
async function belongsTo({ pid, isZombie }: Process, name: string): Promise<boolean> {
  if (name === '' || isZombie || pid === process.pid) return false;
  const texts = [await told(`/proc/${pid}/cgroup`), await told(`/proc/${pid}/environ`)];
  return texts.some((text) => text.includes(name));
}

async function allProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  return (await Promise.all(pids.map(processOf))).filter((one) => one !== null);
}

async function processOf(pid: number): Promise<Process | null> {
  const text = await told(`/proc/${pid}/stat`);
  // the name before may hold anything
  const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return parent === undefined ? null : { pid, parent: Number(parent), isZombie: state === 'Z' };
}

async function residentBytesOf(pid: number): Promise<number> {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(await told(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) * 1024;
}

/** Lines that name the sandboxes' directory, each mount namespace once. */
async function mountsOf(processes: readonly number[], name: string): Promise<number> {
  if (name === '') return 0;
  const tables = new Map<string, number>();
  for (const pid of processes) {
    const namespace = await readlink(`/proc/${pid}/ns/mnt`).catch(() => '');
    if (namespace === '' || tables.has(namespace)) continue;
    const lines = (await told(`/proc/${pid}/mountinfo`)).split('\n');
    tables.set(namespace, lines.filter((line) => line.includes(name)).length);
  }
  return sum([...tables.values()]);
}

async function directoriesBelow(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory());
  const deeper = below.map((entry) => directoriesBelow(join(path, entry.name)));
  return below.length + sum(await Promise.all(deeper));
}

async function filesByRoom(data: string): Promise<Record<string, FileCount>> {
  const entries = await readdir(data).catch(() => []);
  const counted = entries.map(async (entry) => [entry, await filesBelow(join(data, entry))]);
  return Object.fromEntries(await Promise.all(counted)) as Record<string, FileCount>;
}

/** Whatever has a name counts, for directories are left behind as well; what goes away meanwhile does not. */
async function filesBelow(path: string): Promise<FileCount> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) return fileAt(path);
  const counted = await Promise.all(
    entries.map((entry) => {
      const below = join(path, entry.name);
      return entry.isDirectory() ? filesBelow(below) : fileAt(below);
    }),
  );
  const directories = entries.filter((entry) => entry.isDirectory()).length;
  return {
    files: directories + sum(counted.map(({ files }) => files)),
    bytes: sum(counted.map(({ bytes }) => bytes)),
  };
}

async function fileAt(path: string): Promise<FileCount> {
  const found = await stat(path).catch(() => null);
  return found === null ? noFiles : { files: 1, bytes: found.size };
}

async function linksIn(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => []);
  const links = names.map((name) => readlink(join(path, name)).catch(() => null));
  return (await Promise.all(links)).filter((target) => target !== null);
}

/** Empty where there is nothing to read. */
function told(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
