/** What of the host one sandbox sees, and where: found so that the sandbox's user can name it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxPaths } from '../body.js';
import type { SandboxSpec } from '../driver.js';
import type { View } from './command-line.js';
import type { NamespaceHost } from './host.js';
import type { Interpreter } from './interpreter.js';

export interface Wanted {
  readonly spec: SandboxSpec;
  readonly interpreter: Interpreter;
  readonly paths: SandboxPaths;
  /** The sandbox's own on the host, which is its user's. */
  readonly directory: string;
}

const othersRead = 0o005;

/** Rejects with an Error that names what cannot be read. */
export async function viewsOf(wanted: Wanted, host: NamespaceHost): Promise<View[]> {
  const { spec, interpreter, paths, directory } = wanted;
  const { taskRoot, layersRoot, network } = spec;
  const shared: View[] = [
    { host: host.files.etc, inside: '/etc' },
    ...(network === 'none' ? [] : [{ host: host.files.resolver, inside: '/etc/resolv.conf' }]),
    { host: host.files.runtime, inside: '/var/runtime' },
    ...interpreter.views,
    { host: taskRoot, inside: paths.taskRoot },
    ...(layersRoot === null ? [] : [{ host: layersRoot, inside: '/opt' }]),
  ];
  const own = { host: join(directory, 's'), inside: paths.socket };
  const stage = host.root?.stage;
  if (stage === undefined) return [...shared, own];
  await Promise.all([taskRoot, layersRoot].map(requireReadable));
  const reached = await Promise.all(
    shared.map(async ({ host: path, inside }) => ({ host: await stage.reach(path), inside })),
  );
  return [...reached, own];
}

/** The sandbox's user is somebody else: what only its owner can read is no code for it. */
async function requireReadable(path: string | null): Promise<void> {
  if (path === null) return;
  const { mode } = await stat(path);
  if ((mode & othersRead) === othersRead) return;
  throw new Error(`${path} cannot be read by other users, and sandboxes are other users`);
}
