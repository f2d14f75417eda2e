/** Says when this machine stood still: a timer that notes how late it is, and nothing else. A line is a `MachineStall`. */
import { type MachineStall, monotonicMs } from '../records.js';

const everyMs = 5;
const lagMinMs = 25;

let dueMs = monotonicMs() + everyMs;
setInterval(() => {
  const nowMs = monotonicMs();
  const stall: MachineStall = { atMs: dueMs, lagMs: nowMs - dueMs };
  dueMs = nowMs + everyMs;
  if (stall.lagMs > lagMinMs) process.stdout.write(`${JSON.stringify(stall)}\n`);
}, everyMs);
// ends with whoever started it
process.stdin.on('end', () => process.exit()).resume();
