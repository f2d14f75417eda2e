/**
 * The files of unpacked code, those behind symbolic links under the names of the links: a file is what
 * it is loaded as. Bounded: hostile archives are made of nothing but entries.
 */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bounds } from './types.js';

export interface CodeFiles {
  /** Paths below the root, with `/`, in the order of the walk. */
  readonly paths: readonly string[];
  /** There was more than is walked. */
  readonly cut: boolean;
}

export function filesOf(root: string): CodeFiles {
  const paths: string[] = [];
  const walked = new Set<string>();
  let entries = 0;
  const walk = (below: string): boolean => {
    const real = realpathSync(join(root, below));
    // a directory behind a link is walked once
    if (walked.has(real)) return true;
    walked.add(real);
    for (const entry of readdirSync(real, { withFileTypes: true })) {
      entries++;
      if (entries > bounds.entriesMax) return false;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const stats = statSync(join(root, path), { throwIfNoEntry: false });
      if (stats?.isFile()) paths.push(path);
      else if (stats?.isDirectory() && !walk(path)) return false;
    }
    return true;
  };
  const whole = walk('');
  return { paths, cut: !whole };
}
