/**
 * Packs this program as a release: a `.tgz` with `bin/hearth` at its top that runs wherever Node.js is, with the
 * packages it needs. The same files give the same bytes.
 */
import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create, type ReadEntry } from 'tar';
import { exists } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';

interface PackageJson {
  readonly version: string;
  readonly files: readonly string[];
}

interface LockedPackage {
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** For editors and debuggers: two thirds of the files, of which nothing runs. */
const forReaders = /\.(d\.[cm]?ts|map)$/;

/** All files get this time, that of tape archives that carry none: 1980-01-01. */
const fileTime = new Date(315_532_800_000);

/** The version in the package.json of the program at `root`. */
export async function programVersion(root: string): Promise<string> {
  return (await readJson<PackageJson>(root, 'package.json')).version;
}

/** The format level that the program at `root` writes. */
export async function programFormatLevel(root: string): Promise<number> {
  const path = join(root, 'dist/src/types/format-level.js');
  const text = await readFile(path, 'utf8').catch(() => '');
  const [, level] = /^export const formatLevel = (\d+);$/m.exec(text) ?? [];
  // releases before 0.2 did not tell it
  return Number(level ?? 1);
}

/** The program's own files; throws `invalid-parameter` where something is missing. */
export async function ownFiles(root: string): Promise<readonly string[]> {
  const { files } = await readJson<PackageJson>(root, 'package.json');
  const found: string[] = [];
  for (const path of ['package.json', 'package-lock.json', 'LICENSE', ...files]) {
    await listInto(found, root, path);
  }
  return found.sort();
}

/** The files of the packages that it runs with: all that its lock file does not call `dev`. */
export async function packageFiles(root: string): Promise<readonly string[]> {
  const lock = await readJson<{ packages: Record<string, LockedPackage> }>(
    root,
    'package-lock.json',
  );
  const found: string[] = [];
  for (const [path, { dev, optional }] of Object.entries(lock.packages)) {
    // the first stands for the program itself
    if (path === '' || dev === true) continue;
    if (optional !== true || (await exists(join(root, path)))) await listInto(found, root, path);
  }
  return found.sort();
}

/** Packs these files of `root` into `toFile`; resolves with its digest and size. */
export async function packFiles(
  root: string,
  files: readonly string[],
  toFile: string,
): Promise<{ readonly digest: string; readonly bytes: number }> {
  await create(
    {
      cwd: root,
      file: toFile,
      gzip: { level: 6 },
      portable: true,
      mtime: fileTime,
      noDirRecurse: true,
      filter: withoutLinks,
    },
    [...files],
  );
  return { digest: await fileDigest(toFile), bytes: (await stat(toFile)).size };
}

/**
 * A file with two names is packed twice: as a link, the second would depend on how the program came to be here, and
 * `tar` (7.5.23) never ends where both do not stand together.
 */
function withoutLinks(_path: string, about: Stats | ReadEntry): true {
  if ('nlink' in about) about.nlink = 1;
  return true;
}

/** `sha256:HEX` of a file. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}

/** The files below `path`, without packages in it: what the lock file names has its own line there. */
async function listInto(found: string[], root: string, path: string): Promise<void> {
  const about = await stat(join(root, path)).catch(() => {
    throw missing(root, path);
  });
  if (!about.isDirectory()) {
    found.push(path);
    return;
  }
  for (const entry of await readdir(join(root, path), { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    if (entry.isDirectory()) await listInto(found, root, `${path}/${entry.name}`);
    else if (entry.isFile() && !forReaders.test(entry.name)) found.push(`${path}/${entry.name}`);
  }
}

async function readJson<Found>(root: string, name: string): Promise<Found> {
  const text = await readFile(join(root, name), 'utf8').catch(() => {
    throw missing(root, name);
  });
  return JSON.parse(text) as Found;
}

function missing(root: string, path: string): HearthError {
  return new HearthError(
    'invalid-parameter',
    `${path} is missing in ${root}; name the directory of a built program with its packages installed.`,
  );
}
