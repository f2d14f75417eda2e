/**
 * What a group has used, read from the kernel's own counters: three small files, some tens of
 * microseconds. They are opened anew each time, for a thousand sandboxes would hold thousands of descriptors.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Usage } from '../body.js';
import { type Place, placeFor } from './place.js';

export const noUsage: Usage = { memoryPeakBytes: null, cpuMs: null, memoryKills: 0 };

/** Never throws; null for what cannot be read. */
export function readUsage(places: readonly Place[]): Usage {
  const memory = placeFor('memory', places);
  const time = placeFor('cpuTime', places);
  return {
    memoryPeakBytes: memory === null ? null : peakOf(memory),
    cpuMs: time === null ? null : cpuMsOf(time),
    memoryKills: memory === null ? 0 : killsOf(memory),
  };
}

/** A control file's text, or null. */
export function readControl(path: string): string | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, null));
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}

/** Longer than any of these files. */
const buffer = Buffer.allocUnsafe(4096);

function peakOf({ version, path }: Place): number | null {
  const file = version === 2 ? 'memory.peak' : 'memory.max_usage_in_bytes';
  return numberOf(readControl(join(path, file)));
}

function cpuMsOf({ version, path }: Place): number | null {
  if (version === 2) {
    const us = numberOf(fieldOf(readControl(join(path, 'cpu.stat')), 'usage_usec'));
    return us === null ? null : us / 1000;
  }
  const ns = numberOf(readControl(join(path, 'cpuacct.usage')));
  return ns === null ? null : ns / 1e6;
}

function killsOf({ version, path }: Place): number {
  const file = version === 2 ? 'memory.events' : 'memory.oom_control';
  return numberOf(fieldOf(readControl(join(path, file)), 'oom_kill')) ?? 0;
}

/** The value of a line such as `usage_usec 1234`. */
export function fieldOf(text: string | null, name: string): string | null {
  for (const line of (text ?? '').split('\n')) {
    if (line.startsWith(`${name} `)) return line.slice(name.length + 1);
  }
  return null;
}

function numberOf(text: string | null): number | null {
  const number = Number.parseInt(text ?? '', 10);
  return Number.isSafeInteger(number) ? number : null;
}
