/**
 * One data directory, one node: a lock file names the process that uses it. A lock whose process is
 * gone (a killed node) is taken over. Beside it stands which release that process is: not in the lock, which
 * releases before 0.2 would then not know for one.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HearthError } from '../types/index.js';
import { claimFile } from './files.js';
import { markRuns, processMark } from './process-start.js';

const releaseFile = 'lock-release';

/** The node that uses a data directory. */
export interface LockHolder {
  readonly pid: number;
  /** `PID START` */
  readonly mark: string;
  /** Null where the node has not told it, as those before 0.2 do not. */
  readonly version: string | null;
}

export class DataLock {
  readonly #path: string;

  constructor(
    private readonly dataDirectory: string,
    private readonly version: string,
  ) {
    this.#path = join(dataDirectory, 'lock');
  }

  /** Throws `storage` where a running node has the directory, or it cannot be written. */
  async take(): Promise<void> {
    try {
      await mkdir(this.dataDirectory, { recursive: true, mode: 0o700 });
      const mark = (await processMark(process.pid)) ?? '';
      const holder = await claimFile(this.#path, mark, markRuns);
      if (holder !== null) throw this.#inUse(holder);
      await writeFile(join(this.dataDirectory, releaseFile), `${mark} ${this.version}`);
    } catch (error) {
      if (error instanceof HearthError) throw error;
      throw new HearthError(
        'storage',
        `Cannot use the data directory ${this.dataDirectory}: ${(error as Error).message}.`,
      );
    }
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  #inUse(holder: string): HearthError {
    return new HearthError(
      'storage',
      `The data directory ${this.dataDirectory} is in use by the node with process id ${holder.split(' ')[0]}; stop that node or use another --data.`,
    );
  }
}

/** Who uses the data directory; null where nobody does. */
export async function readDataLock(dataDirectory: string): Promise<LockHolder | null> {
  const read = (name: string): Promise<string> =>
    readFile(join(dataDirectory, name), 'utf8').catch(() => '');
  const mark = await read('lock');
  if (!(await markRuns(mark))) return null;
  const told = await read(releaseFile);
  return {
    pid: Number(mark.split(' ')[0]),
    mark,
    version: told.startsWith(`${mark} `) ? told.slice(mark.length + 1) : null,
  };
}
