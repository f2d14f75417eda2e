/** What a function's memory setting comes to as limits of its sandbox, as on Lambda: CPU goes with memory. */
import { limits } from '../types/index.js';
import type { GroupLimits } from './cgroup/types.js';
import type { SandboxSpec } from './driver.js';
import { bringsRuntime, memoryMbPerCore } from './runtimes.js';

const MiB = 1024 * 1024;
/** For the program that speaks the Runtime API to a function that brings its own runtime. */
const shimMemoryMb = 48;
/** Of a function with the smallest memory. */
const smallestWeight = 20;

/** No function gets less than a core where nobody else wants it: short functions would only be late. */
export function groupLimitsOf(
  spec: Pick<SandboxSpec, 'memoryMb' | 'runtime' | 'image'>,
): GroupLimits {
  const { memoryMb } = spec;
  return {
    memoryBytes: (memoryMb + (bringsRuntime(spec) ? shimMemoryMb : 0)) * MiB,
    cpuCores: Math.max(1, memoryMb / memoryMbPerCore),
    cpuWeight: Math.round((smallestWeight * memoryMb) / limits.memoryMbMin),
    pidsMax: limits.pidsPerSandboxMax,
    ioBytesPerS: limits.ioBytesPerSMax,
  };
}

/** What `/tmp` may hold: it is memory of the sandbox, so the function keeps half of that for itself. */
export function temporaryMbOf({
  ephemeralMb,
  memoryMb,
}: Pick<SandboxSpec, 'ephemeralMb' | 'memoryMb'>): number {
  return Math.min(ephemeralMb, Math.floor(memoryMb / 2));
}
