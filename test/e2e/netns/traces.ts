/**
 * What test networks leave on the machine: namespaces with processes in them, a directory each, and the
 * cgroups of nodes that were killed. All of it is named after the process that made it and goes away with
 * that one: it removes it itself, and a guard beside it does where it was killed. What is left even so goes
 * at the next start.
 *
 * usage: traces.js PID      the guard: removes what process PID made, once standard input ends
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sandboxManifest } from '../../../src/types/index.js';

export const namespaces = '/run/netns';
/** Finds the commands of an administrator, also where the path of the user does not. */
export const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
const program = fileURLToPath(import.meta.url);
const ours = /^hearth-test-(\d+)(-|$)/;

/** The namespace of node `what`, or of the relay. */
export function nameOf(what: number | 'wire'): string {
  return `hearth-test-${process.pid}-${what}`;
}

export function directoryOf(pid: number): string {
  return join(tmpdir(), `hearth-test-${pid}`);
}

let removesAtEnd = false;

export function removeAtEnd(): void {
  if (removesAtEnd) return;
  removesAtEnd = true;
  const guard = spawn(process.execPath, [program, String(process.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // a signal to the group of this process is not meant for it
    detached: true,
  });
  guard.unref();
  (guard.stdin as Socket).unref();
  process.on('exit', () => remove(process.pid));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(1));
  }
}

/** Removes what processes made that are no more. */
export function removeLeftovers(): void {
  const names = [...list(namespaces), ...list(tmpdir())];
  const pids = names.flatMap((name) => ours.exec(name)?.[1] ?? []);
  for (const pid of new Set(pids.map(Number))) if (!signal(pid, 0)) remove(pid);
}

/** Removes all that the process `pid` made. */
export function remove(pid: number): void {
  const made = list(namespaces).filter((name) => ours.exec(name)?.[1] === String(pid));
  for (const name of made) {
    const inside = execFileSync('ip', ['netns', 'pids', name], { env, encoding: 'utf8' });
    for (const inner of inside.split('\n').filter(Boolean)) signal(Number(inner), 'SIGKILL');
    execFileSync('ip', ['netns', 'delete', name], { env });
  }
  const directory = directoryOf(pid);
  for (const data of list(directory)) removeCgroups(join(directory, data, sandboxManifest));
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
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
  remove(Number(process.argv[2]));
}
