/**
 * A release that has landed, as `releases.json` names it: built from its commit and packed once per machine, unpacked
 * where a test wants it. What it needs besides is linked where this tree has the same, and else brought by npm.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../e2e/cluster-harness.js';

const landed: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(root, 'releases.json'), 'utf8'),
);
const cache = join(tmpdir(), `hearth-landed-${process.getuid?.() ?? 0}`);
const packageLock = 'package-lock.json';

const run = promisify(execFile);

/** Why the release cannot be had here, or false: for `test(..., { skip })`. */
export async function missingRelease(version: string): Promise<string | false> {
  const commit = commitOf(version);
  if (existsSync(packageOf(commit)) || (await isHere(commit))) return false;
  try {
    // a shallow clone
    await run('git', ['fetch', '--quiet', '--depth', '1', 'origin', commit], { cwd: root });
    return false;
  } catch {
    return `the commit of ${version} (${commit.slice(0, 7)}) is neither here nor to be fetched`;
  }
}

/** Unpacks it into a directory that is not there yet. Resolves with its `bin/hearth`. */
export async function unpackLanded(version: string, directory: string): Promise<string> {
  const file = packageOf(commitOf(version));
  if (!existsSync(file)) await build(commitOf(version), file);
  await mkdir(directory, { recursive: true });
  await run('tar', ['-xzf', file, '-C', directory]);
  await provideModules(directory);
  return join(directory, 'bin/hearth');
}

function commitOf(version: string): string {
  const commit = landed[version];
  if (commit === undefined) throw new Error(`releases.json names no release ${version}`);
  return commit;
}

const packageOf = (commit: string): string => join(cache, `${commit}.tgz`);

async function isHere(commit: string): Promise<boolean> {
  const asked = run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root });
  return asked.then(
    () => true,
    () => false,
  );
}

async function build(commit: string, file: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, 'building-'));
  try {
    const archive = join(directory, 'source.tar');
    await run('git', ['archive', '--output', archive, commit], { cwd: root });
    await run('tar', ['-xf', archive, '-C', directory]);
    await provideModules(directory, { alsoBuilds: true });
    await run('scripts/build', ['src'], { cwd: directory });
    const made = join(directory, 'made.tgz');
    const { files } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
    await run('tar', ['-czf', made, '-C', directory, ...files, 'package.json', packageLock]);
    await rename(made, file);
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
}

/** Ours, where all that it runs with is the same there. */
async function provideModules(directory: string, { alsoBuilds = false } = {}): Promise<void> {
  const [theirs, ours] = await Promise.all(
    [directory, root].map(async (at): Promise<Lock> => {
      return JSON.parse(await readFile(join(at, packageLock), 'utf8'));
    }),
  );
  const needed = Object.entries(theirs?.packages ?? {}).filter(
    ([name, { dev = false }]) => name !== '' && !dev,
  );
  const isSame = needed.every(([name, { version }]) => ours?.packages[name]?.version === version);
  if (isSame) await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  else {
    const omitted = alsoBuilds ? [] : ['--omit=dev'];
    await run('npm', ['ci', ...omitted, '--no-audit', '--no-fund'], { cwd: directory });
  }
}
