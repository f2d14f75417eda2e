/** The sandboxes of a driver, read from their control groups: which there are, and what is theirs alone. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface SandboxGroups {
  readonly id: string;
  /** All its processes, those that wait for others included. */
  pids(): number[];
  /** What files of this name say, one text for each hierarchy that has it. */
  read(file: string): string[];
}

/** Stem cells and zygotes are among them. */
export function sandboxGroups(manifestPath: string): SandboxGroups[] {
  const { groups } = JSON.parse(readFileSync(manifestPath, 'utf8')) as {
    readonly groups: readonly string[];
  };
  const byId = new Map<string, string[]>();
  for (const path of groups.flatMap(childrenOf).filter(isDirectory)) {
    byId.set(basename(path), [...(byId.get(basename(path)) ?? []), path]);
  }
  return [...byId].map(([id, paths]) => {
    const read = (file: string): string[] =>
      paths
        .filter((path) => readdirSync(path).includes(file))
        .map((path) => readFileSync(join(path, file), 'utf8'));
    const pids = (): number[] => {
      const lines = read('cgroup.procs').flatMap((text) => text.split('\n'));
      return [...new Set(lines.filter(Boolean).map(Number))];
    };
    return { id, pids, read };
  });
}

export function isFrozen({ read }: SandboxGroups): boolean {
  const states = [...read('cgroup.events'), ...read('freezer.state')];
  return states.some((text) => /^frozen 1|^FROZEN/m.test(text));
}

/** What no process but these has of memory, and the host would get back with their end. */
export function privateMb(pids: readonly number[]): number {
  return rollupMb(pids, 'Private_Clean') + rollupMb(pids, 'Private_Dirty');
}

/** A sum over processes of what the kernel counts of all their mappings, such as `Rss` and `Pss`. */
export function rollupMb(pids: readonly number[], field: string): number {
  const line = new RegExp(`^${field}: +(\\d+) kB`, 'm');
  const kb = pids.map((pid) =>
    Number(line.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0),
  );
  return kb.reduce((sum, each) => sum + each, 0) / 1024;
}

function childrenOf(path: string): string[] {
  return readdirSync(path).map((name) => join(path, name));
}

function isDirectory(path: string): boolean {
  return statSync(path).isDirectory();
}
