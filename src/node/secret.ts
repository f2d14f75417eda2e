/**
 * The cluster secret: one file, the same on every node. What is shown to others is derived from it per
 * purpose, where it is used; the secret itself is never sent or logged.
 */
import { readFile } from 'node:fs/promises';
import { HearthError, parseSecrets } from '../types/index.js';

/**
 * The secrets in a file, one per line: the first is in use, the others are taken too; none for null.
 * Throws `invalid-parameter` where the file cannot be read or is not in order.
 */
export async function readSecrets(path: string | null): Promise<readonly Uint8Array[]> {
  if (path === null) return [];
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    throw new HearthError(
      'invalid-parameter',
      `Cannot read --secret-file ${path}: ${(error as Error).message}.`,
    );
  }
  return parseSecrets(content.toString('latin1'), `--secret-file ${path}`);
}
