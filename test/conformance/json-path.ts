/** The part of JSONPath that the scenarios use: `$`, `.name`, `..name`, `[n]`, `*`. */
import { isMembers, type Members, type Value } from './scenario.js';

/** A place in a value: where it is kept, and under which name. */
export interface Place {
  readonly holder: Members | Value[];
  readonly key: string;
  readonly value: Value;
}

export function findPlaces(root: Value, path: string): Place[] {
  let found: Place[] = [{ holder: [root], key: '0', value: root }];
  for (const { deep, name } of stepsOf(path)) {
    found = found
      .flatMap((place) => (deep ? withDescendants(place) : [place]))
      .flatMap(({ value }) => named(value, name));
  }
  return found;
}

export function write({ holder, key }: Place, value: Value): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else holder[key] = value;
}

function stepsOf(path: string): { deep: boolean; name: string }[] {
  const steps = path
    .replace(/^\$/, '')
    .matchAll(/(\.\.|\.|^)?(?:\[['"]?([^\]'"]+)['"]?\]|([^.[]+))/g);
  return [...steps].map(([, dots, bracketed, plain]) => ({
    deep: dots === '..',
    name: bracketed ?? plain ?? '',
  }));
}

function named(value: Value, name: string): Place[] {
  return children(value).filter(({ key }) => name === '*' || key === name);
}

function withDescendants(place: Place): Place[] {
  return [place, ...children(place.value).flatMap(withDescendants)];
}

function children(value: Value): Place[] {
  if (!Array.isArray(value) && !isMembers(value)) return [];
  return Object.entries(value).map(([key, entry]) => ({ holder: value, key, value: entry }));
}
