/** What a frozen sandbox takes of its host's memory, read from its control groups and processes. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Weight {
  /** What counts against its limit: with the pages of files that it was the first to read. */
  readonly chargedMb: number;
  /** What no other process has, and the host would get back with its end. */
  readonly ownMb: number;
}

const MiB = 1024 * 1024;

/**
 * Of the only sandbox of the driver that has its manifest there. Null where it has no control groups; throws
 * where it is not frozen.
 */
export function frozenWeight(manifestPath: string): Weight | null {
  const { groups } = JSON.parse(readFileSync(manifestPath, 'utf8')) as {
    readonly groups: readonly string[];
  };
  const files = groups.flatMap(childrenOf).filter(isDirectory).flatMap(childrenOf);
  const read = (name: string): string[] =>
    files.filter((path) => path.endsWith(`/${name}`)).map((path) => readFileSync(path, 'utf8'));
  const charged = [...read('memory.current'), ...read('memory.usage_in_bytes')].map(Number);
  if (charged.length === 0) return null;
  const states = [...read('cgroup.events'), ...read('freezer.state')];
  if (!states.some((text) => /^frozen 1|^FROZEN/m.test(text))) throw new Error('it is not frozen');
  const pids = new Set(read('cgroup.procs').join('').split('\n').filter(Boolean));
  const ownKb = [...pids].flatMap((pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return [...rollup.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB/gm)].map(([, kb]) =>
      Number(kb),
    );
  });
  const ownMb = ownKb.reduce((sum, kb) => sum + kb, 0) / 1024;
  return { chargedMb: Math.max(...charged) / MiB, ownMb };
}

function childrenOf(path: string): string[] {
  return readdirSync(path).map((name) => join(path, name));
}

function isDirectory(path: string): boolean {
  return statSync(path).isDirectory();
}
