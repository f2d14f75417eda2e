/**
 * The handful of things that the log asks of a disk, so that tests can bring one that loses power at any
 * of them. Nothing is durable before `datasync` (what is in a file) and `syncDirectory` (names).
 */
import { close, constants, fdatasync, fstat, ftruncate, open, read, write } from 'node:fs';
import { mkdir, readdir, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exists, syncDirectory } from '../../lib/index.js';

/**
 * `create` begins an empty file and may read it; `update` and `read` need one that is there. What is written `-through` is
 * on disk when the write resolves, without `datasync`: one call of the system where there were two.
 */
export type OpenMode = 'create' | 'create-through' | 'update' | 'update-through' | 'read';

export interface DiskFile {
  /** Fills as much of `into` as there is from `position` on; returns the number of bytes. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes all of it. `bytes` may be used again once this resolves. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  /** Puts the content and the size on disk. */
  datasync(): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** Failures are Errors with the `code` of the system call. */
export interface Disk {
  /** Also its parents, and durably so. */
  makeDirectory(path: string): Promise<void>;
  /** The names in a directory, in any order. */
  list(directory: string): Promise<readonly string[]>;
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}

export const realDisk: Disk = {
  makeDirectory,
  list: (directory) => readdir(directory),
  open: (path, mode) =>
    new Promise((resolve, reject) => {
      open(path, openFlags[mode], 0o600, (error, descriptor) =>
        error === null ? resolve(new RealFile(descriptor)) : reject(error),
      );
    }),
  rename,
  unlink,
  syncDirectory,
};

const { O_CREAT, O_DSYNC, O_RDONLY, O_RDWR, O_TRUNC } = constants;
const openFlags: { readonly [Mode in OpenMode]: number } = {
  create: O_RDWR | O_CREAT | O_TRUNC,
  'create-through': O_RDWR | O_CREAT | O_TRUNC | O_DSYNC,
  update: O_RDWR,
  'update-through': O_RDWR | O_DSYNC,
  read: O_RDONLY,
};

type Callback = (error: Error | null) => void;

/** The system calls take no more at once. */
const callBytesMax = 2 ** 30;

/** Operations by number of descriptor; it is not closed, and given to another file, while one is under way. */
class RealFile implements DiskFile {
  #underWay = 0;
  #close: (() => void) | null = null;

  constructor(private readonly descriptor: number) {}

  async read(into: Uint8Array, position: number): Promise<number> {
    let total = 0;
    await this.#call((callback) => {
      const readOn = (): void => {
        const bytes = Math.min(into.length - total, callBytesMax);
        read(this.descriptor, into, total, bytes, position + total, (error, readBytes) => {
          total += readBytes;
          const isDone = error !== null || readBytes === 0 || total === into.length;
          isDone ? callback(error) : readOn();
        });
      };
      readOn();
    });
    return total;
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    return this.#call((callback) => {
      const writeFrom = (done: number): void => {
        const length = Math.min(bytes.length - done, callBytesMax);
        write(this.descriptor, bytes, done, length, position + done, (error, written) => {
          if (error !== null || done + written === bytes.length) callback(error);
          else writeFrom(done + written);
        });
      };
      writeFrom(0);
    });
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#call((callback) => ftruncate(this.descriptor, sizeBytes, callback));
  }

  datasync(): Promise<void> {
    return this.#call((callback) => fdatasync(this.descriptor, callback));
  }

  async size(): Promise<number> {
    let bytes = 0;
    await this.#call((callback) => {
      fstat(this.descriptor, (error, stats) => {
        if (error === null) bytes = stats.size;
        callback(error);
      });
    });
    return bytes;
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#close = () =>
        close(this.descriptor, (error) => (error == null ? resolve() : reject(error)));
      if (this.#underWay === 0) this.#close();
    });
  }

  #call(start: (callback: Callback) => void): Promise<void> {
    if (this.#close !== null) return Promise.reject(new Error('the file is closed'));
    this.#underWay++;
    return new Promise((resolve, reject) => {
      start((error) => {
        this.#underWay--;
        if (error === null) resolve();
        else reject(error);
        if (this.#underWay === 0) this.#close?.();
      });
    });
  }
}

async function makeDirectory(path: string): Promise<void> {
  if (await exists(path)) return;
  const parent = dirname(path);
  await makeDirectory(parent);
  await mkdir(path, { recursive: true });
  await syncDirectory(parent);
}
