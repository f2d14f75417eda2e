/**
 * What the rest of this folder asks of the kernel but for writes to control files that stand open. The
 * control groups are files, so a test can be the kernel: it gives other places, and a `mkdir` that puts
 * into the directory what a kernel of another layout would.
 */
import { closeSync, openSync, write } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface GroupSystem {
  /** Which hierarchies are mounted where, as `/proc/self/mountinfo`. */
  readonly mountInfo: string;
  /** A directory per process, with `self` in it, as `/proc`. */
  readonly processes: string;
  /** A directory per block device by its number, as `/sys/dev/block`. */
  readonly blockDevices: string;
  mkdir(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  /** Writes to a control file that is there. Rejects with ENOENT where there is none. */
  write(path: string, text: string): Promise<void>;
}

export const linuxSystem: GroupSystem = {
  mountInfo: '/proc/self/mountinfo',
  processes: '/proc',
  blockDevices: '/sys/dev/block',
  async mkdir(path) {
    await mkdir(path);
  },
  rmdir,
  async write(path, text) {
    // only the write itself can wait for long in the kernel; the rest is quicker here than on another thread
    const descriptor = openSync(path, 'r+');
    try {
      await writeTo(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  },
};

const writeTo = promisify(write) as (descriptor: number, text: string) => Promise<unknown>;
