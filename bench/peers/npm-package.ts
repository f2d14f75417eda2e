/** Programs that come from npm: installed once per version into the benchmark's cache, by npm itself. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NotHere, progress } from '../harness/index.js';

const installTimeoutMs = 300_000;
/** The end of what an installer says tells the most. */
const reasonCharsMax = 130;

/** Where what the benchmark installs is kept between runs. */
export function cacheDirectory(): string {
  return process.env.HEARTH_BENCH_CACHE ?? join(homedir(), '.cache', 'hearth-bench');
}

/** The directory that holds its `node_modules`. Throws `NotHere` where npm cannot get it. */
export async function npmPackage(name: string, version: string): Promise<string> {
  const label = `${name.replace(/^.*\//, '')}-${version}`;
  return installedOnce(label, (directory) => {
    const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    return run('npm', ['install', ...flags, '--prefix', directory, `${name}@${version}`]);
  });
}

/** Installs into a directory that gets its name only when all is there, so that none is found by halves. */
export async function installedOnce(
  label: string,
  install: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = join(cacheDirectory(), label);
  if (await exists(directory)) return directory;
  progress(`installing ${label} to ${cacheDirectory()} ...`);
  await mkdir(cacheDirectory(), { recursive: true });
  const unfinished = await mkdtemp(`${directory}.`);
  try {
    await install(unfinished);
    await rename(unfinished, directory);
  } catch (error) {
    throw new NotHere(`${label} cannot be installed: ${reasonOf(error)}`);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return directory;
}

export async function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const options = { timeout: installTimeoutMs, env: { ...process.env, ...env } };
  await promisify(execFile)(command, args, options);
}

function reasonOf(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
  const text = (stderr || message).trim().replace(/\s+/g, ' ');
  return text.length > reasonCharsMax ? `... ${text.slice(-reasonCharsMax)}` : text;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
