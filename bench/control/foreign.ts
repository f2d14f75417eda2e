/**
 * What else goes on on the machine: all CPU time that is not of the processes in the benchmark's network
 * namespace. A bound that fails beside much of it says little.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const clockTicksPerS = 100;
/**
 * `user nice system idle iowait irq softirq steal` of /proc/stat: which of them are the work of others. The
 * interrupts are those of the benchmark itself, mostly: the kernel carries what its processes send each other.
 */
const isWork = [true, true, true, false, false, false, false, true];

/** CPU seconds so far: of the whole machine, and of the benchmark's processes that live. */
export interface CpuUse {
  readonly allS: number;
  readonly oursS: number;
}

export function cpuUse(): CpuUse {
  const [, ...ticks] = (readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '').split(/\s+/);
  const all = isWork.reduce((sum, work, i) => sum + (work ? Number(ticks[i]) : 0), 0);
  const ourNamespace = namespaceOf('self');
  const ours = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && namespaceOf(name) === ourNamespace)
    .reduce((sum, pid) => sum + ticksOf(pid), 0);
  return { allS: all / clockTicksPerS, oursS: ours / clockTicksPerS };
}

/** Seconds of others since then, with what has ended of ours in between. */
export function foreignSince(before: CpuUse): number {
  const { allS, oursS } = cpuUse();
  return Math.max(0, allS - before.allS - (oursS - before.oursS));
}

function ticksOf(pid: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

function namespaceOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return null;
  }
}
