/**
 * Limits as what is written to which control file. cgroup v2:
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, v1: https://docs.kernel.org/admin-guide/cgroup-v1/
 */
import type { Place } from './place.js';
import type { GroupLimits } from './types.js';

export interface LimitWrite {
  readonly file: string;
  readonly text: string;
  /**
   * Which refusals leave the sandbox limited well enough: all where the kernel has no swap or cannot slow the disk
   * down; EINVAL where a group above has less already, and v1 gives none below it more.
   */
  readonly tolerates: 'none' | 'EINVAL' | 'all';
}

/**
 * Half of what a group gets by default, and of what each busy thread of the node has where it is in none: all
 * functions together get less than the node, and a cold start on a busy machine still comes to its turn.
 */
const homeWeight = 50;
const periodUs = 100_000;
/** The kernel refuses less. */
const quotaUsMin = 1000;
const sharesPerWeight = 1024 / 100;
const sharesMin = 2;

/** In order: one may rest on the one before. `device` is the disk's number, such as `254:0`. */
export function limitWrites(
  { version, uses }: Place,
  limits: GroupLimits,
  device: string | null,
): readonly LimitWrite[] {
  const writes: LimitWrite[] = [];
  const set = (
    v1: string,
    v2: string,
    text: string | number,
    tolerates: LimitWrite['tolerates'] = 'none',
  ): void => {
    writes.push({ file: version === 1 ? v1 : v2, text: String(text), tolerates });
  };
  const { memoryBytes, cpuCores, cpuWeight, pidsMax, ioBytesPerS } = limits;
  if (uses.has('memory') && memoryBytes !== null) {
    set('memory.limit_in_bytes', 'memory.max', memoryBytes);
    // v1 counts memory and swap together there, v2 swap alone
    const swap = version === 1 ? memoryBytes : 0;
    set('memory.memsw.limit_in_bytes', 'memory.swap.max', swap, 'all');
  }
  if (uses.has('cpu')) {
    if (cpuCores !== null) {
      const quotaUs = Math.max(quotaUsMin, Math.round(cpuCores * periodUs));
      const text = version === 1 ? String(quotaUs) : `${quotaUs} ${periodUs}`;
      set('cpu.cfs_quota_us', 'cpu.max', text, 'EINVAL');
    }
    writes.push(weightWrite(version, cpuWeight));
  }
  if (uses.has('pids') && pidsMax !== null) set('pids.max', 'pids.max', pidsMax);
  if (uses.has('io') && ioBytesPerS !== null && device !== null) {
    if (version === 2) {
      set('', 'io.max', `${device} rbps=${ioBytesPerS} wbps=${ioBytesPerS}`, 'all');
    } else {
      set('blkio.throttle.read_bps_device', '', `${device} ${ioBytesPerS}`, 'all');
      set('blkio.throttle.write_bps_device', '', `${device} ${ioBytesPerS}`, 'all');
    }
  }
  return writes;
}

/** What holds down the share of all sandboxes together. */
export function homeWeightWrite(version: 1 | 2): LimitWrite {
  return { ...weightWrite(version, homeWeight), tolerates: 'all' };
}

function weightWrite(version: 1 | 2, weight: number): LimitWrite {
  if (version === 2) return { file: 'cpu.weight', text: String(weight), tolerates: 'none' };
  const shares = Math.max(sharesMin, Math.round(weight * sharesPerWeight));
  return { file: 'cpu.shares', text: String(shares), tolerates: 'none' };
}
