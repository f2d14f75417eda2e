/**
 * Unpacks a release's archive into a directory of its own, and nothing anywhere else. It is thousands of files: a
 * process of its own does it, for the thread and the file pool of a node serve requests.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ReadEntry, x } from 'tar';
import * as z from 'zod';
import { type Clock, exists } from '../../lib/index.js';
import { refused } from './refusals.js';
import { runProgram } from './run-program.js';

/** What is unpacked, and where to: a directory that is not there. */
export interface Unpacking {
  readonly archive: string;
  readonly to: string;
}

/** Exactly one of both: where `bin` is, or why the archive is not to be had as a release. */
export type Unpacked = { readonly root: string } | { readonly unfit: string };

const kinds = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'SymbolicLink', 'Link']);

const program = fileURLToPath(new URL('./unpack-program.js', import.meta.url));
/** It gives way to everything else on the host. */
const timeoutMs = 10 * 60_000;
const answer = z.union([z.object({ root: z.string() }), z.object({ unfit: z.string() })]);

/**
 * Gives the directory that `bin` is in: the new one, or the only one in it, as `npm pack` makes them. Throws
 * `release-refused` where anything in it would lie, or points, outside.
 */
export async function unpackApart(
  clock: Clock,
  unpacking: Unpacking,
  version: string,
  signal: AbortSignal,
): Promise<string> {
  const command = [process.execPath, program];
  const told = answer.parse(await runProgram(clock, { command, timeoutMs, signal }, unpacking));
  if ('unfit' in told) throw refused(version, told.unfit);
  return told.root;
}

/** The same here. */
export async function unpack({ archive, to }: Unpacking): Promise<Unpacked> {
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
    return { unfit: `its artifact cannot be unpacked: ${(error as Error).message}` };
  }
  if (outside.length > 0) return { unfit: `its artifact reaches outside by ${outside[0]}` };
  const [only, ...others] = await readdir(to);
  if (only === undefined || others.length > 0 || (await exists(join(to, 'bin'))))
    return { root: to };
  return { root: join(to, only) };
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
