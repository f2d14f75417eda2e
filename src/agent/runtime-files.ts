/**
 * Hearth's own programs that run inside of sandboxes, copied to one directory that stands in all of them as
 * /var/runtime: readable by anyone, whatever the installation's modes are, and the same until the node ends, whatever
 * becomes of the installation.
 */
import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programRoot } from '../lib/index.js';

/** Where sandboxes have them. */
export const runtimeRoot = '/var/runtime';
/** Set apart from making: the umask may be a strict one. */
const directoryMode = 0o755;
const fileMode = 0o644;
/** This folder, compiled: the modules themselves, since no bundle has what runs in sandboxes. */
export const agentCompiled = join(programRoot, 'dist/src/agent');
/** This folder's source. The compiler copies no .py: they are only here. */
export const agentSource = join(programRoot, 'src/agent');
const runtimeDirectories = [join(agentCompiled, 'runtimes'), join(agentSource, 'runtimes')];

/** Fills the directory, which does not exist yet. */
export async function stageRuntimeFiles(directory: string): Promise<void> {
  for (const made of [directory, join(directory, 'agent')]) {
    await mkdir(made);
    await chmod(made, directoryMode);
  }
  await copyTree(
    join(agentCompiled, 'runtimes'),
    join(directory, 'agent', 'runtimes'),
    /\.(js|py)$/,
  );
  await copyTree(join(agentSource, 'runtimes'), join(directory, 'agent', 'runtimes'), /\.py$/);
  await copyTree(join(agentCompiled, '../wire'), join(directory, 'wire'), /\.js$/);
  const settings = join(directory, 'package.json');
  await writeFile(settings, '{"type":"module"}');
  await chmod(settings, fileMode);
}

/** An argument of a runtime's command as it is inside: its program is another place there. */
export function argumentInside(argument: string): string {
  for (const directory of runtimeDirectories) {
    if (!argument.startsWith(`${directory}/`)) continue;
    return `${runtimeRoot}/agent/runtimes${argument.slice(directory.length)}`;
  }
  return argument;
}

async function copyTree(from: string, to: string, wanted: RegExp): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  await mkdir(to, { recursive: true });
  await chmod(to, directoryMode);
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target, wanted);
    else if (wanted.test(entry.name)) {
      await copyFile(source, target);
      await chmod(target, fileMode);
    }
  }
}
