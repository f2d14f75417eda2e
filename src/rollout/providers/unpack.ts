/** Unpacks a release's archive into a directory of its own, and nothing anywhere else. */
import { mkdir, readdir } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import { type ReadEntry, x } from 'tar';
import { exists } from '../../lib/index.js';
import { refused } from './refusals.js';

const kinds = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'SymbolicLink', 'Link']);

/**
 * Gives the directory that `bin` is in: the new one, or the only one in it, as `npm pack` makes them. Throws
 * `release-refused` where anything in it would lie, or points, outside.
 */
export async function unpack(archive: string, to: string, version: string): Promise<string> {
  await mkdir(to, { mode: 0o755 });
  const outside: string[] = [];
  try {
    await x({
      file: archive,
      cwd: to,
      strict: true,
      // root's archives hold the numbers of whoever packed them
      preserveOwner: false,
      filter: (path, entry) => {
        if (staysInside(entry as ReadEntry)) return true;
        outside.push(path);
        return false;
      },
    });
  } catch (error) {
    throw refused(version, `its artifact cannot be unpacked: ${(error as Error).message}`);
  }
  if (outside.length > 0) throw refused(version, `its artifact reaches outside by ${outside[0]}`);
  const [only, ...others] = await readdir(to);
  if (only === undefined || others.length > 0 || (await exists(join(to, 'bin')))) return to;
  return join(to, only);
}

function staysInside({ path, type, linkpath }: ReadEntry): boolean {
  if (!kinds.has(type) || leaves(path)) return false;
  if (type === 'SymbolicLink')
    return linkpath !== undefined && !leaves(linkpath, posix.dirname(path));
  return type !== 'Link' || (linkpath !== undefined && !leaves(linkpath));
}

function leaves(path: string, from = '.'): boolean {
  const whole = posix.join(from, path);
  return isAbsolute(path) || whole === '..' || whole.startsWith('../');
}
