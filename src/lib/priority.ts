/**
 * How much of the processors a process gets beside others, as niceness (sched(7)): -20 to 19, 0 is usual. Niceness
 * alone may do nothing: where Linux groups tasks by session (`sched_autogroup`, the default of many kernels) it weighs
 * sessions against each other and a niceness counts only within one, so the session is made nice, too. In a cgroup with
 * a CPU weight neither matters. All of this is a courtesy: whatever does not work is left.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** capabilities(7) */
const sysNiceBit = 23n;

/** Of another process, to be called once it leads its session: its first thread, and those that it makes after. */
export function setNiceness(pid: number, niceness: number): void {
  setThreadNiceness(pid, niceness);
  if (process.platform !== 'linux') return;
  // There is no such file where the kernel does not group by session.
  writeFile(`/proc/${pid}/autogroup`, String(niceness), { flag: 'r+' }).catch(() => undefined);
}

/** About a thirtieth of the weight of what is not nice. */
const startNiceness = 15;
/** A host that has no time for it at all starts it all the same. */
const yieldMsMax = 5000;

let yielding: NodeJS.Timeout | null = null;

/**
 * Makes this process nice, with all its threads and its session, until `stopYielding` or for five seconds: what it does
 * first is much and can wait. Nothing where it could not be taken back.
 */
export function startYielding(): void {
  if (yielding !== null || !canRaisePriority()) return;
  yielding = setTimeout(stopYielding, yieldMsMax);
  yielding.unref();
  setOwnNiceness(startNiceness);
}

export function stopYielding(): void {
  if (yielding === null) return;
  clearTimeout(yielding);
  yielding = null;
  setOwnNiceness(0);
}

function setOwnNiceness(niceness: number): void {
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      setThreadNiceness(Number(thread), niceness);
    }
    writeFileSync('/proc/self/autogroup', String(niceness), { flag: 'r+' });
  } catch {
    // a kernel that does not group by session
  }
}

function canRaisePriority(): boolean {
  try {
    const [, hex = '0'] =
      /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return ((BigInt(`0x${hex}`) >> sysNiceBit) & 1n) === 1n;
  } catch {
    // no Linux
    return false;
  }
}

function setThreadNiceness(id: number, niceness: number): void {
  try {
    setPriority(id, niceness);
  } catch {
    // It has already gone, or the system does not allow it.
  }
}
