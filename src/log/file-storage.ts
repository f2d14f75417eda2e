/**
 * The log in one file, `log` in a directory of its own. Records are only ever appended, each with one
 * `fdatasync`. The file is made beside its place and moved there, so that it is whole or not there.
 */
import { strict as assert } from 'node:assert';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Logger, replaceFile, syncDirectory } from '../lib/index.js';
import { HearthError } from '../types/index.js';
import { decodeLog, encodeRecord, logMagic } from './record.js';
import type { LogContent, LogStorage, LogWrite } from './storage.js';

export class FileLogStorage implements LogStorage {
  readonly #path: string;
  #file: FileHandle | null = null;
  #bytes = 0;
  #writing = false;
  #failure: HearthError | null = null;

  constructor(
    private readonly collaborators: { readonly logger: Logger },
    private readonly options: { readonly directory: string },
  ) {
    this.#path = join(options.directory, 'log');
  }

  async open(): Promise<LogContent> {
    assert(this.#file === null, 'the storage is opened once');
    try {
      const file = await this.#openOrCreate();
      this.#file = file;
      const bytes = await file.readFile();
      const { hardState, entries, wholeBytes } = decodeLog(bytes, this.#path);
      if (wholeBytes < bytes.length) {
        const tornBytes = bytes.length - wholeBytes;
        this.collaborators.logger.warn({ path: this.#path, tornBytes }, 'cut a torn last record');
        await file.truncate(wholeBytes);
      }
      // What a killed process wrote may still be in memory only, and is relied on from here on.
      await file.sync();
      this.#bytes = wholeBytes;
      return { hardState, entries };
    } catch (thrown) {
      await this.close();
      throw this.#storageError(thrown, 'opened');
    }
  }

  async append(write: LogWrite): Promise<void> {
    assert(!this.#writing, 'one write at a time');
    if (this.#failure !== null) throw this.#failure;
    this.#writing = true;
    const record = encodeRecord(write);
    try {
      if (this.#file === null) throw new Error('it is not open');
      await writeAll(this.#file, record, this.#bytes);
      await this.#file.datasync();
      this.#bytes += record.length;
    } catch (thrown) {
      this.#failure = this.#storageError(thrown, 'written');
      // A part of a record is cut at the next start in any case; without it the disk has room again.
      await this.#file?.truncate(this.#bytes).catch(() => undefined);
      throw this.#failure;
    } finally {
      this.#writing = false;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #openOrCreate(): Promise<FileHandle> {
    try {
      return await open(this.#path, 'r+');
    } catch (thrown) {
      if (codeOf(thrown) !== 'ENOENT') throw thrown;
    }
    const { directory } = this.options;
    await mkdir(directory, { recursive: true });
    await replaceFile(this.#path, logMagic, `${this.#path}.new`);
    await syncDirectory(dirname(directory));
    return open(this.#path, 'r+');
  }

  #storageError(thrown: unknown, done: string): HearthError {
    if (thrown instanceof HearthError) return thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new HearthError(
      'storage',
      `The log ${this.#path} cannot be ${done} (${reason}); mend the disk and start the node again.`,
    );
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
}
