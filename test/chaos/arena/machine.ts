/** What a node of an arena has of a machine of its own, where this system lets us make it: a clock, a disk, a processor. */
import { join } from 'node:path';
import { CpuGroup } from '../../e2e/cpu-group.js';
import { noSmallDisk, SmallDisk } from '../../e2e/small-disk.js';
import { buildLibcFaults, LibcFaults, noLibcFaults } from './libc-faults.js';

/** Each either is there, or is a sentence that says why not. */
export interface Machine {
  readonly clock: LibcFaults | string;
  readonly disk: SmallDisk | string;
  readonly processor: CpuGroup | string;
}

/** Room for what a node keeps by the arena's settings, and little to fill. */
const diskBytes = 256 * 1024 * 1024;

export interface MachineSite {
  /** Where files of the arena are. */
  readonly directory: string;
  /** Names groups: what cleans up looks for this. */
  readonly name: string;
  readonly number: number;
  /** Where its disk is mounted. */
  readonly data: string;
}

/** What is built once for all of them: the path of a library, or why there is none. */
export interface MachineParts {
  readonly library: string | { readonly missing: string };
  readonly noDisk: string | false;
}

export async function buildMachineParts(directory: string): Promise<MachineParts> {
  const missing = noLibcFaults();
  const library = missing === false ? await buildLibcFaults(directory) : { missing };
  return { library, noDisk: noSmallDisk() };
}

export async function makeMachine(site: MachineSite, parts: MachineParts): Promise<Machine> {
  const { library, noDisk } = parts;
  const file = join(site.directory, `libc-faults-${site.number}`);
  const group = await CpuGroup.make(`${site.name}-${site.number}`).catch(() => null);
  return {
    clock: typeof library === 'string' ? new LibcFaults(library, file) : library.missing,
    disk: noDisk === false ? await SmallDisk.mount(site.data, diskBytes) : noDisk,
    processor: group ?? 'this system lets nobody make control groups that limit processors',
  };
}
