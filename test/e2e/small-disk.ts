/** A disk that can really be full: a small file system of its own over a directory. Root only. */
import { execFile, execFileSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errnoOf } from '../../src/lib/index.js';

const run = promisify(execFile);

/** Why none can be made here, or false. */
export function noSmallDisk(): string | false {
  if (process.getuid?.() !== 0) return 'not root';
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']);
    return false;
  } catch {
    return 'this system lets nobody mount file systems';
  }
}

export class SmallDisk {
  #isReadOnly = false;

  private constructor(readonly directory: string) {}

  static async mount(directory: string, bytes: number): Promise<SmallDisk> {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'none', directory]);
    return new SmallDisk(directory);
  }

  /** To the last byte. */
  async fill(): Promise<void> {
    const file = await open(this.#filler, 'w');
    try {
      for (const size of [1024 * 1024, 4096, 1]) await fillBy(size);
    } finally {
      await file.close();
    }

    async function fillBy(size: number): Promise<void> {
      const bytes = Buffer.alloc(size, 'x');
      try {
        for (;;) await file.write(bytes);
      } catch (error) {
        if (errnoOf(error) !== 'ENOSPC') throw error;
      }
    }
  }

  /** Harmless where it is not full. */
  async makeRoom(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  /** Files can be opened for writing no more, and none made; what is open stays writable. */
  async setReadOnly(readOnly: boolean): Promise<void> {
    if (readOnly === this.#isReadOnly) return;
    this.#isReadOnly = readOnly;
    const { directory } = this;
    if (!readOnly) {
      await run('umount', ['--lazy', directory]);
      return;
    }
    await run('mount', ['--bind', directory, directory]);
    await run('mount', ['-o', 'remount,bind,ro', directory]);
  }

  /** What is open on it stays until it is closed. */
  async unmount(): Promise<void> {
    await this.setReadOnly(false);
    await run('umount', ['--lazy', this.directory]);
  }

  get #filler(): string {
    return join(this.directory, 'filler');
  }
}
