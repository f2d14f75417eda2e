/**
 * Gives a sandbox's process less CPU than the node, where no cgroup does. Niceness alone may do nothing:
 * where Linux groups tasks by session (`sched_autogroup`, the default of many kernels) it weighs sessions
 * against each other and a niceness counts only within one. A sandbox is a session of its own, so the
 * session is made nice, too. In a cgroup with a CPU weight neither matters.
 */
import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** About half of the weight of what is not nice (sched(7)). */
const niceness = 3;

/** To be called once the process leads its session. A courtesy: whatever does not work is left. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has already gone, or the system does not allow it.
  }
  if (process.platform !== 'linux') return;
  // There is no such file where the kernel does not group by session.
  writeFile(`/proc/${pid}/autogroup`, String(niceness), { flag: 'r+' }).catch(() => undefined);
}
