/**
 * The files of a function's directory in a fixed order. Links are followed where they stay inside the
 * directory (npm makes such ones) and refused where they leave it: what is deployed must not depend on
 * what else is on this machine. `.git` is left out.
 */
import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { limits } from '../types/index.js';
import { CommandFailure } from './failure.js';

export interface CodeFile {
  /** Path inside the bundle, with `/` between names. */
  readonly name: string;
  /** Where the bytes are: the link's target where it was one. */
  readonly path: string;
  readonly bytes: number;
  readonly executable: boolean;
}

/**
 * Sorted by name (code units), those that `isWanted` by their names. Throws a failure that names the file that
 * cannot be deployed.
 */
export async function listCodeFiles(
  directory: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<CodeFile[]> {
  const root = await realpath(directory);
  const files: CodeFile[] = [];
  let bytes = 0;
  for await (const file of walk(root, root, '', [root])) {
    if (!isWanted(file.name)) continue;
    bytes += file.bytes;
    files.push(file);
    if (files.length > limits.zipEntriesMax) {
      throw new CommandFailure(
        `${directory} holds more than ${limits.zipEntriesMax} files; leave out what the function does not need.`,
      );
    }
    if (bytes > limits.unzippedBytesMax) {
      throw new CommandFailure(
        `${directory} holds more than ${limits.unzippedBytesMax} bytes; leave out what the function does not need.`,
      );
    }
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `ancestors` are the real directories above, to find a link that leads back to one. */
async function* walk(
  root: string,
  directory: string,
  prefix: string,
  ancestors: readonly string[],
): AsyncGenerator<CodeFile> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.name === '.git') continue;
    const name = prefix + entry.name;
    const path = await resolved(root, join(directory, entry.name), name, entry);
    const stats = await stat(path);
    if (stats.isDirectory()) {
      if (ancestors.includes(path)) {
        throw new CommandFailure(
          `${name} is a link to a directory that contains it; remove the link.`,
        );
      }
      yield* walk(root, path, `${name}/`, [...ancestors, path]);
    } else yield codeFile(name, path, stats);
  }
}

async function resolved(root: string, path: string, name: string, entry: Dirent): Promise<string> {
  if (name.includes('\\')) {
    throw new CommandFailure(
      `${name} has a backslash in its name, which no zip can carry; rename it.`,
    );
  }
  if (!entry.isSymbolicLink()) return path;
  const target = await realpath(path).catch(() => {
    throw new CommandFailure(`${name} is a link that leads nowhere; remove it or mend it.`);
  });
  const inside = relative(root, target);
  if (inside === '..' || inside.startsWith(`..${sep}`)) {
    throw new CommandFailure(
      `${name} is a link to ${target}, outside the directory; put a copy of the file in its place.`,
    );
  }
  return target;
}

function codeFile(name: string, path: string, stats: Stats): CodeFile {
  if (!stats.isFile()) {
    throw new CommandFailure(`${name} is neither a file nor a directory; remove it.`);
  }
  return { name, path, bytes: stats.size, executable: (stats.mode & 0o100) !== 0 };
}
