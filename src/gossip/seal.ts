/**
 * Sealing: AES-256-GCM under keys made from the cluster's secrets. Who does not hold one can neither read
 * nor write gossip, nor send again what was said before; a packet of another cluster with the same secret
 * does not open. Not offered: protection against a holder of the secret who lies.
 *
 * Every sender has a key of its own in each of its lives, so its counter is the nonce, and the same
 * counter tells what was seen. Header and cluster id are sealed in as additional data (NIST SP 800-38D).
 *
 * A packet that was sealed for one member also opens at another, once; and after a restart windows begin
 * empty. Both are harmless: news are ordered by what they say, not by when they arrive.
 */
import { strict as assert } from 'node:assert';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Clock, randomHex32 } from '../lib/index.js';
import { type ClusterId, limits } from '../types/index.js';
import { Keyring } from './keyring.js';
import type { DropReason } from './packet.js';
import { type Sender, Senders } from './senders.js';

const keyIdBytes = 4;
const saltBytes = 4;
const nonceBytes = 12;
const prefixBytes = keyIdBytes + nonceBytes;
const tagBytes = 16;
export const sealOverheadBytes = prefixBytes + tagBytes;

/** With these a process begins to seal; together they never come twice under one key. */
export interface NonceStart {
  /** 4 bytes, random at each start: should a disk be restored, one life is started twice. */
  readonly salt: Uint8Array;
  /** Above every counter of an earlier start in the same life; below 2^53. */
  readonly counter: number;
}

/** Chance, and the wall clock in microseconds: no process seals a million packets per second. */
export function nonceStart(clock: Clock): NonceStart {
  const salt = Buffer.from(randomHex32(), 'hex').subarray(0, saltBytes);
  return { salt, counter: Math.floor(clock.wallMs() * 1000) };
}

export type OpenResult =
  | { readonly ok: true; readonly plain: Buffer }
  | { readonly ok: false; readonly reason: DropReason };

/** The clear header of a packet, and what it says: who sends. */
export interface ClearHeader {
  readonly bytes: Buffer;
  /** The part of `bytes` with the sender's id and generation. */
  readonly senderBytes: Buffer;
  readonly sender: Sender;
}

export class Seal {
  readonly #clusterId: Buffer;
  readonly #senders = new Senders(2 * limits.membersMax);
  readonly #salt: Uint8Array;
  #counter: number;
  #keyring: Keyring;
  #own: { readonly senderBytes: Buffer; readonly key: Buffer } | null = null;

  /** At least one secret: the first seals, all open. */
  constructor(
    private readonly cluster: ClusterId,
    secrets: readonly Uint8Array[],
    { salt, counter }: NonceStart,
  ) {
    assert(salt.length === saltBytes && Number.isSafeInteger(counter) && counter >= 0);
    this.#clusterId = Buffer.from(cluster, 'hex');
    this.#keyring = new Keyring(secrets, cluster);
    this.#salt = salt;
    this.#counter = counter;
  }

  /** Goes over to these secrets; what was seen, and the counter, stay. */
  useSecrets(secrets: readonly Uint8Array[]): void {
    this.#keyring = new Keyring(secrets, this.cluster);
    this.#own = null;
  }

  /** Key id, nonce, ciphertext, tag: what follows the header. */
  seal(header: ClearHeader, plain: Uint8Array): Buffer {
    const prefix = Buffer.alloc(prefixBytes);
    prefix.writeUInt32BE(this.#keyring.sealing.id);
    prefix.set(this.#salt, keyIdBytes);
    assert(this.#counter < Number.MAX_SAFE_INTEGER, 'the counter has not run out');
    prefix.writeBigUInt64BE(BigInt(this.#counter++), keyIdBytes + saltBytes);
    const nonce = prefix.subarray(keyIdBytes);
    const options = { authTagLength: tagBytes };
    const cipher = createCipheriv('aes-256-gcm', this.#ownKey(header), nonce, options);
    cipher.setAAD(this.#sealedIn(header, prefix));
    return Buffer.concat([prefix, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /**
   * Opens what `seal` made. The cheap refusals come first: a stranger's bytes end at the key id, a replay
   * at the window; only then is a key made, if need be, and tried.
   */
  open(header: ClearHeader, sealed: Buffer): OpenResult {
    if (sealed.length < sealOverheadBytes) return refused('malformed');
    const prefix = sealed.subarray(0, prefixBytes);
    const ringKey = this.#keyring.find(prefix.readUInt32BE());
    if (ringKey === undefined) return refused('forged');
    const counter = Number(prefix.readBigUInt64BE(keyIdBytes + saltBytes));
    if (!Number.isSafeInteger(counter)) return refused('forged');
    const { sender } = header;
    if (this.#senders.seen(sender, counter)) return refused('replayed');
    const key =
      this.#senders.key(sender, ringKey) ?? this.#keyring.senderKey(ringKey, header.senderBytes);
    const nonce = prefix.subarray(keyIdBytes);
    const end = sealed.length - tagBytes;
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, options);
    decipher.setAAD(this.#sealedIn(header, prefix));
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(prefixBytes, end));
    try {
      decipher.final();
    } catch {
      return refused('forged');
    }
    this.#senders.opened(sender, counter, { ringKey, key });
    return { ok: true, plain };
  }

  #ownKey({ senderBytes }: ClearHeader): Buffer {
    if (this.#own?.senderBytes.equals(senderBytes)) return this.#own.key;
    const key = this.#keyring.senderKey(this.#keyring.sealing, senderBytes);
    this.#own = { senderBytes: Buffer.from(senderBytes), key };
    return key;
  }

  #sealedIn(header: ClearHeader, prefix: Buffer): Buffer {
    return Buffer.concat([this.#clusterId, header.bytes, prefix]);
  }
}

function refused(reason: DropReason): OpenResult {
  return { ok: false, reason };
}
