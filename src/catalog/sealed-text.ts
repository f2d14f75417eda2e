/**
 * Secrets as they stand in the log, in snapshots and on the way between nodes: sealed with the cluster's key
 * by the node that proposes them. AES-256-GCM with a random nonce; what a text belongs to is authenticated
 * too, so that one cannot be put in the place of another.
 *
 *     base64( u8 1 | nonce, 12 bytes | ciphertext | tag, 16 bytes )
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { secureBytes } from '../lib/index.js';

const cipher = 'aes-256-gcm';
const form = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** `key`: the cluster's, 32 bytes. `boundTo` says what the text is and whose. */
export function sealText(key: Uint8Array, boundTo: string, text: string): string {
  const nonce = secureBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce);
  sealing.setAAD(Buffer.from(boundTo));
  const parts = [Buffer.of(form), nonce, sealing.update(text, 'utf8'), sealing.final()];
  return Buffer.concat([...parts, sealing.getAuthTag()]).toString('base64');
}

/** Null where the key is another one, or the sealed text was changed or belongs elsewhere. */
export function openText(key: Uint8Array, boundTo: string, sealedText: string): string | null {
  const sealed = Buffer.from(sealedText, 'base64');
  const tagAt = sealed.length - tagBytes;
  if (sealed[0] !== form || tagAt < 1 + nonceBytes) return null;
  try {
    const opening = createDecipheriv(cipher, key, sealed.subarray(1, 1 + nonceBytes));
    opening.setAAD(Buffer.from(boundTo));
    opening.setAuthTag(sealed.subarray(tagAt));
    const text = [opening.update(sealed.subarray(1 + nonceBytes, tagAt)), opening.final()];
    return Buffer.concat(text).toString();
  } catch {
    return null;
  }
}

/** What only a node that has the key can say of a text, in hex: not secret, and not forged. */
export function proofOf(key: Uint8Array, text: string): string {
  const own = new Uint8Array(hkdfSync('sha256', key, '', 'hearth proof v1', 32));
  return createHmac('sha256', own).update(text).digest('hex');
}
