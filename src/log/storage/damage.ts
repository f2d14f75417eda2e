/** How the log speaks of a disk that is full, broken or not to be trusted. */
import { AssertionError } from 'node:assert';
import { errnoOf, isNoRoom, reasonOf } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';

export function damaged(path: string, atByte: number, what: string): HearthError {
  return new HearthError(
    'log-damaged',
    `The log file ${path} is damaged at byte ${atByte} (${what}) and cannot be trusted; it is fetched ` +
      'anew from others where there are some, and a node alone needs its data directory back from a copy.',
  );
}

/** The log is whole, but of another format or cluster: nothing is to be thrown away. */
export function notOurs(path: string, what: string): HearthError {
  return new HearthError('storage', `The log file ${path} ${what}.`);
}

/** Any failure of the disk. `done` completes "cannot be ...". A mistake in the program is no such failure. */
export function diskError(thrown: unknown, directory: string, done: string): HearthError {
  if (thrown instanceof AssertionError) throw thrown;
  if (thrown instanceof HearthError) return thrown;
  if (isFull(thrown)) {
    return new HearthError(
      'storage-full',
      `The disk under ${directory} has no room for the log; make room: changes are refused until then.`,
    );
  }
  const reason = reasonOf(thrown);
  return new HearthError(
    'storage',
    `The log under ${directory} cannot be ${done} (${reason}); mend the disk and start the node again.`,
  );
}

/** Also where that has been said in our own words. */
export function isFull(thrown: unknown): boolean {
  return isNoRoom(thrown) || errnoOf(thrown) === 'storage-full';
}

export function isMissing(thrown: unknown): boolean {
  return errnoOf(thrown) === 'ENOENT';
}
