/** Lines of JSON in a file: written as they come, by one process, and read back whole. */
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

export class Journal<Line> {
  readonly #file: WriteStream;
  #failure: Error | null = null;

  constructor(path: string) {
    this.#file = createWriteStream(path, { flags: 'a', highWaterMark: 1024 * 1024 });
    this.#file.on('error', (error) => {
      this.#failure = error;
    });
  }

  write(line: Line): void {
    this.#file.write(`${JSON.stringify(line)}\n`);
  }

  /** Resolves when all of it is in the file; rejects where it never will be. */
  async close(): Promise<void> {
    if (this.#failure === null) await new Promise<void>((done) => this.#file.end(done));
    if (this.#failure !== null) throw this.#failure;
  }
}

/** Of a last line that was not written to its end there is nothing. */
export async function readLines<Line>(path: string): Promise<Line[]> {
  const lines: Line[] = [];
  const input = createReadStream(path);
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    if (text.endsWith('}')) lines.push(JSON.parse(text) as Line);
  }
  return lines;
}
