/** What all sandboxes of a namespace driver share: programs, files, the filter, the stage, the users. */
import { chmod, lstat, mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Random, together } from '../../lib/index.js';
import { seccompFilter } from '../seccomp/filter.js';
import { UidBlock } from '../uid-block.js';
import type { SystemDirectory } from './command-line.js';
import { InheritedDescriptors } from './inherited-descriptors.js';
import { type RootFiles, writeRootFiles } from './root-files.js';
import { Stage } from './stage.js';
import type { NamespaceTools } from './tools.js';

export interface NamespaceHost {
  readonly tools: NamespaceTools;
  readonly systemDirectories: readonly SystemDirectory[];
  readonly files: RootFiles;
  /** A file with the filter of system calls; null on a processor that it does not know. */
  readonly seccompFile: string | null;
  /** null where the node is not root: then everything has the node's own user, outside. */
  readonly root: { readonly stage: Stage; readonly uids: UidBlock } | null;
  /** See there. */
  readonly inherited: InheritedDescriptors;
  /** Nobody's business inside, though it lies in what is bound. */
  readonly hidden: readonly string[];
}

const systemPaths = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/**
 * Gets ready in a directory of the node's own. Rejects with an Error that says what cannot be. `dataDirectory`
 * is the node's; `isWhole` false: for a shell, and for no function.
 */
export async function openHost(
  tools: NamespaceTools,
  runtimeDir: string,
  dataDirectory: string,
  random: Random,
  isWhole = true,
): Promise<NamespaceHost> {
  // others may pass through to what is theirs, and see nothing
  await chmod(runtimeDir, 0o711);
  const directory = join(runtimeDir, 'root');
  await mkdir(directory, { mode: 0o755 });
  const [files, seccompFile, systemDirectories] = await together([
    writeRootFiles(directory, isWhole),
    writeFilter(join(directory, 'seccomp')),
    findSystemDirectories(),
  ]);
  const inherited = await InheritedDescriptors.find();
  const opening = tools.root === null ? Promise.resolve(null) : Stage.open(tools.root, runtimeDir);
  const stage = await opening.catch(async (error: unknown) => {
    await inherited.close();
    throw error;
  });
  return {
    tools,
    systemDirectories,
    files,
    seccompFile,
    inherited,
    root: stage === null ? null : { stage, uids: new UidBlock(random) },
    hidden: dataDirectory.startsWith('/usr/') ? [dataDirectory] : [],
  };
}

export async function closeHost({ inherited, root }: NamespaceHost): Promise<void> {
  await inherited.close();
  await root?.stage.close();
}

async function writeFilter(path: string): Promise<string | null> {
  const filter = seccompFilter(process.arch);
  if (filter === null) return null;
  await writeFile(path, filter, { mode: 0o600 });
  return path;
}

async function findSystemDirectories(): Promise<SystemDirectory[]> {
  const found: SystemDirectory[] = [];
  for (const path of systemPaths) {
    const stats = await lstat(path).catch(() => null);
    if (stats === null) continue;
    found.push({ path, linkTo: stats.isSymbolicLink() ? await readlink(path) : null });
  }
  return found;
}
