/**
 * The differences that are known and why they stay, by scenario and path. The file is held to what a run
 * finds: what it does not name fails the run, and so does what it names and nobody finds any more.
 */
import { readFileSync } from 'node:fs';

/** Of each scenario: what differs, with the reason. `*` at the end of a path stands for all below it. */
export type NamedDifferences = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Those that the file has of a set: of `everywhere`, and of `sandbox`, the kind of sandboxes that the functions
 * run in.
 */
export function readNamed(path: string, set: string, sandbox: string): NamedDifferences {
  const sets = JSON.parse(readFileSync(path, 'utf8')) as Record<
    string,
    Record<string, NamedDifferences>
  >;
  const all = sets[set] ?? {};
  const named: Record<string, Record<string, string>> = {};
  for (const group of [all.everywhere, all[sandbox]]) {
    for (const [id, paths] of Object.entries(group ?? {})) named[id] = { ...named[id], ...paths };
  }
  return named;
}

/** How the reason of a difference begins that is there in some runs and not in others. */
const sometimes = 'sometimes: ';

/** The paths of a scenario that are not named, and the names that stand for nothing. */
export function unexplained(
  paths: readonly string[],
  named: Readonly<Record<string, string>> = {},
): { readonly unnamed: readonly string[]; readonly stale: readonly string[] } {
  const covers = (name: string, path: string): boolean =>
    name.endsWith('*') ? path.startsWith(name.slice(0, -1)) : path === name;
  const names = Object.keys(named);
  return {
    unnamed: paths.filter((path) => !names.some((name) => covers(name, path))),
    stale: names.filter(
      (name) => !named[name]?.startsWith(sometimes) && !paths.some((path) => covers(name, path)),
    ),
  };
}
