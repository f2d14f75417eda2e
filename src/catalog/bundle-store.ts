/**
 * Code bundles on this node's disk, by content hash:
 *
 *     bundles/<sha256>.zip    as uploaded, synced to disk
 *     code/<sha256>/          unpacked once, read-only files, shared by all sandboxes; several bundles laid
 *                             over one another too, under the hash of their list
 *
 * Both appear by rename, so that what is there is whole.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, exists, randomHex32, replaceFile, SingleFlight } from '../lib/index.js';
import { type BundleHash, bundleHash, HearthError } from '../types/index.js';
import { mergedHash } from './code-of.js';
import { diskFault } from './disk-fault.js';
import { mergeTrees } from './layer-tree.js';
import { unzip } from './unzip.js';

export interface HeldBundle {
  readonly hash: BundleHash;
  /** 0 where it is not here. */
  readonly zipBytes: number;
  readonly codeBytes: number;
  readonly usedWallMs: number;
}

export class BundleStore {
  readonly #zips: string;
  readonly #code: string;
  readonly #flights = new SingleFlight<string>();
  /** When each was asked for, since the start of the process. */
  readonly #usedMs = new Map<BundleHash, number>();
  readonly #bytes = new Map<BundleHash, number>();

  constructor(
    dataDirectory: string,
    private readonly clock: Clock,
  ) {
    this.#zips = join(dataDirectory, 'bundles');
    this.#code = join(dataDirectory, 'code');
  }

  /** Makes the directories and removes what an interrupted write left. */
  async start(): Promise<void> {
    await rm(join(this.#zips, 'partial'), { recursive: true, force: true });
    await rm(join(this.#code, 'partial'), { recursive: true, force: true });
    await mkdir(join(this.#zips, 'partial'), { recursive: true, mode: 0o700 });
    await mkdir(join(this.#code, 'partial'), { recursive: true });
    // what an older release has unpacked was closed to other users
    for (const name of await readdir(this.#code)) await chmod(join(this.#code, name), 0o755);
  }

  /** The hash under which a zip is kept. */
  static hashOf(zip: Uint8Array): BundleHash {
    return bundleHash(createHash('sha256').update(zip).digest('hex'));
  }

  /** Checks a zip by unpacking it, and keeps both. Throws `invalid-parameter` for a bad zip, `storage-full`, `storage`. */
  async add(zip: Uint8Array): Promise<BundleHash> {
    const hash = BundleStore.hashOf(zip);
    await this.#unpack(hash, async () => zip);
    await this.put(hash, zip);
    return hash;
  }

  /** Keeps a zip without unpacking it. Throws `invalid-parameter` where it is not what its hash says. */
  async put(hash: BundleHash, zip: Uint8Array): Promise<void> {
    if (BundleStore.hashOf(zip) !== hash) {
      throw new HearthError('invalid-parameter', `The bundle sent as ${hash} has another hash.`);
    }
    const path = this.#zipPath(hash);
    if (await exists(path)) {
      // it is wanted again: not to be collected before the function that refers to it is known
      await this.#date(path);
      return;
    }
    try {
      await replaceFile(path, zip, join(this.#zips, 'partial', randomHex32()));
      // the kernel's time is the machine's, which may be wrong
      await this.#date(path);
    } catch (error) {
      throw diskFault(error, this.#zips);
    }
  }

  has(hash: BundleHash): Promise<boolean> {
    return exists(this.#zipPath(hash));
  }

  /** The zip, where this node holds it. */
  async get(hash: BundleHash): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#zipPath(hash));
    } catch {
      return undefined;
    }
  }

  /**
   * The directory with the unpacked code. `fetch` is asked for the zip where this node has neither, and
   * its answer is kept. One unpacking at a time per bundle.
   */
  async unpacked(hash: BundleHash, fetch: () => Promise<Uint8Array>): Promise<string> {
    this.#usedMs.set(hash, this.clock.wallMs());
    return this.#unpack(hash, async () => {
      const local = await this.get(hash);
      if (local !== undefined) return local;
      const fetched = await fetch();
      await this.put(hash, fetched);
      return fetched;
    });
  }

  /**
   * The directory with the contents of bundles, later ones over earlier ones. What is missing is asked of
   * `fetch` as above. Made once.
   */
  async merged(
    hashes: readonly BundleHash[],
    fetch: (hash: BundleHash) => Promise<Uint8Array>,
  ): Promise<string> {
    const [first] = hashes;
    if (first !== undefined && hashes.length === 1) return this.unpacked(first, () => fetch(first));
    const merged = mergedHash(hashes);
    this.#usedMs.set(merged, this.clock.wallMs());
    return this.#make(merged, async (partial) => {
      const parts: string[] = [];
      for (const hash of hashes) parts.push(await this.unpacked(hash, () => fetch(hash)));
      await mergeTrees(parts, partial);
    });
  }

  /** All that is here, whole or only unpacked. */
  async held(): Promise<readonly HeldBundle[]> {
    const names = [...(await readdir(this.#zips)), ...(await readdir(this.#code))];
    const hashes = names.map((name) => /^([0-9a-f]{64})(\.zip)?$/.exec(name)?.[1]);
    const held: HeldBundle[] = [];
    for (const found of new Set(hashes)) {
      if (found === undefined) continue;
      const hash = bundleHash(found);
      const zip = await stat(this.#zipPath(hash)).catch(() => null);
      const code = await stat(this.#codePath(hash)).catch(() => null);
      const filedMs = Math.max(zip?.mtimeMs ?? 0, code?.mtimeMs ?? 0);
      held.push({
        hash,
        zipBytes: zip?.size ?? 0,
        codeBytes: code === null ? 0 : await this.unpackedBytes(hash),
        usedWallMs: Math.max(filedMs, this.#usedMs.get(hash) ?? 0),
      });
    }
    return held;
  }

  /** Forgets a bundle that no function refers to. Running sandboxes keep their open files. */
  async remove(hash: BundleHash): Promise<void> {
    await rm(this.#zipPath(hash), { force: true });
    await this.removeUnpacked(hash);
    this.#usedMs.delete(hash);
  }

  /** Forgets what can be unpacked, or fetched, again. */
  async removeUnpacked(hash: BundleHash): Promise<void> {
    const partial = join(this.#code, 'partial', randomHex32());
    this.#bytes.delete(hash);
    try {
      // at once: whoever asks for it meanwhile finds all of it or nothing
      await rename(this.#codePath(hash), partial);
    } catch {
      return;
    }
    await rm(partial, { recursive: true, force: true });
  }

  /** The files of what is unpacked here, 0 where it is not. Counted once: nothing changes in there. */
  async unpackedBytes(hash: BundleHash): Promise<number> {
    const known = this.#bytes.get(hash);
    if (known !== undefined) return known;
    let bytes = 0;
    const options = { recursive: true, withFileTypes: true } as const;
    const entries = await readdir(this.#codePath(hash), options).catch(() => null);
    if (entries === null) return 0;
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
    }
    this.#bytes.set(hash, bytes);
    return bytes;
  }

  #unpack(hash: BundleHash, zip: () => Promise<Uint8Array>): Promise<string> {
    return this.#make(hash, async (partial) => unzip(await zip(), partial));
  }

  /** The directory of that name, filled beside its place by the first who asks for it. */
  #make(hash: BundleHash, fill: (partial: string) => Promise<void>): Promise<string> {
    return this.#flights.run(hash, async () => {
      const path = this.#codePath(hash);
      if (await exists(path)) return path;
      const partial = join(this.#code, 'partial', randomHex32());
      try {
        await mkdir(partial);
        await fill(partial);
        await openToAll(partial);
        await rename(partial, path);
      } catch (error) {
        throw diskFault(error, this.#code);
      } finally {
        await rm(partial, { recursive: true, force: true });
      }
      return path;
    });
  }

  async #date(path: string): Promise<void> {
    const now = new Date(this.clock.wallMs());
    await utimes(path, now, now);
  }

  #zipPath(hash: BundleHash): string {
    return join(this.#zips, `${hash}.zip`);
  }

  #codePath(hash: BundleHash): string {
    return join(this.#code, hash);
  }
}

/** Lets every user read what is in there, also where the node's own umask would not: sandboxes have their own. */
async function openToAll(directory: string): Promise<void> {
  const { mode } = await stat(directory);
  if ((mode & 0o055) === 0o055) return;
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o555 : 0o444);
  }
}
