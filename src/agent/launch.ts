/**
 * Starts the first process of a sandbox. It goes through a shell that joins the sandbox's groups before it
 * becomes the program, so that every process is born within its limits, and the kernel's wait for a
 * move into a group is the sandbox's, not the node's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { Clock, DeadlineQueue } from '../lib/index.js';
import type { BodyEvents } from './body.js';

export interface LaunchPlan {
  /** The program, as an absolute path, and its arguments. It keeps the pid. */
  readonly command: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** See `SandboxGroup`; empty where there are no groups. */
  readonly procsFiles: readonly string[];
  /**
   * What the program finds as its descriptors 3, 4 and so on: open ones, which remain the caller's to close, or
   * new connections to the caller, see `Launched`. Those in between that are left out stay as they are.
   */
  readonly descriptors?: readonly (number | 'pipe' | 'ignore')[];
}

export interface Launched {
  readonly pid: number;
  /** The caller's ends of the connections among `descriptors`, in their order. */
  readonly pipes: readonly Duplex[];
  kill(): void;
  /** True: does not read what it prints. */
  holdOutput(held: boolean): void;
  /** Resolves when it has ended, or after a bounded time. */
  gone(): Promise<void>;
}

const shell = '/bin/sh';
/** Joins the groups named before `--`, one by one, and becomes what is named behind. */
const joining = 'while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; exec "$@"';
const goneWaitMs = 1000;
const firstDescriptor = 3;

/** Rejects with an Error where there is no process; else its end is told by `events`. */
export function launch(
  plan: LaunchPlan,
  events: BodyEvents,
  clock: Clock,
  deadlines: DeadlineQueue,
): Promise<Launched> {
  const { command, directory, environment, procsFiles, descriptors = [] } = plan;
  const [program, ...args] =
    procsFiles.length === 0
      ? command
      : [shell, '-c', joining, 'sh', ...procsFiles, '--', ...command];
  return new Promise((resolve, reject) => {
    const child = spawn(program as string, args, {
      cwd: directory,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
      env: environment,
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => events.exited({ code, signal }));
    child.on('close', () => events.drained());
    for (const output of [child.stdout, child.stderr]) {
      output?.on('data', (chunk: Buffer) => events.output(chunk));
    }
    if (child.pid !== undefined) resolve(launched(child, child.pid, clock, deadlines));
  });
}

function launched(
  child: ChildProcess,
  pid: number,
  clock: Clock,
  deadlines: DeadlineQueue,
): Launched {
  const pipes = (child.stdio as readonly unknown[]).slice(firstDescriptor).filter(isPipe);
  // an end that closes early is told by the process's own
  for (const pipe of pipes) pipe.on('error', () => undefined);
  return {
    pid,
    pipes,
    kill: () => {
      child.kill('SIGKILL');
    },
    holdOutput: (held) => {
      for (const output of [child.stdout, child.stderr]) {
        if (held) output?.pause();
        else output?.resume();
      }
    },
    gone: () => {
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
      return new Promise((resolve) => {
        const deadline = deadlines.add(clock.nowMs() + goneWaitMs, resolve);
        child.once('exit', () => {
          deadlines.remove(deadline);
          resolve();
        });
      });
    },
  };
}

function isPipe(stream: unknown): stream is Duplex {
  return stream !== null && stream !== undefined;
}
