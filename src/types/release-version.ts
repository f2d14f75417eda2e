/**
 * Versions of Hearth itself: `MAJOR.MINOR.PATCH`, or with a suffix as in `1.2.0-rc.1` (semver.org 2.0.0, clauses 2, 9
 * and 11). Build metadata (`+...`) is not taken: it has no order, and two releases never share a version.
 */

export interface ReleaseVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Its parts between dots; empty without a suffix. */
  readonly suffix: readonly string[];
}

const charsMax = 64;
const number = '(0|[1-9]\\d{0,8})';
const suffixPart = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const grammar = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-(${suffixPart}(?:\\.${suffixPart})*))?$`,
);

/** Null where the text is no version. */
export function parseVersion(text: string): ReleaseVersion | null {
  const match = text.length > charsMax ? null : grammar.exec(text);
  if (match === null) return null;
  const [, major, minor, patch, suffix] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    suffix: suffix?.split('.') ?? [],
  };
}

/** Below 0 where `a` is the older one; what is no version is older than all that are. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  return (
    left.major - right.major ||
    left.minor - right.minor ||
    left.patch - right.patch ||
    compareSuffixes(left.suffix, right.suffix)
  );
}

/** A suffix comes before the same version without; numbers before words, fewer parts before more. */
function compareSuffixes(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const [isNumber, otherIsNumber] = [/^\d+$/.test(part), /^\d+$/.test(other)];
    if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
    // numbers without leading zeros: the longer is the greater, whatever its size
    if (isNumber && part.length !== other.length) return part.length - other.length;
    return part < other ? -1 : 1;
  }
  return a.length - b.length;
}
