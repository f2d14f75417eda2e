/** A group in one hierarchy, and what it is good for there. A sandbox's group is one or several of them. */
import { join } from 'node:path';
import type { Controller } from './types.js';

/** `cpuTime` counts it, which v2 does without the cpu controller, and v1 with another one. */
export type Use = Controller | 'cpuTime' | 'freezer';

export interface Place {
  readonly version: 1 | 2;
  /** The group's directory. */
  readonly path: string;
  readonly uses: ReadonlySet<Use>;
}

export const controllers: readonly Controller[] = ['memory', 'cpu', 'pids', 'io'];
const uses: readonly Use[] = [...controllers, 'cpuTime', 'freezer'];

/** The group below it. */
export function placeBelow(place: Place, name: string): Place {
  return { ...place, path: join(place.path, name) };
}

export function placeFor(use: Use, places: readonly Place[]): Place | null {
  return places.find((place) => place.uses.has(use)) ?? null;
}

/** The name of a use among the controllers of v1. */
export const controllerV1: Readonly<Record<Use, string>> = {
  memory: 'memory',
  cpu: 'cpu',
  pids: 'pids',
  io: 'blkio',
  cpuTime: 'cpuacct',
  freezer: 'freezer',
};

/** The file that shows that a group has it. */
export function keyFile(use: Use, version: 1 | 2): string {
  return keyFiles[use][version - 1] ?? '';
}

const keyFiles: Readonly<Record<Use, readonly [string, string]>> = {
  memory: ['memory.limit_in_bytes', 'memory.max'],
  cpu: ['cpu.shares', 'cpu.weight'],
  pids: ['pids.max', 'pids.max'],
  io: ['blkio.throttle.read_bps_device', 'io.max'],
  cpuTime: ['cpuacct.usage', 'cpu.stat'],
  freezer: ['freezer.state', 'cgroup.freeze'],
};

export function usesOfV1(names: readonly string[]): Use[] {
  return uses.filter((use) => names.includes(controllerV1[use]));
}

export { uses as allUses };
