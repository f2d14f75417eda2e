/** What the commands of `hearth release` do. */
import type { KeyObject } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { programRoot } from '../lib/index.js';
import {
  artifactFetcher,
  type Manifest,
  manifestJson,
  manifestName,
  newReleaseKeys,
  ownFiles,
  packageFiles,
  packFiles,
  parseManifest,
  parsePrivateKey,
  parseReference,
  parseUnsigned,
  programFormatLevel,
  programVersion,
  publicKeyOf,
  pushRelease,
  type Release,
  ReleaseWeb,
  signImage,
  signManifest,
  verifyManifest,
} from '../rollout/index.js';
import { asFailure, CommandFailure, usageFailure } from './failure.js';
import { type Io, print, say, withProgress } from './io.js';
import { readManifest } from './rollout/manifest.js';
import { createPrivateFile } from './secret-file.js';
import { formatBytes } from './table.js';

export interface ReleaseOptions {
  readonly json?: boolean;
}

export interface PackOptions extends ReleaseOptions {
  readonly root?: string;
  readonly key?: string;
}

export interface ImageOptions {
  readonly release?: string;
  readonly formatLevel: number;
}

export interface SignOptions extends ReleaseOptions {
  readonly key: string;
}

export interface PushOptions extends ReleaseOptions {
  readonly manifest?: string;
  readonly key?: string;
}

export interface VerifyOptions extends ReleaseOptions {
  readonly keys: readonly string[];
  readonly artifact?: boolean;
}

export async function makeKeys(io: Io, file: string, options: ReleaseOptions): Promise<void> {
  const { privatePem, publicKey } = newReleaseKeys();
  if (!(await createPrivateFile(file, privatePem))) {
    throw new CommandFailure(`${file} is there already and is not overwritten.`);
  }
  print(io, options.json ? JSON.stringify({ file, publicKey }) : publicKey);
}

export async function pack(io: Io, directory: string, options: PackOptions): Promise<void> {
  const root = resolve(options.root ?? programRoot);
  const key = options.key === undefined ? null : await readKey(io, options.key);
  const version = await programVersion(root);
  const formatLevel = await programFormatLevel(root);
  const artifact = `hearth-${version}.tgz`;
  const path = join(directory, artifact);
  const files = [...(await ownFiles(root)), ...(await packageFiles(root))];
  const partial = `${path}.partial`;
  const packing = `packing ${files.length} files of ${root}`;
  const beganMs = io.clock.nowMs();
  const { digest, bytes } = await withProgress(io, packing, async () => {
    try {
      await mkdir(directory, { recursive: true });
      const packed = await packFiles(root, files, partial);
      await rename(partial, path);
      return packed;
    } catch (thrown) {
      await rm(partial, { force: true });
      throw asFailure(thrown, `${path} cannot be written`);
    }
  });
  const release = { version, digest, formatLevel, artifact };
  const manifest = join(directory, manifestName);
  await writeManifest(manifest, key === null ? release : signManifest(release, key));
  if (key === null) say(io, `not signed yet: hearth release sign ${manifest} --key FILE`);
  const seconds = ((io.clock.nowMs() - beganMs) / 1000).toFixed(1);
  const text = `packed ${path} (${files.length} files, ${formatBytes(bytes)}, ${seconds} s)\n${told(release)}`;
  tell(io, options, { ...release, artifact: path, manifest, bytes, signed: key !== null }, text);
}

export async function sign(
  io: Io,
  where: string,
  options: SignOptions & ImageOptions,
): Promise<void> {
  const key = await readKey(io, options.key);
  const by = `signed by ${publicKeyOf(key)}`;
  if (!where.startsWith('oci:')) {
    const json = await readJson(where);
    parseUnsigned(json, resolve(where));
    // where the artifact is stays as it was written: relative, perhaps
    const manifest = signManifest(json as Release, key);
    await writeManifest(where, manifest);
    tell(io, options, manifest, `${told(manifest)}\n${by}`);
    return;
  }
  const { release: version, formatLevel } = options;
  if (version === undefined) throw usageFailure('An image needs --release VERSION to be signed.');
  const reference = parseReference(where);
  await withWeb(io, async (web, signal) => {
    const manifest = await signImage(web, reference, { version, formatLevel }, key, signal);
    tell(io, options, manifest, `${told(manifest)}\n${by}`);
  });
}

export async function push(
  io: Io,
  address: string,
  file: string,
  options: PushOptions,
): Promise<void> {
  const reference = parseReference(address);
  const path = options.manifest ?? join(dirname(file), manifestName);
  const json = await readJson(path);
  const manifest =
    options.key === undefined
      ? parseManifest(json, resolve(path))
      : signManifest(parseUnsigned(json, resolve(path)), await readKey(io, options.key));
  await withWeb(io, async (web, signal) => {
    const pushed = await withProgress(io, `pushing ${file} to ${address}`, () =>
      pushRelease(web, reference, file, manifest, signal),
    );
    tell(io, options, pushed, `pushed ${address}\n${told(pushed)}\n${pushed.artifact}`);
  });
}

export async function verify(io: Io, where: string, options: VerifyOptions): Promise<void> {
  const manifest = await readManifest(io, where);
  verifyManifest(manifest, options.keys);
  if (options.artifact) {
    await withWeb(io, (web, signal) =>
      withProgress(io, `fetching ${manifest.artifact}`, () => checkArtifact(web, manifest, signal)),
    );
  }
  tell(io, options, manifest, `${told(manifest)}\nrightly signed: ${manifest.artifact}`);
}

async function checkArtifact(
  web: ReleaseWeb,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-verify-'));
  try {
    await artifactFetcher(web)(manifest, join(directory, 'artifact'), signal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function withWeb(
  io: Io,
  use: (web: ReleaseWeb, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const web = new ReleaseWeb({ clock: io.clock });
  try {
    // Ctrl-C ends the whole process
    await use(web, new AbortController().signal);
  } finally {
    await web.stop();
  }
}

async function readKey(io: Io, path: string): Promise<KeyObject> {
  const others = 0o077;
  const mode = await stat(path).then(
    (about) => about.mode,
    () => 0,
  );
  if ((mode & others) !== 0) say(io, `${path} can be read by others than its owner; chmod 600 it`);
  return parsePrivateKey(await readText(path), path);
}

async function readJson(path: string): Promise<unknown> {
  return manifestJson(Buffer.from(await readText(path)), path);
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((thrown: unknown) => {
    throw asFailure(thrown, `${path} cannot be read`);
  });
}

/** Whole or not at all, for who polls it; readable by everybody, for who serves it. */
async function writeManifest(path: string, manifest: object): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, `${JSON.stringify(manifest, null, 2)}\n`);
    await rename(partial, path);
  } catch (thrown) {
    throw asFailure(thrown, `${path} cannot be written`);
  }
}

function told({ version, digest, formatLevel }: Release): string {
  return `release ${version}, format level ${formatLevel}, ${digest}`;
}

function tell(io: Io, options: ReleaseOptions, json: object, text: string): void {
  print(io, options.json ? JSON.stringify(json) : text);
}
