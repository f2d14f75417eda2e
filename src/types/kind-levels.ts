/** Which kinds of commands a release knows, and since which format level of the cluster each may be written. */
import { HearthError } from './errors.js';

export type KindLevels<Kind extends string = string> = Readonly<Record<Kind, number>>;

/** Throws `storage` for a kind that this release does not know: nobody may pass over what others have applied. */
export function levelOfKind(levels: KindLevels, kind: string): number {
  const level = Object.hasOwn(levels, kind) ? levels[kind] : undefined;
  if (level !== undefined) return level;
  throw new HearthError(
    'storage',
    `The log holds a command of kind ${JSON.stringify(kind)}, of a newer release; start that release.`,
  );
}
