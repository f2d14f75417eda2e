/** What warm sandboxes take that have frozen, beyond what they share with each other and the host. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sandboxManifest } from '../../src/types/index.js';
import {
  type HearthNodes,
  isFrozen,
  privateMb,
  type SandboxGroups,
  sandboxGroups,
} from '../harness/index.js';
import type { SmallFunction } from './functions.js';

const sleepMs = 300;
const frozenTimeoutMs = 20_000;
const askEveryMs = 250;
const MiB = 1024 * 1024;

/** In MB, of at least `count` sandboxes of the function. */
export async function frozenSandboxesMb(
  nodes: HearthNodes,
  { name, files, runtime, handler, processName }: SmallFunction,
  count: number,
): Promise<number[]> {
  await nodes.deploy(name, files, { runtime, handler });
  const path = nodes.invocation(name);
  const body = JSON.stringify({ sleepMs });
  // an answer that another one's sandbox gives begins a new sandbox all the same, but later
  for (let sent = 0; sandboxesOf(nodes, processName).length < count && sent < 10; sent++) {
    await Promise.all(Array.from({ length: count }, () => invoke(nodes, path, body)));
  }
  const sandboxes = sandboxesOf(nodes, processName);
  if (sandboxes.length < count) throw new Error(`only ${sandboxes.length} sandboxes were made`);
  const deadlineMs = performance.now() + frozenTimeoutMs;
  while (!sandboxes.every(isFrozen)) {
    if (performance.now() > deadlineMs) throw new Error('the sandboxes did not freeze');
    await delay(askEveryMs);
  }
  return sandboxes.map((sandbox) => privateMb(sandbox.pids()) + kernelMb(sandbox));
}

async function invoke({ first }: HearthNodes, path: string, body: string): Promise<void> {
  const answer = await fetch(`${first.origin}${path}`, { method: 'POST', body });
  const text = await answer.text();
  if (text !== '"hello, world"') throw new Error(`a sandbox answered: ${text}`);
}

function sandboxesOf({ first }: HearthNodes, processName: string): SandboxGroups[] {
  return sandboxGroups(join(first.data, sandboxManifest)).filter((sandbox) =>
    sandbox.pids().some((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === processName),
  );
}

/** What the kernel holds for it: page tables, sockets, stacks. 0 where nothing counts it. */
function kernelMb({ read }: SandboxGroups): number {
  const own = read('memory.kmem.usage_in_bytes').map(Number);
  const inStat = read('memory.stat').map((text) => Number(/^kernel (\d+)/m.exec(text)?.[1] ?? 0));
  return Math.max(0, ...own, ...inStat) / MiB;
}
