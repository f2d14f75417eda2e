/**
 * Unpacks a function's zip into a directory, safely: nothing is written outside the directory, nothing
 * beyond the limits (what counts is what comes out, not what the archive says of itself), and every
 * byte agrees with its checksum. Archives come from strangers.
 */
import { constants, createWriteStream } from 'node:fs';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { HearthError, limits } from '../types/index.js';
import { isDiskFault } from './disk-fault.js';

/**
 * Unpacks `zip` into `directory`, which must exist and be empty. Files become read-only and keep their
 * executable bit. Throws `invalid-parameter`, or what the disk said where that is at fault; what was written until
 * then is the caller's to remove.
 */
export async function unzip(zip: Uint8Array, directory: string): Promise<void> {
  const buffer = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const archive = await openArchive(buffer);
  const unpacking = new Unpacking(buffer, archive, await realpath(directory));
  try {
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) entries.push(entry);
    await unpacking.run(entries);
  } catch (error) {
    throw error instanceof HearthError || isDiskFault(error) ? error : unreadable();
  } finally {
    archive.close();
  }
  await makeLinks(unpacking.root, unpacking.links);
}

const filesAtOnce = 8;
/** Larger ones are streamed, so that memory stays bounded. */
const wholeBytesMax = 4 * 1024 * 1024;

class Unpacking {
  readonly links: { path: string; target: string }[] = [];
  readonly #directories = new Map<string, Promise<unknown>>();
  #bytesLeft: number = limits.unzippedBytesMax;

  constructor(
    private readonly zip: Buffer,
    private readonly archive: ZipFile,
    readonly root: string,
  ) {}

  /** Several at once, for most of the time goes into waiting for the disk; ends when all have ended. */
  async run(entries: readonly Entry[]): Promise<void> {
    const waiting = entries.values();
    let failure: unknown = null;
    const work = async (): Promise<void> => {
      for (const entry of waiting) {
        if (failure !== null) return;
        try {
          await this.#unpack(entry);
        } catch (error) {
          failure ??= error;
        }
      }
    };
    await Promise.all(Array.from({ length: filesAtOnce }, work));
    if (failure !== null) throw failure;
  }

  async #unpack(entry: Entry): Promise<void> {
    const path = pathInside(this.root, entry.fileName);
    if (entry.fileName.endsWith('/')) return this.#makeDirectory(path);
    if (!entry.canDecodeFileData()) throw unreadable();
    await this.#makeDirectory(dirname(path));
    if (isLink(entry)) {
      if (entry.uncompressedSize > linkBytesMax) throw unreadable();
      this.links.push({ path, target: (await this.#content(entry)).toString() });
      return;
    }
    const executable = ((entry.externalFileAttributes >>> 16) & 0o111) !== 0;
    // 'wx': an entry that stands twice, or hits a directory, is refused
    const options = { flag: 'wx', mode: executable ? 0o555 : 0o444 };
    if (entry.uncompressedSize <= wholeBytesMax) {
      await writeFile(path, await this.#content(entry), options);
    } else {
      const source = await this.archive.openReadStreamPromise(entry);
      await pipeline(
        source,
        this.#checked(entry),
        createWriteStream(path, { ...options, flags: 'wx' }),
      );
    }
  }

  #makeDirectory(path: string): Promise<void> {
    let made = this.#directories.get(path);
    if (made === undefined) {
      made = mkdir(path, { recursive: true });
      this.#directories.set(path, made);
    }
    return made.then(() => {});
  }

  /** A small entry's content; never more comes out than the entry says and the budget allows. */
  async #content(entry: Entry): Promise<Buffer> {
    this.#spend(entry.uncompressedSize);
    const minimal = { minimal: true } as const;
    const { fileDataStart } = await this.archive.readLocalFileHeaderPromise(entry, minimal);
    const raw = this.zip.subarray(fileDataStart, fileDataStart + entry.compressedSize);
    const content =
      entry.compressionMethod === 0
        ? raw
        : await inflate(raw, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
    if (content.length !== entry.uncompressedSize || crc32(content) !== entry.crc32) {
      throw unreadable();
    }
    return content;
  }

  /** Counts what comes out against the budget, and compares the checksum at the end. */
  #checked(entry: Entry): Transform {
    let sum = 0;
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        sum = crc32(chunk, sum);
        try {
          this.#spend(chunk.length);
          done(null, chunk);
        } catch (error) {
          done(error as Error);
        }
      },
      flush(done) {
        done(sum === entry.crc32 ? null : unreadable());
      },
    });
  }

  #spend(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) {
      throw new HearthError(
        'invalid-parameter',
        `Unzipped size must be smaller than ${limits.unzippedBytesMax} bytes`,
      );
    }
  }
}

async function openArchive(zip: Buffer): Promise<ZipFile> {
  if (zip.length === 0) {
    throw new HearthError('invalid-parameter', 'Uploaded file must be a non-empty zip');
  }
  let archive: ZipFile;
  try {
    archive = await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true });
  } catch {
    throw unreadable();
  }
  if (archive.entryCount === 0) {
    throw new HearthError('invalid-parameter', 'Uploaded file must be a non-empty zip');
  }
  if (archive.entryCount > limits.zipEntriesMax) {
    throw new HearthError(
      'invalid-parameter',
      `The zip has ${archive.entryCount} entries, more than ${limits.zipEntriesMax}; leave out what the function does not need.`,
    );
  }
  return archive;
}

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

/** The longest path of Linux. */
const linkBytesMax = 4096;

/** yauzl has refused `..` and absolute names by now; this holds whatever it let through. */
function pathInside(root: string, name: string): string {
  const path = resolve(root, name);
  if (!path.startsWith(root + sep) || name.includes('\0')) throw unreadable();
  return path;
}

function isLink(entry: Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & constants.S_IFMT) === constants.S_IFLNK;
}

/** Links come last, so that no file was written through one; each must end inside the root. */
async function makeLinks(
  root: string,
  links: readonly { path: string; target: string }[],
): Promise<void> {
  for (const { path, target } of links) {
    await symlink(target, path).catch((error: unknown) => {
      throw isDiskFault(error) ? error : unreadable();
    });
  }
  for (const { path } of links) {
    const end = await realpath(path).catch(() => null);
    if (end === null || (end !== root && !end.startsWith(root + sep))) {
      throw new HearthError(
        'invalid-parameter',
        `The zip has a symbolic link that leads out of it or nowhere: ${path.slice(root.length + 1)}; replace it by the file.`,
      );
    }
  }
}

function unreadable(): HearthError {
  return new HearthError(
    'invalid-parameter',
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
  );
}
