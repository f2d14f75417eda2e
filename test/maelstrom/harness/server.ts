/** One node as a process: started, fed, killed, stopped in its tracks. Its data outlives it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Endpoint } from './network.js';

const newline = Buffer.from('\n');
/** Bytes that a process which does not read may have waiting; more is lost. */
const waitingBytesMax = 64 * 1024 * 1024;

export class Server implements Endpoint {
  #process: ChildProcess | null = null;
  #waiting: Buffer[] = [];
  #paused = false;

  constructor(
    private readonly options: {
      readonly program: string;
      readonly environment: NodeJS.ProcessEnv;
      readonly execArguments: readonly string[];
      readonly line: (line: Buffer) => void;
    },
  ) {}

  get running(): boolean {
    return this.#process !== null && !this.#paused;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  start(): void {
    const { program, environment, execArguments, line } = this.options;
    const child = spawn(process.execPath, [...execArguments, program], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    this.#process = child;
    this.#paused = false;
    // Who writes to a dead process learns it here; the kill was ours.
    child.stdin.on('error', () => undefined);
    let rest: Buffer | null = null;
    child.stdout.on('data', (chunk: Buffer) => {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        const part = chunk.subarray(from, end);
        line(rest === null ? part : Buffer.concat([rest, part]));
        rest = null;
        from = end + 1;
      }
      if (from >= chunk.length) return;
      const tail = chunk.subarray(from);
      rest = rest === null ? tail : Buffer.concat([rest, tail]);
    });
    child.once('exit', () => {
      if (this.#process === child) this.#process = null;
    });
  }

  deliver(line: Buffer): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.#flush());
    this.#waiting.push(line, newline);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    this.#process = null;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Lets the process end by itself: for one that writes something at its end. */
  async end(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    const exited = once(child, 'exit');
    child.stdin?.end();
    await exited;
  }

  pause(): void {
    this.#paused = this.#process?.kill('SIGSTOP') ?? false;
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
    this.#paused = false;
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    const input = this.#process?.stdin;
    if (input == null || input.writableLength > waitingBytesMax) return;
    input.write(bytes);
  }
}
