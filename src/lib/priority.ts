/**
 * How much of the processors a process gets beside others, as niceness (sched(7)): -20 to 19, 0 is usual. Niceness
 * alone may do nothing: where Linux groups tasks by session (`sched_autogroup`, the default of many kernels) it weighs
 * sessions against each other and a niceness counts only within one, so the session is made nice, too. In a cgroup with
 * a CPU weight neither matters. All of this is a courtesy: whatever does not work is left.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';

const ownSession = '/proc/self/autogroup';
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

/** What is weighed: threads against those of their session, and the session against others. */
interface Niceness {
  readonly threads: number;
  readonly session: number;
}

/** Its timer, and how it was before. */
let yielding: { readonly timer: NodeJS.Timeout; readonly usual: Niceness } | null = null;

/**
 * Makes this process nice, with all its threads and its session, until `stopYielding` or for five seconds: what it does
 * first is much and can wait. Nothing where it could not be taken back.
 */
export function startYielding(): void {
  const usual = { threads: getPriority(), session: sessionNiceness() };
  if (yielding !== null || usual.threads >= startNiceness || !canRaisePriority()) return;
  const timer = setTimeout(stopYielding, yieldMsMax);
  timer.unref();
  yielding = { timer, usual };
  setOwnNiceness({ threads: startNiceness, session: startNiceness });
}

export function stopYielding(): void {
  if (yielding === null) return;
  const { timer, usual } = yielding;
  clearTimeout(timer);
  yielding = null;
  setOwnNiceness(usual);
}

function setOwnNiceness({ threads, session }: Niceness): void {
  for (const thread of readdirSync('/proc/self/task')) {
    setThreadNiceness(Number(thread), threads);
  }
  try {
    writeFileSync(ownSession, String(session), { flag: 'r+' });
  } catch {
    // a kernel that does not group by session
  }
}

function sessionNiceness(): number {
  try {
    return Number(/nice (-?\d+)/.exec(readFileSync(ownSession, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Whether a process of this user that was made nice can take that back itself. */
export function canRaisePriority(): boolean {
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
