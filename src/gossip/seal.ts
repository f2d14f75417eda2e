/**
 * Sealing: AES-256-GCM under a key made from the cluster's secret. Who does not hold the secret can
 * neither read nor write gossip, and a packet of another cluster with the same secret does not open.
 * Not offered yet: protection against replay, and against a holder of the secret who lies.
 *
 * A random 96-bit nonce is safe for 2^32 packets under one key (NIST SP 800-38D, 8.3).
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { randomHex32 } from '../lib/index.js';
import type { ClusterId } from '../types/index.js';

const nonceBytes = 12;
const tagBytes = 16;
export const sealOverheadBytes = nonceBytes + tagBytes;

export class Seal {
  readonly #key: Buffer;
  readonly #label: Buffer;

  constructor(secret: Uint8Array, clusterId: ClusterId) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'hearth gossip v1', 32));
    this.#label = Buffer.from(clusterId, 'hex');
  }

  /** Nonce, ciphertext, tag. */
  seal(plain: Uint8Array): Buffer {
    const nonce = Buffer.from(randomHex32().slice(0, 2 * nonceBytes), 'hex');
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(this.#label);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** The plain bytes; throws where they were not sealed with this key for this cluster. */
  open(sealed: Uint8Array): Buffer {
    if (sealed.length < sealOverheadBytes) throw new RangeError('too short to be sealed');
    const nonce = sealed.subarray(0, nonceBytes);
    const end = sealed.length - tagBytes;
    const cipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(this.#label);
    cipher.setAuthTag(sealed.subarray(end));
    return Buffer.concat([cipher.update(sealed.subarray(nonceBytes, end)), cipher.final()]);
  }
}
