/** Lines of logs for people: the time, then the text, in quiet colours on a terminal. Or as JSON, as they are. */
import * as z from 'zod';
import { type Io, say } from './io.js';

export interface MissingNode {
  readonly node: string;
  readonly http: string;
  readonly reason: string;
}

const logLine = z.object({
  time: z.string(),
  kind: z.string(),
  text: z.string(),
  report: z.object({ errorType: z.string().nullable() }).optional(),
});

const dim = '\u001b[2m';
const red = '\u001b[31m';
const plain = '\u001b[0m';

export class LogsPrinter {
  readonly #colours: boolean;
  #count = 0;
  /** As it was last said. */
  #missing = '';

  constructor(
    private readonly io: Io,
    private readonly json: boolean,
    private readonly signal: AbortSignal,
  ) {
    const isTerminal = 'isTTY' in io.stdout && io.stdout.isTTY === true;
    this.#colours = isTerminal && !io.env.NO_COLOR;
  }

  /** Resolves when whoever reads has room for more. */
  async print(line: string): Promise<void> {
    this.#count += 1;
    const text = this.json ? line : this.#forPeople(line);
    if (this.signal.aborted || this.io.stdout.write(`${text}\n`)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.io.stdout.off('drain', done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      this.io.stdout.on('drain', done);
      this.signal.addEventListener('abort', done);
    });
  }

  /** Says whose lines may be missing, when that has changed. */
  missing(nodes: readonly MissingNode[]): void {
    const said = nodes.map(({ node, http, reason }) => `${node.slice(0, 8)} (${http}: ${reason})`);
    const text = said.sort().join(', ');
    if (text === this.#missing) return;
    this.#missing = text;
    say(this.io, text === '' ? 'all nodes answer again.' : `lines may be missing of: ${text}`);
  }

  sayIfNothing(target: string): void {
    if (this.#count > 0) return;
    say(
      this.io,
      `no logs of ${target} for what was asked; \`hearth functions\` lists the functions, --since goes further back.`,
    );
  }

  #forPeople(line: string): string {
    const parsed = logLine.safeParse(JSON.parse(line));
    if (!parsed.success) return line;
    const { time, kind, text, report } = parsed.data;
    if (!this.#colours) return `${time} ${text}`;
    const failed = (report?.errorType ?? null) !== null;
    const colour = failed ? red : kind === 'output' ? '' : dim;
    return `${dim}${time}${plain} ${colour}${text}${plain}`;
  }
}
