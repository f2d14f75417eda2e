/**
 * The process of one `hearth node`, wherever it lives: started, ended, stopped for a while, and all that it
 * prints kept in a file. It ends with whoever started it: the channel between them is its life line.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface NodeCommand {
  /** Whatever stands before the node in it becomes the node: the process id stays the same. */
  readonly command: readonly string[];
  /** Where it works and makes its temporary files. */
  readonly temporary: string;
  readonly env?: NodeJS.ProcessEnv;
}

const readyTimeoutMs = 40_000;
/** Of a node that does not start, for the error. */
const logTailChars = 4000;

export class NodeProcess {
  #child: ChildProcess | null = null;

  constructor(
    private readonly number: number,
    private readonly logFile: string,
  ) {}

  get runs(): boolean {
    const { exitCode, signalCode } = this.#child ?? { exitCode: 0, signalCode: null };
    return exitCode === null && signalCode === null;
  }

  get pid(): number | null {
    return this.runs ? (this.#child?.pid ?? null) : null;
  }

  /** Resolves when it takes requests. */
  async start({ command, temporary, env = {} }: NodeCommand): Promise<void> {
    const [program = '', ...args] = command;
    const log = openSync(this.logFile, 'a');
    const child = spawn(program, args, {
      cwd: temporary,
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, HEARTH_UP: '1', TMPDIR: temporary, ...env },
    });
    closeSync(log);
    this.#child = child;
    const ready = once(child, 'message').then(() => null);
    const ended = once(child, 'exit').then(([code, signal]) => `ended with ${code ?? signal}`);
    const late = delay(readyTimeoutMs, `not ready in ${readyTimeoutMs} ms`, { ref: false });
    const failure = await Promise.race([ready, ended, late]);
    if (failure !== null) throw new Error(`node ${this.number}: ${failure}\n${this.log}`);
  }

  /** Resolves when the process is gone, with its exit code: null where the signal has ended it, or there was none. */
  async end(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<number | null> {
    const child = this.#child;
    if (child === null || !this.runs) return null;
    const gone = once(child, 'exit');
    child.kill(signal);
    const [code] = await gone;
    return code;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.runs) this.#child?.kill(signal);
  }

  /** The end of what it has printed. */
  get log(): string {
    return readFileSync(this.logFile, 'utf8').slice(-logTailChars);
  }

  /** Copies all that it has printed. */
  async keepLog(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true });
    await copyFile(this.logFile, join(directory, basename(this.logFile)));
  }
}
