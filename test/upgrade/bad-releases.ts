/** Releases that should never have been made: the compiled program with one of its files changed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../e2e/cluster-harness.js';

export const badKinds = ['crashes', 'errors', 'slow'] as const;
export type BadKind = (typeof badKinds)[number];

const main = 'dist/src/cli/main.js';
/** Where what callers invoke is handed on. */
const runner = 'dist/src/ingress/invoke/runner.js';
const handedOn = 'const outcome = await this.deps.invoke(';

const spoiled: Readonly<Record<Exclude<BadKind, 'crashes'>, string>> = {
  errors: 'if (Math.random() < 0.05) throw new Error("one in twenty");',
  slow: 'await new Promise((resolve) => setTimeout(resolve, 10));',
};

/** What to change in the program so that it is like this: whole texts of files. */
export function badPatch(kind: BadKind): Readonly<Record<string, string>> {
  if (kind === 'crashes') return { [main]: 'throw new Error("this release cannot start");\n' };
  const text = readFileSync(join(root, runner), 'utf8');
  if (!text.includes(handedOn)) throw new Error(`${runner} hands nothing on by '${handedOn}'`);
  return { [runner]: text.replace(handedOn, `${spoiled[kind]}\n            ${handedOn}`) };
}
