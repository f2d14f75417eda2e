/**
 * What test networks leave on the machine: namespaces with processes in them, a directory each with mounts in it,
 * and the cgroups and sandboxes of nodes that were killed. All of it is named after the process that made it and
 * goes away with that one: it removes it itself, and a guard beside it does where it was killed. What is left even so
 * goes at the next start.
 *
 * usage: traces.js PID      the guard: removes what process PID made, once standard input ends
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { containerManifest, sandboxManifest } from '../../../src/types/index.js';

export const namespaces = '/run/netns';
/** Finds the commands of an administrator, also where the path of the user does not. */
export const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
const program = fileURLToPath(import.meta.url);
const goneWaitMs = 5000;
const ours = /^hearth-test-(\d+)(-|$)/;

/** The namespace of node `what`, or of the relay. */
export function nameOf(what: number | 'wire'): string {
  return `hearth-test-${process.pid}-${what}`;
}

export function directoryOf(pid: number): string {
  return join(tmpdir(), `hearth-test-${pid}`);
}

/** Makes the directory of this process; from now on all that is named after it goes with it. */
export function openDirectory(): string {
  removeLeftovers();
  removeAtEnd();
  const directory = directoryOf(process.pid);
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}

let removesAtEnd = false;

function removeAtEnd(): void {
  if (removesAtEnd) return;
  removesAtEnd = true;
  const guard = spawn(process.execPath, [program, String(process.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // a signal to the group of this process is not meant for it
    detached: true,
  });
  guard.unref();
  (guard.stdin as Socket).unref();
  process.on('exit', () => removeWholly(process.pid));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(1));
  }
}

/** Removes what processes made that are no more. */
function removeLeftovers(): void {
  const names = [...list(namespaces), ...list(tmpdir())];
  const pids = names.flatMap((name) => ours.exec(name)?.[1] ?? []);
  for (const pid of new Set(pids.map(Number))) {
    if (signal(pid, 0)) continue;
    try {
      removeWholly(pid);
    } catch {
      // its guard, or another test, may be about it as well
    }
  }
}

/** Removes all that the process `pid` made, where its sandboxes and groups are gone already. */
export function remove(pid: number): void {
  endProcesses(pid);
  for (const name of namespacesOf(pid)) execFileSync('ip', ['netns', 'delete', name], { env });
  const directory = directoryOf(pid);
  for (const data of list(directory)) removeCgroups(join(directory, data, sandboxManifest));
  for (const mount of mountsIn(directory)) execFileSync('umount', ['--lazy', mount], { env });
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Likewise with sandboxes and groups, while this process waits. */
function removeWholly(pid: number): void {
  execFileSync(process.execPath, [program, String(pid)], { stdio: 'ignore' });
}

async function sweepAndRemove(pid: number): Promise<void> {
  // loaded when they are needed: a guard only waits
  const { sweepLeftovers } = await import('../../../src/agent/index.js');
  const { removeCpuGroups } = await import('../cpu-group.js');
  const directory = directoryOf(pid);
  await untilGone(endProcesses(pid));
  for (const data of list(directory)) {
    for (const manifest of [sandboxManifest, containerManifest]) {
      await sweepLeftovers(join(directory, data, manifest)).catch(() => undefined);
    }
  }
  await removeCpuGroups((name) => ours.exec(name)?.[1] === String(pid));
  remove(pid);
}

/** Kills what lives in the namespaces and what works in the directory; returns the process ids. */
function endProcesses(pid: number): readonly number[] {
  const inside = namespacesOf(pid).flatMap((name) => {
    const pids = execFileSync('ip', ['netns', 'pids', name], { env, encoding: 'utf8' });
    return pids.split('\n').filter(Boolean).map(Number);
  });
  const directory = directoryOf(pid);
  const working = list('/proc').filter((name) => {
    const at = /^\d+$/.test(name) ? workingDirectory(name) : '';
    return at === directory || at.startsWith(`${directory}/`);
  });
  const ended = [...inside, ...working.map(Number)].filter((each) => each !== process.pid);
  for (const each of ended) signal(each, 'SIGKILL');
  return ended;
}

async function untilGone(pids: readonly number[]): Promise<void> {
  const deadlineMs = Date.now() + goneWaitMs;
  while (pids.some((pid) => signal(pid, 0)) && Date.now() < deadlineMs) await delay(10);
}

function namespacesOf(pid: number): readonly string[] {
  return list(namespaces).filter((name) => ours.exec(name)?.[1] === String(pid));
}

/** The last mounted first. */
function mountsIn(directory: string): readonly string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const places = mounts.flatMap((line) => line.split(' ')[4] ?? []);
  return places.filter((place) => place.startsWith(`${directory}/`)).reverse();
}

function workingDirectory(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** Of a node that was killed; it has run no function, so its cgroups are empty. */
function removeCgroups(manifest: string): void {
  try {
    const { groups } = JSON.parse(readFileSync(manifest, 'utf8')) as { groups: string[] };
    for (const group of groups) rmdirSync(group);
  } catch {
    // it had none, or has removed them itself
  }
}

/** False where there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

if (process.argv[1] === program) {
  await once(process.stdin.resume(), 'end');
  await sweepAndRemove(Number(process.argv[2]));
}
