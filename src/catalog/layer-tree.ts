/**
 * Lays directories over one another: what stands in a later one takes the place of what stands in an earlier
 * one. Files are linked, not copied; no symbolic link is followed, whatever its target.
 */
import { copyFile, link, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** `target` must exist and be empty. */
export async function mergeTrees(sources: readonly string[], target: string): Promise<void> {
  for (const source of sources) await layOver(source, target);
}

async function layOver(source: string, target: string): Promise<void> {
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    const present = await lstat(to).catch(() => null);
    if (entry.isDirectory()) {
      if (present?.isDirectory() !== true) {
        if (present !== null) await rm(to);
        await mkdir(to);
      }
      await layOver(from, to);
      continue;
    }
    if (present !== null) await rm(to, { recursive: true });
    if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
    else await link(from, to).catch(() => copyFile(from, to));
  }
}
