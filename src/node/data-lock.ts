/**
 * One data directory, one node: a lock file names the process that uses it. A lock whose process is
 * gone (a killed node) is taken over.
 */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processStart } from '../lib/index.js';
import { HearthError } from '../types/index.js';

export class DataLock {
  readonly #path: string;

  constructor(private readonly dataDirectory: string) {
    this.#path = join(dataDirectory, 'lock');
  }

  /** Throws `storage` where a running node has the directory, or it cannot be written. */
  async take(): Promise<void> {
    try {
      await mkdir(this.dataDirectory, { recursive: true, mode: 0o700 });
      if (await this.#tryTake()) return;
      const holder = await readFile(this.#path, 'utf8').catch(() => '');
      if (holder !== '' && holder === (await processMark(Number(holder.split(' ')[0])))) {
        throw new HearthError(
          'storage',
          `The data directory ${this.dataDirectory} is in use by the node with process id ${holder.split(' ')[0]}; stop that node or use another --data.`,
        );
      }
      await rm(this.#path, { force: true });
      if (await this.#tryTake()) return;
    } catch (error) {
      if (error instanceof HearthError) throw error;
      throw new HearthError(
        'storage',
        `Cannot use the data directory ${this.dataDirectory}: ${(error as Error).message}.`,
      );
    }
    throw new HearthError('storage', `Another node has just taken ${this.dataDirectory}.`);
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  async #tryTake(): Promise<boolean> {
    try {
      const file = await open(this.#path, 'wx', 0o600);
      await file.writeFile((await processMark(process.pid)) ?? '');
      await file.close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }
}

/** `PID START` of a living process, null where there is none. */
async function processMark(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0);
  } catch {
    return null;
  }
  return `${pid} ${await processStart(pid)}`;
}
