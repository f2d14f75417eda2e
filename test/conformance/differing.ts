/** Where two values differ, as paths. */
import { isMembers, type Value } from './scenario.js';

export interface Difference {
  readonly path: string;
  readonly expected: Value | undefined;
  readonly actual: Value | undefined;
}

export function differing(
  expected: Value | undefined,
  actual: Value | undefined,
  path = '',
): Difference[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return keysOf(expected.keys(), actual.keys()).flatMap((at) =>
      differing(expected[at], actual[at], `${path}[${at}]`),
    );
  }
  if (isMembers(expected) && isMembers(actual)) {
    return keysOf(Object.keys(expected), Object.keys(actual)).flatMap((key) =>
      differing(expected[key], actual[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return Object.is(expected, actual) ? [] : [{ path, expected, actual }];
}

function keysOf<Key>(...all: readonly Iterable<Key>[]): Key[] {
  return [...new Set(all.flatMap((keys) => [...keys]))];
}
