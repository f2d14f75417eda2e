/** Which sandboxes can come of the same stem cell: those whose process and limits are alike from birth. */
import type { SandboxSpec, StemKind } from './driver.js';
import { temporaryMbOf } from './group-limits.js';
import type { RuntimeName } from './runtimes.js';

/** What of a function its sandbox is born with. */
export type Birth = Pick<SandboxSpec, 'runtime' | 'memoryMb' | 'ephemeralMb' | 'image'>;

const families = ['nodejs', 'python', 'provided'] as const;
/** One runtime of each family: all of one have the same program. */
const runtimes: Readonly<Record<StemKind['runtime'], RuntimeName>> = {
  nodejs: 'nodejs20.x',
  python: 'python3.11',
  provided: 'provided.al2023',
};

/** Null of what is not like others: images, and what has a network. */
export function stemKindOf(spec: SandboxSpec): StemKind | null {
  const runtime = families.find((family) => spec.runtime.startsWith(family));
  if (runtime === undefined || spec.image !== null || spec.network !== 'none') return null;
  return { runtime, memoryMb: spec.memoryMb, ephemeralMb: temporaryMbOf(spec) };
}

export function birthOf({ runtime, memoryMb, ephemeralMb }: StemKind): Birth {
  return { runtime: runtimes[runtime], memoryMb, ephemeralMb, image: null };
}
