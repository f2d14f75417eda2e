/**
 * A terminal that shows the newest state in place: each drawing goes over the last one in a single write, line by line,
 * so that nothing flickers, and no line is longer than the screen, so that none wraps.
 */
import type { Writable } from 'node:stream';
import { type Seen, statusLines } from './text.js';

const clearRight = '\u001b[K';
const clearBelow = '\u001b[J';
const bold = '\u001b[1m';
const plain = '\u001b[0m';

interface Terminal extends Writable {
  readonly isTTY: true;
  readonly columns?: number;
  readonly rows?: number;
}

/** Null where standard output is no terminal. */
export function asTerminal(stream: Writable): Terminal | null {
  return 'isTTY' in stream && stream.isTTY === true ? (stream as Terminal) : null;
}

export class Screen {
  #height = 0;
  #lines: readonly string[] = [];

  constructor(
    private readonly terminal: Terminal,
    private readonly colours: boolean,
  ) {}

  draw(seen: Seen): void {
    const { columns, rows } = this.#size();
    // first the story, then nodes give way where the screen is low
    const fitting = [10, 5, 2].flatMap((storyMax) =>
      [20, 8, 4].map((nodesMax) => statusLines(seen, { columns, nodesMax, storyMax })),
    );
    this.#lines = fitting.find((lines) => lines.length < rows) ?? fitting.at(-1) ?? [];
    this.#show();
  }

  /** A line below what was drawn last. */
  note(line: string): void {
    this.#lines = [...this.#lines, line];
    this.#show();
  }

  #show(): void {
    const { columns, rows } = this.#size();
    const lines = this.#lines.slice(0, rows - 1).map((line) => line.slice(0, columns));
    const up = this.#height === 0 ? '' : `\u001b[${this.#height}A`;
    const text = lines.map((line) => `${this.#emphasised(line)}${clearRight}\n`).join('');
    this.terminal.write(`${up}\r${text}${clearBelow}`);
    this.#height = lines.length;
  }

  #emphasised(line: string): string {
    if (!this.colours) return line;
    return line.replace(/ (\[[a-z-]+\])/, ` ${bold}$1${plain}`);
  }

  /** One column less than there are: a terminal wraps in the last one. */
  #size(): { columns: number; rows: number } {
    return { columns: (this.terminal.columns ?? 80) - 1, rows: this.terminal.rows ?? 24 };
  }
}
