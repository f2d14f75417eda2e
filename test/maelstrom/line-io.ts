/**
 * Lines in and out. What is written in one turn of the event loop leaves with one write: at thousands of
 * lines a second the system calls are what costs.
 */
import type { Readable, Writable } from 'node:stream';

/** Calls back once per line, and at the end of the stream. */
export function readLines(stream: Readable, line: (text: string) => void, ended: () => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) if (text !== '') line(text);
  });
  stream.once('end', ended);
}

/** Bytes that the reader of our lines may leave untaken before what can be lost is lost. */
const congestedBytes = 64 * 1024 * 1024;

export class LineWriter {
  #waiting = '';

  constructor(private readonly stream: Writable) {}

  /** The reader has not kept up for long. */
  get congested(): boolean {
    return this.stream.writableLength > congestedBytes;
  }

  /** `line` ends with a newline. */
  write(line: string): void {
    if (this.#waiting === '') queueMicrotask(() => this.#flush());
    this.#waiting += line;
  }

  #flush(): void {
    const text = this.#waiting;
    this.#waiting = '';
    this.stream.write(text);
  }
}
