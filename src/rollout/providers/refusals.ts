/** What every provider says to what cannot be done. */
import { HearthError } from '../../types/index.js';

/** The place of that name. Throws `invalid-parameter` where there is none. */
export function placeNamed<Named extends { readonly name: string }>(
  places: readonly Named[],
  name: string,
): Named {
  const found = places.find((place) => place.name === name);
  if (found !== undefined) return found;
  const names = places.map((place) => place.name).join(', ');
  throw new HearthError(
    'invalid-parameter',
    `There is no place ${name} on this host; those of its settings are ${names}.`,
  );
}

export function placeTaken(name: string, running: string, version: string): HearthError {
  return new HearthError(
    'place-taken',
    `Release ${version} cannot be started in the place ${name}: release ${running} runs there; stop that first.`,
  );
}

export function notPrepared(version: string): HearthError {
  return new HearthError(
    'invalid-parameter',
    `Release ${version} is not on this host; have it prepared before a node of it is started.`,
  );
}

export function refused(version: string, why: string): HearthError {
  return new HearthError('release-refused', `Release ${version} is not taken: ${why}.`);
}
