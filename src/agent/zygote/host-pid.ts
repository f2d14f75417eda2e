/**
 * Which process of the host a sandbox means by a number of its own. What the sandbox says is only ever looked
 * for among the children of its own process, by the kernel's account of them: it cannot name anybody else's.
 */
import { readFile } from 'node:fs/promises';

/** Programs that only wait for the next one: bubblewrap twice, and what is put before it. */
const depthMax = 8;

/**
 * The runtime below the first process of its sandbox, which has forked nothing itself: what is left when one goes
 * down from each to its oldest child. Null where there is no such process, or the system does not tell.
 */
export async function runtimePid(firstPid: number): Promise<number | null> {
  let pid = firstPid;
  for (let depth = 0; depth < depthMax; depth++) {
    const children = await childrenOf(pid);
    if (children === null) return null;
    const [oldest] = children;
    if (oldest === undefined) return pid;
    pid = oldest;
  }
  return null;
}

/** The child of `parent` that counts as `insidePid` in its own namespace, or null. */
export async function childPid(
  parent: number,
  insidePid: number,
  isKnown: (hostPid: number) => boolean,
): Promise<number | null> {
  // the newest is last
  for (const pid of ((await childrenOf(parent)) ?? []).reverse()) {
    if (!isKnown(pid) && (await insidePidOf(pid)) === insidePid) return pid;
  }
  return null;
}

async function childrenOf(pid: number): Promise<number[] | null> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => null);
  return text === null ? null : text.split(' ').filter(Boolean).map(Number);
}

async function insidePidOf(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  const [, numbers] = /^NSpid:\s*(.*)$/m.exec(text) ?? [];
  return numbers === undefined ? null : Number(numbers.split('\t').at(-1));
}
