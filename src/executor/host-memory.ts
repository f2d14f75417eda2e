/**
 * How much memory the host can still give: what the kernel says is available without swapping
 * (`/proc/meminfo`, proc(5)), or less where the node's own control group, or one above it, has a limit.
 * Pages of files that can be dropped at once are not counted as used.
 */
import { join } from 'node:path';
import type { Clock } from '../lib/index.js';
import { kernelFile, readEveryMs } from './kernel-file.js';

export interface MemoryReading {
  readonly availableBytes: number;
  readonly totalBytes: number;
}

/** Of the host's memory, what sandboxes are not to take where nobody has said. */
const reserveShare = 0.1;
const reserveMbMin = 256;
const megabyte = 1024 * 1024;

/** What there is, and what of it sandboxes are not to take; `reserveMb` is what was said. */
export function roomOf(
  reading: MemoryReading | null,
  reserveMb: number | undefined,
): { readonly availableMb: number; readonly reserveMb: number } {
  if (reading === null) return { availableMb: Number.POSITIVE_INFINITY, reserveMb: 0 };
  const { availableBytes, totalBytes } = reading;
  const usual = Math.max(reserveMbMin, (totalBytes / megabyte) * reserveShare);
  return { availableMb: availableBytes / megabyte, reserveMb: reserveMb ?? usual };
}

/** What a version of control groups calls its files. */
interface GroupFiles {
  readonly limit: string;
  readonly usage: string;
  /** Of `memory.stat`: pages of files that nobody has used lately, here and below. */
  readonly inactiveFile: string;
}

const v1: GroupFiles = {
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  inactiveFile: 'total_inactive_file',
};
const v2: GroupFiles = {
  limit: 'memory.max',
  usage: 'memory.current',
  inactiveFile: 'inactive_file',
};

/** Null where the host says nothing of it. A reading is at most a quarter of a second old. */
export function hostMemory(clock: Clock, root = '/'): () => MemoryReading | null {
  let groups: readonly (readonly [string, GroupFiles])[] | null = null;
  let reading: MemoryReading | null = null;
  let readMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = clock.nowMs();
    if (nowMs - readMs < readEveryMs) return reading;
    readMs = nowMs;
    const host = readHost(root);
    groups ??= limitedGroups(root, host?.totalBytes ?? Number.POSITIVE_INFINITY);
    reading = host === null ? null : bounded(host, groups);
    return reading;
  };
}

function readHost(root: string): MemoryReading | null {
  const text = kernelFile(join(root, 'proc/meminfo'));
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  const totalBytes = bytes('MemTotal');
  const availableBytes = bytes('MemAvailable');
  return totalBytes > 0 && availableBytes >= 0 ? { totalBytes, availableBytes } : null;
}

/** The node's group and those above it that have a limit below the host's memory. */
function limitedGroups(
  root: string,
  totalBytes: number,
): readonly (readonly [string, GroupFiles])[] {
  const found: (readonly [string, GroupFiles])[] = [];
  for (const line of kernelFile(join(root, 'proc/self/cgroup')).split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const isV2 = controllers === '';
    if (!isV2 && !controllers.split(',').includes('memory')) continue;
    const files = isV2 ? v2 : v1;
    const home = join(root, isV2 ? 'sys/fs/cgroup' : 'sys/fs/cgroup/memory');
    for (let part = path; ; part = join(part, '..')) {
      const directory = join(home, part);
      if (numberIn(join(directory, files.limit)) < totalBytes) found.push([directory, files]);
      if (part === '/') break;
    }
  }
  return found;
}

function bounded(
  host: MemoryReading,
  groups: readonly (readonly [string, GroupFiles])[],
): MemoryReading {
  let { availableBytes, totalBytes } = host;
  for (const [directory, files] of groups) {
    const limit = numberIn(join(directory, files.limit));
    const usage = numberIn(join(directory, files.usage));
    if (Number.isNaN(limit) || Number.isNaN(usage)) continue;
    const stat = kernelFile(join(directory, 'memory.stat'));
    const inactive = Number(new RegExp(`^${files.inactiveFile} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
    totalBytes = Math.min(totalBytes, limit);
    availableBytes = Math.min(availableBytes, Math.max(0, limit - usage + inactive));
  }
  return { availableBytes, totalBytes };
}

/** NaN where there is no such file or no number in it, as in `max`. */
function numberIn(path: string): number {
  const text = kernelFile(path).trim();
  return text === '' ? Number.NaN : Number(text);
}
