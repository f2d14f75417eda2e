/** Gives a sandbox's process less CPU than the node, where no cgroup does. */
import { setNiceness } from '../lib/index.js';

/** About half of the weight of what is not nice (sched(7)). */
const niceness = 3;

/** To be called once the process leads its session. A courtesy: whatever does not work is left. */
export function lowerPriority(pid: number): void {
  setNiceness(pid, niceness);
}
