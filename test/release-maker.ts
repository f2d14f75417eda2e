/** Makes releases of the compiled program for tests: other versions of it, and broken ones. */
import { copyFile, link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Manifest,
  manifestName,
  ownFiles,
  packageFiles,
  packFiles,
  programFormatLevel,
  type ReleaseKeys,
  signManifest,
} from '../src/rollout/index.js';

export const programRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export interface MakeRelease {
  readonly version: string;
  /** Gets `hearth-VERSION.tgz` and `manifest.json`; made where it is missing. */
  readonly directory: string;
  /** As `newReleaseKeys` makes it. */
  readonly key: ReleaseKeys['privateKey'];
  /**
   * Whole texts of files that are other than in the program, such as `{ 'dist/src/cli/main.js': 'process.exit(1)' }`.
   * Where it has any, the release runs its modules: the bundle is made of what they were.
   */
  readonly patch?: Readonly<Record<string, string>>;
  /**
   * Leaves the packages out: `bin/hearth` puts a link to those of the program beside itself when it starts. A second
   * instead of ten.
   */
  readonly fast?: boolean;
  /** What it writes once finalised; without it, what the program says. */
  readonly formatLevel?: number;
  /** The program that it is made of, built and with its packages; without it, this one. */
  readonly root?: string;
}

export interface MadeRelease {
  readonly manifest: Manifest;
  /** The .tgz. */
  readonly artifact: string;
}

/** A release of the program under another version, signed and ready to be offered by a directory source. */
export async function makeRelease(wanted: MakeRelease): Promise<MadeRelease> {
  const { version, directory, key, root = programRoot } = wanted;
  const staging = await mkdtemp(join(tmpdir(), 'hearth-release-'));
  try {
    const packages = wanted.fast === true ? [] : await packageFiles(root);
    const own = await ownFiles(root);
    const changed = Object.keys(wanted.patch ?? {}).length > 0;
    const kept = [...(changed ? own.filter(isNotBundled) : own), ...packages];
    const about = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const patch: Record<string, string> = {
      'package.json': JSON.stringify({ ...about, version }, null, 2),
      ...(wanted.fast === true && { 'bin/hearth': await linkingStart(root) }),
      ...wanted.patch,
    };
    const files = [...new Set([...kept, ...Object.keys(patch)])].sort();
    for (const folder of new Set(files.map((file) => dirname(file)))) {
      await mkdir(join(staging, folder), { recursive: true });
    }
    for (const file of files) {
      const text = patch[file];
      if (text === undefined) await linkOrCopy(join(root, file), join(staging, file));
      else await writeFile(join(staging, file), text, { mode: 0o755 });
    }
    await mkdir(directory, { recursive: true });
    const name = `hearth-${version}.tgz`;
    const artifact = join(directory, name);
    const { digest } = await packFiles(staging, files, artifact);
    const formatLevel = wanted.formatLevel ?? (await programFormatLevel(root));
    const manifest = signManifest({ version, digest, formatLevel, artifact: name }, key);
    await writeFile(join(directory, manifestName), JSON.stringify(manifest));
    return { manifest, artifact };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** A link is some forty times as fast, and not to be had across file systems. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

function isNotBundled(file: string): boolean {
  return !file.startsWith('dist/bundle/');
}

async function linkingStart(root: string): Promise<string> {
  const start = await readFile(join(root, 'bin/hearth'), 'utf8');
  return `#!/usr/bin/env node
import { symlinkSync } from 'node:fs';
try {
  symlinkSync(${JSON.stringify(join(root, 'node_modules'))}, new URL('../node_modules', import.meta.url));
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
}
${start.replace(/^#!.*/, '')}`;
}
