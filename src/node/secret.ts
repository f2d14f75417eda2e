/**
 * The cluster secret: one file, the same on every node. Keys are derived from it per purpose, so that
 * none of them tells another; the secret itself is never sent or logged.
 */
import { hkdfSync } from 'node:crypto';
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

/** What a node shows to another to prove that it knows the secret. */
export function peerToken(secret: Uint8Array | null): string | null {
  if (secret === null) return null;
  const token = hkdfSync('sha256', secret, new Uint8Array(), 'hearth peer token v1', 32);
  return Buffer.from(token).toString('hex');
}
