/** What the system calls an error, where it was the system's. */

/** Such as `ENOENT`; undefined where the error has no code. */
export function errnoOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}

/** The disk is full, or this user may have no more of it. */
export function isNoRoom(thrown: unknown): boolean {
  const code = errnoOf(thrown);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
