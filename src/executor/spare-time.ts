/**
 * Whether more sandboxes could get anything done: not where all processors are busy (`/proc/stat`, proc(5)), and not
 * where the thread that feeds them is.
 */
import { join } from 'node:path';
import { type Clock, eventLoopLoad } from '../lib/index.js';
import { kernelFile, readEveryMs } from './kernel-file.js';

const idleShareMin = 0.2;
const loopLoadMax = 0.8;
/** What was longer ago says nothing of now. */
const spanMsMax = 4 * readEveryMs;

/**
 * To be asked while it matters: what is told is of the last quarter of a second or more between two calls; false before
 * the second one, and after a pause.
 */
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
    const isRecent = nowMs - readMs <= spanMsMax;
    readMs = nowMs;
    const time = processorTime(root);
    // asked each time: it tells of the time since
    const isFree = loopLoad() <= loopLoadMax;
    spare = isRecent && last !== null && isFree && idleShare(last, time) >= idleShareMin;
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
  const [, line = ''] = /^cpu +([\d ]+)$/m.exec(kernelFile(join(root, 'proc/stat'))) ?? [];
  const ticks = line.split(' ').slice(0, 8).map(Number);
  const [, , , idle = 0, waiting = 0] = ticks;
  return { idle: idle + waiting, all: ticks.reduce((sum, each) => sum + each, 0) };
}
