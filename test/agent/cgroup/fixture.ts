/** Real control groups for tests, in whatever hierarchies are asked for and this host has. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  findGroupHome,
  type GroupHome,
  type GroupLimits,
  type GroupSystem,
  linuxSystem,
  type SandboxGroup,
} from '../../../src/agent/cgroup/index.js';
import { type Clock, randomHex32, systemClock } from '../../../src/lib/index.js';
import { temporaryDirectory } from '../fixture.js';

/** What is left of this host's hierarchies: a host has often more than it needs. */
export type Layout = 'all that is here' | 'v1 alone' | 'v2 alone';
export const layouts: readonly Layout[] = ['all that is here', 'v1 alone', 'v2 alone'];

export const noLimits: GroupLimits = {
  memoryBytes: null,
  cpuCores: null,
  cpuWeight: 100,
  pidsMax: null,
  ioBytesPerS: null,
};

/** This kernel, with only those mounts of which `keep` says so. */
export function systemOf(t: TestContext, keep: (line: string) => boolean): GroupSystem {
  const mountInfo = join(temporaryDirectory(t), 'mountinfo');
  const lines = readFileSync(linuxSystem.mountInfo, 'utf8').split('\n');
  writeFileSync(mountInfo, lines.filter(keep).join('\n'));
  return { ...linuxSystem, mountInfo };
}

export function layoutOf(t: TestContext, layout: Layout): GroupSystem {
  const unwanted = { 'all that is here': 'none', 'v1 alone': 'cgroup2', 'v2 alone': 'cgroup' };
  return systemOf(t, (line) => !line.includes(` - ${unwanted[layout]} `));
}

/** A home that is removed with all that is in it; null, and the test skipped, where there cannot be one. */
export async function homeOf(
  t: TestContext,
  system: GroupSystem = linuxSystem,
  clock: Clock = systemClock,
): Promise<GroupHome | null> {
  const home =
    process.platform === 'linux'
      ? await findGroupHome(homeName(), { dataDirectory: tmpdir() }, { clock, system })
      : null;
  if (home === null) t.skip('no such control groups that this process may use');
  else t.after(() => home.remove());
  return home;
}

export function homeName(): string {
  return `hearth-${randomHex32().slice(0, 6)}`;
}

/** A shell that joins the group and runs the script, which finds `args` as $1 and so on. */
export function startIn(
  t: TestContext,
  files: readonly string[],
  script: string,
  args: readonly string[] = [],
): ChildProcess & { readonly stdout: NodeJS.ReadableStream } {
  const joining = `while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; ${script}`;
  const child = spawn('/bin/sh', ['-c', joining, 'sh', ...files, '--', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** One that prints `in` once it is there; with the line after it, if one is asked for. */
export async function runningIn(t: TestContext, group: SandboxGroup, script: string) {
  const child = startIn(t, group.procsFiles, `echo in; ${script}`);
  await once(child.stdout, 'data');
  return child;
}

/** Resolves with the exit code, or the signal's name. */
export async function endOf(child: ChildProcess): Promise<number | string> {
  if (child.exitCode !== null) return child.exitCode;
  if (child.signalCode !== null) return child.signalCode;
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return code ?? signal ?? '';
}

/** Looks again and again, giving way to everything else between. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadlineMs = systemClock.nowMs() + 20_000;
  while (!isSo()) {
    if (systemClock.nowMs() > deadlineMs) throw new Error(`not within 20 s: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function pidsIn(path: string): number[] {
  const text = readFileSync(join(path, 'cgroup.procs'), 'utf8');
  return text.split('\n').filter(Boolean).map(Number);
}
