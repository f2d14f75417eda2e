/**
 * Releases of this host, a directory each, named by its version. One appears by a rename, whole: several nodes
 * of the host may bring the same one at the same time.
 */
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type Clock,
  errnoOf,
  exists,
  type Logger,
  markRuns,
  processMark,
  SingleFlight,
  syncDirectory,
} from '../../lib/index.js';
import { parseVersion } from '../../types/index.js';
import type { Release } from '../types.js';
import { notPrepared, refused } from './refusals.js';
import { unpackApart } from './unpack.js';

export interface ReleaseDirectoryDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  readonly programRoot: string;
  readonly fetchArtifact: (release: Release, toFile: string, signal: AbortSignal) => Promise<void>;
}

/** In a release's directory: the digest of the artifact that it was. */
const digestFile = '.hearth-digest';
/** `.new-PID-START-...`: what is being made, and by which process. */
const unfinished = /^\.new-(\d+)-(\d*)-/;
/** What runs, the one before, and one more. */
const releasesKept = 3;
/** By this process, whoever asked. */
let made = 0;

export class ReleaseDirectory {
  readonly #directory: string;
  readonly #flights = new SingleFlight<void>();

  constructor(
    private readonly deps: ReleaseDirectoryDeps,
    options: { readonly directory: string },
  ) {
    this.#directory = resolve(options.directory);
  }

  /** Versions that can be started. */
  async list(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const name of await this.#names()) {
      if (await this.#isWhole(name)) found.push(name);
    }
    return found;
  }

  /** The path of a release's program. Throws `invalid-parameter` where it is not here. */
  async program(version: string): Promise<string> {
    if (parseVersion(version) === null || !(await this.#isWhole(version)))
      throw notPrepared(version);
    return join(this.#directory, version, 'bin', 'hearth');
  }

  /** Throws `release-refused` where the artifact is not what the release says, or another was prepared under its version. */
  prepare(release: Release, signal: AbortSignal): Promise<void> {
    return this.#flights.run(`${release.version} ${release.digest}`, () =>
      this.#prepare(release, signal),
    );
  }

  /** Removes what is not to be kept and not among the newest, and what was never finished. */
  async prune(keep: ReadonlySet<string>): Promise<void> {
    const dated: { readonly name: string; readonly atMs: number }[] = [];
    for (const name of await this.#names()) {
      const facts = await stat(join(this.#directory, name)).catch(() => null);
      dated.push({ name, atMs: facts?.ctimeMs ?? 0 });
    }
    const old = dated.sort((a, b) => b.atMs - a.atMs).slice(releasesKept);
    for (const { name } of old) {
      if (keep.has(name) || name === this.deps.version) continue;
      // aside first: half a release is none
      const aside = await this.#newPath();
      await rename(join(this.#directory, name), aside).catch(() => undefined);
      await rm(aside, { recursive: true, force: true });
      this.deps.logger.info({ version: name }, 'an old release is removed');
    }
    for (const name of await readdir(this.#directory)) {
      const [, pid, start] = unfinished.exec(name) ?? [];
      if (pid === undefined || (await markRuns(`${pid} ${start}`))) continue;
      await rm(join(this.#directory, name), { recursive: true, force: true });
    }
  }

  async #prepare(release: Release, signal: AbortSignal): Promise<void> {
    const { version, artifact } = release;
    if (parseVersion(version) === null) throw refused(version, 'that is no version');
    await mkdir(this.#directory, { recursive: true });
    if (await this.#isPrepared(release)) return;
    if (artifact !== '') return this.#bring(release, signal);
    if (version !== this.deps.version) throw notPrepared(version);
    const link = await this.#newPath();
    await symlink(this.deps.programRoot, link);
    await this.#place(link, release);
  }

  /** By any node of the host. */
  async #isPrepared({ version, digest }: Release): Promise<boolean> {
    if (!(await this.#isWhole(version))) return false;
    const path = join(this.#directory, version, digestFile);
    const present = await readFile(path, 'utf8').catch(() => '');
    // a link to what runs already was made of no artifact
    if (digest === '' || present === '' || present === digest) return true;
    throw refused(
      version,
      `${join(this.#directory, version)} was made of the artifact ${present}, and this one is ${digest}; ` +
        'two releases never share a version',
    );
  }

  async #bring(release: Release, signal: AbortSignal): Promise<void> {
    const fresh = await this.#newPath();
    const archive = `${fresh}.tar`;
    try {
      await this.deps.fetchArtifact(release, archive, signal);
      signal.throwIfAborted();
      const unpacking = { archive, to: fresh };
      const { clock } = this.deps;
      const root = await unpackApart(clock, unpacking, release.version, signal);
      const version = await packageVersion(root);
      if (version !== release.version) {
        throw refused(release.version, `its package.json says ${version ?? 'no version'}`);
      }
      if (!(await exists(join(root, 'bin', 'hearth')))) {
        throw refused(release.version, 'its artifact has no bin/hearth');
      }
      signal.throwIfAborted();
      await writeFile(join(root, digestFile), release.digest);
      await this.#place(root, release);
    } finally {
      await rm(archive, { force: true });
      await rm(fresh, { recursive: true, force: true });
    }
  }

  async #place(from: string, release: Release): Promise<void> {
    const path = join(this.#directory, release.version);
    // what stands there and is not whole was left by somebody's hand, or is a link to what has gone
    if ((await exists(path)) && !(await this.#isWhole(release.version))) {
      await rename(path, await this.#newPath());
    }
    try {
      await rename(from, path);
    } catch (error) {
      const code = errnoOf(error);
      const isThere = code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EISDIR';
      if (!isThere || !(await this.#isPrepared(release))) throw error;
      await rm(from, { recursive: true, force: true });
      return;
    }
    await syncDirectory(this.#directory);
    this.deps.logger.info({ version: release.version, path }, 'a release is prepared');
  }

  async #names(): Promise<string[]> {
    const names = await readdir(this.#directory).catch(() => []);
    return names.filter((name) => parseVersion(name) !== null);
  }

  async #isWhole(version: string): Promise<boolean> {
    const root = join(this.#directory, version);
    return (await packageVersion(root)) === version && (await exists(join(root, 'bin', 'hearth')));
  }

  async #newPath(): Promise<string> {
    const mark = (await processMark(process.pid)) ?? '';
    return join(this.#directory, `.new-${mark.replace(' ', '-')}-${++made}`);
  }
}

/** What the package.json in a directory says; null where there is none. */
export async function packageVersion(root: string): Promise<string | null> {
  try {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      readonly version?: unknown;
    };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
