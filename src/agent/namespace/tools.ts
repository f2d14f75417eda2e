/**
 * The programs of the host that sandboxes are made with. bubblewrap does the work; where the node is root,
 * three of util-linux let it start as somebody who is not.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface NamespaceTools {
  readonly bubblewrap: string;
  readonly forbidsUserNamespaces: boolean;
  readonly prlimit: string | null;
  /** Where the node is root, and only there. */
  readonly root: RootTools | null;
}

export interface RootTools {
  readonly setpriv: string;
  readonly nsenter: string;
  readonly unshare: string;
}

const questionTimeoutMs = 10_000;
/** Looked at after PATH, which may lack them where a service starts the node. */
const usualDirectories = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];
/** What the command line uses beyond bubblewrap 0.4. */
const neededOptions = ['--perms', '--size', '--remount-ro'];

/** Since bubblewrap 0.8, and not where /proc/sys cannot be written, as in most containers. */
const forbidding = '--disable-userns';
const forbidden = ['--unshare-user', forbidding, '--ro-bind', '/', '/', '--', '/bin/sh', '-c', ':'];

/** The programs, or one sentence that says what is missing. */
export async function findTools(): Promise<NamespaceTools | string> {
  if (process.platform !== 'linux') return 'Namespaces are a thing of Linux.';
  const bubblewrap = await findProgram('bwrap');
  if (bubblewrap === null) {
    return 'bubblewrap is not installed; install the package bubblewrap.';
  }
  const help = await helpOf(bubblewrap);
  const lacking = neededOptions.filter((option) => !help.includes(option));
  if (lacking.length > 0) {
    return `${bubblewrap} does not know ${lacking.join(', ')}; install bubblewrap 0.5 or newer.`;
  }
  const root = process.getuid?.() === 0 ? await findRootTools() : null;
  if (typeof root === 'string') return root;
  return {
    bubblewrap,
    forbidsUserNamespaces: help.includes(forbidding) && (await runs(bubblewrap, forbidden)),
    prlimit: await findProgram('prlimit'),
    root,
  };
}

/** The absolute path of a program, or null. */
export async function findProgram(name: string): Promise<string | null> {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((part) => part.startsWith('/'));
  for (const directory of [...onPath, ...usualDirectories]) {
    const path = join(directory, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return null;
}

async function findRootTools(): Promise<RootTools | string> {
  const [setpriv, nsenter, unshare] = await Promise.all(
    ['setpriv', 'nsenter', 'unshare'].map(findProgram),
  );
  if (!setpriv || !nsenter || !unshare) {
    return 'setpriv, nsenter or unshare is not installed; install the package util-linux.';
  }
  return { setpriv, nsenter, unshare };
}

function helpOf(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, ['--help'], { timeout: questionTimeoutMs }, (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}

function runs(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: questionTimeoutMs }, (error) =>
      resolve(error === null),
    );
  });
}
