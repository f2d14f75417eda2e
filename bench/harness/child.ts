/** A program that the benchmark runs beside itself, until it is stopped or the benchmark ends. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { NotHere } from './contestant.js';
import type { Place } from './place.js';

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Also what the benchmark does where nobody asked for it. */
  stop(): Promise<void>;
}

const stopTimeoutMs = 5000;
const startTimeoutMs = 20_000;
const askEveryMs = 20;
const path = `${process.env.PATH}:/usr/sbin:/sbin`;

/** In a session of its own, so that Ctrl-C reaches the benchmark alone. Throws `NotHere` for a program that is not there. */
export async function startChild(
  place: Place,
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Child> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
    cwd: place.directory,
    ...options,
    env: { ...process.env, PATH: path, ...options.env },
  });
  const spawned = await Promise.race([
    once(child, 'spawn').then(() => null),
    once(child, 'error').then(([error]) => error as Error),
  ]);
  if (spawned !== null) throw new NotHere(`${command} cannot be run: ${spawned.message}`);
  const stop = place.cleanup.add(() => ended(child));
  return { pid: child.pid ?? 0, process: child, stop };
}

/** Resolves when something answers there; throws where the child ends before, or takes too long. */
export async function answers(url: string, child: Child, init: RequestInit = {}): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs;
  for (;;) {
    if (!runs(child.process)) throw new Error(`${child.process.spawnfile} ended at once`);
    try {
      const answer = await fetch(url, init);
      await answer.arrayBuffer();
      if (answer.ok) return;
    } catch {
      // it does not listen yet
    }
    if (performance.now() > deadlineMs) throw new Error(`${url} does not answer`);
    await delay(askEveryMs);
  }
}

/** Ends a process in order or, where that takes too long, by force. */
export async function ended(child: ChildProcess, timeoutMs = stopTimeoutMs): Promise<void> {
  if (!runs(child)) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const late = delay(timeoutMs, 'late', { ref: false });
  if ((await Promise.race([exit, late])) === 'late') child.kill('SIGKILL');
  await exit;
}

export function runs(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
