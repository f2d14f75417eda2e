/**
 * Starts the real `hearth` command for end-to-end tests, on ports that are free, and ends it whatever
 * the test did. Nothing here waits by sleeping for a fixed time: it waits for lines, exits and answers,
 * each with a deadline.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { freePorts } from '../free-ports.js';

export { freePorts } from '../free-ports.js';

export const root = resolve(fileURLToPath(import.meta.url), '../../../..');
export const hearthBin = join(root, 'bin/hearth');
const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process whose output is kept, with waits for lines and for its end. */
export class Command {
  stdout = '';
  stderr = '';
  readonly exited: Promise<Exit>;
  #notify: () => void = () => {};

  constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#notify();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#notify();
    });
    this.exited = once(child, 'close').then(([code, signal]) => {
      this.#notify();
      return { code, signal };
    });
  }

  static hearth(args: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
    return new Command(
      spawn(process.execPath, [hearthBin, ...args], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
      }),
    );
  }

  /** Node i of a cluster made by hand: HTTP on `port` + i, its data in `data`/i. */
  static node(i: number, port: number, data: string, ...more: string[]): Command {
    return Command.hearth(nodeArguments(i, port, data, ...more));
  }

  /** Resolves with the match once standard output has it; rejects when the process ends before. */
  async untilPrinted(pattern: RegExp, timeoutMs = startTimeoutMs): Promise<RegExpExecArray> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      const ended = this.child.exitCode !== null || this.child.signalCode !== null;
      if (ended || Date.now() > deadline) {
        const how = ended ? `ended with ${this.child.exitCode}` : `not printed in ${timeoutMs} ms`;
        throw new Error(`${pattern}: ${how}\nstdout: ${this.stdout}\nstderr: ${this.stderr}`);
      }
      await Promise.race([
        new Promise<void>((wake) => {
          this.#notify = wake;
        }),
        delay(deadline - Date.now() + 1, undefined, { ref: false }),
      ]);
    }
  }

  /** SIGINT: a node that is told by SIGTERM first gives balancers notice. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Exit> {
    this.child.kill(signal);
    return this.ended();
  }

  async ended(timeoutMs = stopTimeoutMs): Promise<Exit> {
    const timer = delay(timeoutMs, null, { ref: false });
    const exit = await Promise.race([this.exited, timer]);
    if (exit !== null) return exit;
    this.child.kill('SIGKILL');
    throw new Error(
      `did not end in ${timeoutMs} ms\nstdout: ${this.stdout}\nstderr: ${this.stderr}`,
    );
  }
}

/** The command line of `Command.node`. */
export function nodeArguments(i: number, port: number, data: string, ...more: string[]): string[] {
  const args = ['--data', join(data, String(i)), '--http', `127.0.0.1:${port + i}`];
  return ['node', ...args, '--cluster', `127.0.0.1:${port + 1000 + i}`, ...more];
}

/** A running `hearth up`. */
export class Cluster {
  private constructor(
    readonly command: Command,
    readonly port: number,
    readonly url: string,
  ) {}

  static async up(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Cluster> {
    const port = await freePorts();
    const command = Command.hearth(['up', '--http', String(port), ...args], env);
    try {
      const match = await command.untilPrinted(/^ready (http:\/\/\S+)$/m);
      return new Cluster(command, port, match[1] ?? '');
    } catch (error) {
      command.child.kill('SIGKILL');
      throw error;
    }
  }

  /** Node i, from 1. */
  nodeUrl(i: number): string {
    return `http://127.0.0.1:${this.port + i}`;
  }

  client(url = this.url): LambdaClient {
    return new LambdaClient({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      maxAttempts: 1,
    });
  }

  /** The process id of the node that serves a port: read from what the kernel says. */
  nodePid(i: number): number {
    const pid = pidsOf(`127.0.0.1:${this.port + i}`, ' node ')[0];
    if (pid === undefined) throw new Error(`node ${i} is not running`);
    return pid;
  }

  stop(): Promise<Exit> {
    return this.command.stop();
  }
}

/** Resolves once the node at `url` says that it is healthy. */
export function healthy(url: string): Promise<Response> {
  return eventually(
    () => fetch(`${url}/_hearth/health`),
    (answer) => answer.status === 200,
  );
}

/** Process ids whose command line holds all of the texts. Linux. */
export function pidsOf(...texts: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const line = ` ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')} `;
        return texts.every((text) => line.includes(text));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Why a test that needs programs cannot run here, or false: for `test(..., { skip })`. */
export function missing(...programs: readonly string[]): string | false {
  const lacking = programs.filter((program) => {
    try {
      execFileSync('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v ${program}`]);
      return false;
    } catch {
      return true;
    }
  });
  return lacking.length === 0 ? false : `${lacking.join(', ')} not installed`;
}

/** Asks until the answer is as wanted; the deadline's error tells the last answer. */
export async function eventually<Value>(
  ask: () => Promise<Value>,
  wanted: (value: Value) => boolean,
  timeoutMs = 15_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let last: unknown;
    try {
      const value = await ask();
      if (wanted(value)) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`not in ${timeoutMs} ms; last: ${JSON.stringify(last)} ${last}`);
    await delay(25);
  }
}
