/**
 * The cluster secret: one file, the same on every node. Keys are derived from it per purpose, so that
 * none of them tells another; the secret itself is never sent or logged.
 */
import { hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { HearthError } from '../types/index.js';

const secretBytesMin = 16;

/** Throws `invalid-parameter` where the file cannot be read or is too short. */
export async function readSecret(path: string | null): Promise<Uint8Array | null> {
  if (path === null) return null;
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    throw new HearthError(
      'invalid-parameter',
      `Cannot read --secret-file ${path}: ${(error as Error).message}.`,
    );
  }
  const secret = Buffer.from(content.toString('latin1').trim(), 'latin1');
  if (secret.length < secretBytesMin) {
    throw new HearthError(
      'invalid-parameter',
      `--secret-file ${path} holds ${secret.length} bytes, fewer than ${secretBytesMin}; write for example the output of 'openssl rand -hex 32' into it.`,
    );
  }
  return secret;
}

/** What a node shows to another to prove that it knows the secret. */
export function peerToken(secret: Uint8Array | null): string | null {
  if (secret === null) return null;
  const token = hkdfSync('sha256', secret, new Uint8Array(), 'hearth peer token v1', 32);
  return Buffer.from(token).toString('hex');
}
