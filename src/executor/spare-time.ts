/**
 * Whether more sandboxes could get anything done: not where all processors are busy (`/proc/stat`, proc(5)), and not
 * where the thread that feeds them is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, eventLoopLoad } from '../lib/index.js';

/** Small files of the kernel, read at once; still not for every request. */
const readEveryMs = 250;
const idleShareMin = 0.2;
const loopLoadMax = 0.8;

/** What is told is of the last quarter of a second or more between two calls; false before the second one. */
export function spareTime(
  clock: Clock,
  loopLoad: () => number = eventLoopLoad(),
  root = '/',
): () => boolean {
  let spare = false;
  let readMs = Number.NEGATIVE_INFINITY;
  let last: ProcessorTime | null = null;
  return () => {
    const nowMs = clock.nowMs();
    if (nowMs - readMs < readEveryMs) return spare;
    readMs = nowMs;
    const time = processorTime(root);
    spare = last !== null && idleShare(last, time) >= idleShareMin && loopLoad() <= loopLoadMax;
    last = time;
    return spare;
  };
}

/** Of all processors since the host began, in the kernel's ticks. */
interface ProcessorTime {
  readonly idle: number;
  readonly all: number;
}

/** A host that does not say is taken for idle. */
function idleShare(from: ProcessorTime, to: ProcessorTime): number {
  const all = to.all - from.all;
  return all > 0 ? (to.idle - from.idle) / all : 1;
}

function processorTime(root: string): ProcessorTime {
  // user, nice, system, idle, iowait, irq, softirq, steal; what follows is in these already
  const [, line = ''] = /^cpu +([\d ]+)$/m.exec(read(join(root, 'proc/stat'))) ?? [];
  const ticks = line.split(' ').slice(0, 8).map(Number);
  const [, , , idle = 0, waiting = 0] = ticks;
  return { idle: idle + waiting, all: ticks.reduce((sum, each) => sum + each, 0) };
}

/** Empty where it cannot be read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
