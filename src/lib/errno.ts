/** What was thrown: what the system calls it, where it was the system's, and what it says. */

/** Such as `ENOENT`; undefined where the error has no code. */
export function errnoOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}

/** The disk is full, or this user may have no more of it. */
export function isNoRoom(thrown: unknown): boolean {
  const code = errnoOf(thrown);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
