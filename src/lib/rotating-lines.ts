/**
 * Lines kept in files of a bounded size, of which the oldest go: `NAME-000001.jsonl` and so on in a directory of
 * their own. Who appends never waits; a line is with the system a moment later, and not forced to the disk.
 */
import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface RotatingLinesOptions {
  readonly directory: string;
  readonly name: string;
  readonly fileBytesMax: number;
  readonly filesMax: number;
  /** Lines that wait to be written; with more, new ones are dropped and counted. */
  readonly waitingMax: number;
}

export class RotatingLines {
  #waiting: string[] = [];
  #writing: Promise<void> | null = null;
  #numbers: number[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(
    private readonly options: RotatingLinesOptions,
    /** Lines were lost, as many as are told. */
    private readonly failed: (error: unknown, lines: number) => void,
  ) {}

  async start(): Promise<void> {
    await mkdir(this.options.directory, { recursive: true, mode: 0o700 });
    this.#numbers = (await readdir(this.options.directory))
      .map((file) => this.#numberOf(file))
      .filter((number) => number > 0)
      .sort((a, b) => a - b);
    const last = this.#numbers.at(-1);
    if (last !== undefined) this.#bytes = (await stat(this.#path(last))).size;
  }

  /** `line` without its end. */
  append(line: string): void {
    if (this.#waiting.length >= this.options.waitingMax) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(line);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all that was appended is written. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  /** From the last line on. */
  async *newestFirst(): AsyncGenerator<string> {
    await this.flushed();
    for (const number of this.#numbers.toReversed()) {
      // one that has gone meanwhile has no lines
      const text = await readFile(this.#path(number), 'utf8').catch(() => '');
      const lines = text.split('\n');
      for (let at = lines.length - 1; at >= 0; at--) if (lines[at]) yield lines[at] ?? '';
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      const dropped = this.#dropped;
      this.#waiting = [];
      this.#dropped = 0;
      try {
        await this.#write(Buffer.from(lines.map((line) => `${line}\n`).join('')));
        if (dropped > 0) this.failed(new Error('too many lines at once'), dropped);
      } catch (error) {
        this.failed(error, lines.length + dropped);
      }
    }
    this.#writing = null;
  }

  async #write(data: Buffer): Promise<void> {
    const last = this.#numbers.at(-1);
    const isFull = this.#bytes > 0 && this.#bytes + data.length > this.options.fileBytesMax;
    const number = last === undefined || isFull ? (last ?? 0) + 1 : last;
    if (number !== last) {
      this.#numbers.push(number);
      this.#bytes = 0;
    }
    await appendFile(this.#path(number), data, { mode: 0o600 });
    this.#bytes += data.length;
    while (this.#numbers.length > this.options.filesMax) {
      await rm(this.#path(this.#numbers.shift() ?? 0), { force: true });
    }
  }

  #path(number: number): string {
    const { directory, name } = this.options;
    return join(directory, `${name}-${String(number).padStart(6, '0')}.jsonl`);
  }

  #numberOf(file: string): number {
    const { name } = this.options;
    const digits = file.startsWith(`${name}-`) ? file.slice(name.length + 1) : '';
    return Number(/^(\d{6,})\.jsonl$/.exec(digits)?.[1] ?? 0);
  }
}
