/**
 * The keys that the cluster's secrets make: for each secret, one key per sender and life, so that no two
 * processes ever seal under the same key, and a counter is enough of a nonce.
 *
 * HKDF (RFC 5869) with SHA-256: the extraction is done once per secret; a sender's key is one expansion,
 * which for 32 bytes is a single HMAC. That is what a forged sender can cost us.
 */
import { strict as assert } from 'node:assert';
import { createHmac } from 'node:crypto';
import { type ClusterId, secretId } from '../types/index.js';

/** One secret, ready to make keys. */
export interface RingKey {
  /** `secretId` as a number: travels in the clear, to tell which secret opens a packet. */
  readonly id: number;
  /** HKDF's pseudorandom key. */
  readonly root: Buffer;
}

export class Keyring {
  /** The one that seals. */
  readonly sealing: RingKey;
  readonly #keys: ReadonlyMap<number, RingKey>;
  readonly #label: Buffer;

  /** At least one secret: the first seals, all open. */
  constructor(secrets: readonly Uint8Array[], clusterId: ClusterId) {
    const keys = secrets.map(ringKey);
    assert(keys[0] !== undefined, 'a keyring holds a secret');
    this.sealing = keys[0];
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    this.#label = Buffer.concat([Buffer.from('hearth gossip v2'), Buffer.from(clusterId, 'hex')]);
  }

  find(id: number): RingKey | undefined {
    return this.#keys.get(id);
  }

  /** The AES-256 key of a sender: HKDF(secret, info = 'hearth gossip v2' + cluster id + `sender`). */
  senderKey({ root }: RingKey, sender: Uint8Array): Buffer {
    const firstBlock = Uint8Array.of(1);
    return createHmac('sha256', root)
      .update(this.#label)
      .update(sender)
      .update(firstBlock)
      .digest();
  }
}

function ringKey(secret: Uint8Array): RingKey {
  const root = createHmac('sha256', '').update(secret).digest();
  return { id: Number.parseInt(secretId(secret), 16), root };
}
