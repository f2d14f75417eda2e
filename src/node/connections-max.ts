/** How many connections the HTTP port may have: files that stay open are a limit of the process, and others need some. */
import { readFileSync } from 'node:fs';
import { limits } from '../types/index.js';

/** For sandboxes, logs, code, the log on disk, and other nodes. */
const othersMax = 4096;

export function connectionsMax(openFilesMax = readOpenFilesMax()): number {
  const left = Math.max(openFilesMax - othersMax, Math.floor(openFilesMax / 2));
  return Math.min(limits.connectionsMax, left);
}

/** Files that this process may have open; infinite where the system does not say. */
function readOpenFilesMax(): number {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return line === null ? Number.POSITIVE_INFINITY : Number(line[1]);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
