/**
 * The program that mounts (see there), as the node speaks to it: one answer after another, in the order of the
 * requests, and none without a deadline. It ends with its standard input, and so with the node; one that has died
 * or hangs is replaced at the next request.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock, DeadlineKey, DeadlineQueue } from '../../lib/index.js';
import { limits } from '../../types/index.js';
import type { MountVerb } from './mount-program.js';

export interface MounterDeps {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
}

interface Call {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly deadline: DeadlineKey;
}

const answerShape = /^= (\d+)$/;
const answerWaitMs = 10_000;
/** Each sandbox of the node may wait for some at the same time. */
const waitingMax = 4 * limits.sandboxesPerNodeMax;
const complaintCharsMax = 300;

export class Mounter {
  readonly #waiting: Call[] = [];
  #child: ChildProcessWithoutNullStreams | null = null;
  #unread = '';
  #complaint = '';
  #closed = false;

  /** `command` is one of `mount-program.ts`, on the stage. */
  constructor(
    private readonly command: readonly string[],
    private readonly deps: MounterDeps,
  ) {}

  /** In the order of the calls. Rejects with an Error that says what `mount` said. */
  ask(verb: MountVerb, place: string, source = ''): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the driver stops'));
    if (this.#waiting.length >= waitingMax) {
      return Promise.reject(new Error(`${waitingMax} mounts are waiting already`));
    }
    if (source.includes('\n')) {
      return Promise.reject(new Error('code lies in a directory whose name has a line break'));
    }
    const { clock, deadlines } = this.deps;
    const child = this.#child ?? this.#start();
    return new Promise((resolve, reject) => {
      const deadline = deadlines.add(clock.nowMs() + answerWaitMs, () => {
        this.#giveUp(child, `no answer within ${answerWaitMs} ms`);
      });
      this.#waiting.push({ resolve, reject, deadline });
      child.stdin.write(`${verb}\n${place}\n${source}\n`);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (child === null) return;
    const ended = once(child, 'exit');
    this.#giveUp(child, 'the driver stops');
    const { clock, deadlines } = this.deps;
    await new Promise<void>((resolve) => {
      const deadline = deadlines.add(clock.nowMs() + answerWaitMs, resolve);
      void ended.finally(() => {
        deadlines.remove(deadline);
        resolve();
      });
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    const [program = '', ...args] = this.command;
    const child = spawn(program, args, { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#unread = '';
    // what goes wrong is told by its end
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => undefined);
    child.on('error', (error) => this.#giveUp(child, error.message));
    child.on('exit', () => this.#giveUp(child, 'it ended'));
    child.stdout.on('data', (text: Buffer) => {
      if (child === this.#child) this.#read(text.toString());
    });
    child.stderr.resume();
    return child;
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split('\n');
    this.#unread = lines.pop() ?? '';
    for (const line of lines) {
      const status = answerShape.exec(line)?.[1];
      if (status === undefined) {
        this.#complaint = `${this.#complaint} ${line}`.slice(0, complaintCharsMax);
        continue;
      }
      const complaint = this.#complaint.trim();
      this.#complaint = '';
      const call = this.#waiting.shift();
      if (call === undefined) continue;
      this.deps.deadlines.remove(call.deadline);
      if (status === '0') call.resolve();
      else call.reject(new Error(complaint || `exit status ${status}`));
    }
  }

  /** Whoever waits for this one is told; the next call starts another. */
  #giveUp(child: ChildProcessWithoutNullStreams, why: string): void {
    if (child !== this.#child) return;
    this.#child = null;
    this.#complaint = '';
    child.kill('SIGKILL');
    for (const { reject, deadline } of this.#waiting.splice(0)) {
      this.deps.deadlines.remove(deadline);
      reject(new Error(`the program that mounts did not answer: ${why}`));
    }
  }
}
