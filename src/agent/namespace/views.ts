/** What of the host one sandbox sees, and where: found so that the sandbox's user can name it. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SandboxPaths } from '../body.js';
import type { SandboxSpec } from '../driver.js';
import type { Cell, Source } from './cells.js';
import type { View } from './command-line.js';
import type { NamespaceHost } from './host.js';
import type { Interpreter } from './interpreter.js';

export interface Wanted {
  /** Null of a stem cell, which has `cell` instead. */
  readonly spec: SandboxSpec | null;
  readonly cell: Cell | null;
  readonly interpreter: Interpreter;
  readonly paths: SandboxPaths;
  /** The sandbox's own on the host, which is its user's. */
  readonly directory: string;
}

/** There in every sandbox, if only empty. */
export const layersInside = '/opt';
const othersRead = 0o005;

/** Rejects with an Error that names what cannot be read. */
export async function viewsOf(wanted: Wanted, host: NamespaceHost): Promise<View[]> {
  const { spec, cell, interpreter, paths, directory } = wanted;
  const shared: View[] = [
    { host: host.files.etc, inside: '/etc' },
    ...(spec?.network !== 'outbound'
      ? []
      : [{ host: host.files.resolver, inside: '/etc/resolv.conf' }]),
    { host: host.files.runtime, inside: '/var/runtime' },
    ...interpreter.views,
    ...(spec === null ? [] : [{ host: spec.taskRoot, inside: paths.taskRoot }]),
    ...(!spec?.layersRoot ? [] : [{ host: spec.layersRoot, inside: layersInside }]),
  ];
  const own = [
    // the whole of it: a zygote's copies have their sockets below
    { host: directory, inside: dirname(paths.socket) },
    ...(cell === null ? [] : [{ host: cell.task, inside: paths.taskRoot }]),
    ...(cell === null ? [] : [{ host: cell.layers, inside: layersInside }]),
  ];
  const stage = host.root?.stage;
  if (stage === undefined) return [...shared, ...own];
  if (spec !== null) await sourcesOf(spec);
  const reached = await Promise.all(
    shared.map(async ({ host: path, inside }) => ({ host: await stage.reach(path), inside })),
  );
  return [...reached, ...own];
}

/** The function's code and layers. Rejects with an Error that names what cannot be read. */
export async function sourcesOf({ taskRoot, layersRoot }: SandboxSpec) {
  const [task, layers] = await Promise.all([
    sourceAt(taskRoot),
    layersRoot === null ? null : sourceAt(layersRoot),
  ]);
  return { task, layers };
}

async function sourceAt(path: string): Promise<Source> {
  return { path, stats: requireReadable(path, await stat(path)) };
}

/** The sandbox's user is somebody else: what only its owner can read is no code for it. */
function requireReadable(path: string, stats: Stats): Stats {
  if ((stats.mode & othersRead) === othersRead) return stats;
  throw new Error(`${path} cannot be read by other users, and sandboxes are other users`);
}
