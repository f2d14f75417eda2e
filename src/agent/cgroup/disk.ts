/** The disk below a directory, by its number: the kernel slows whole disks down, never partitions. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists } from '../../lib/index.js';
import type { GroupSystem } from './system.js';

/** Such as `254:0`; null where there is none, as below an overlay or a file system in memory. */
export async function diskOf(directory: string, system: GroupSystem): Promise<string | null> {
  try {
    const { dev } = await stat(directory, { bigint: true });
    const device = join(system.blockDevices, deviceNumber(dev));
    if (!(await exists(device))) return null;
    if (!(await exists(join(device, 'partition')))) return deviceNumber(dev);
    return (await readFile(join(dirname(await realpath(device)), 'dev'), 'utf8')).trim();
  } catch {
    return null;
  }
}

/** As makedev(3) packs it. */
function deviceNumber(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
