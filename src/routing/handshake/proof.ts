/**
 * How two nodes prove to each other that they hold the cluster secret, without showing it: each signs what
 * both have said, with a number from the other side in it that never comes again, so that a recorded
 * handshake is of no use.
 *
 *     dialler                                              acceptor
 *       GET: from, to, nonce, secret's id            ->
 *                                                       <- 101: nonce, proof as acceptor
 *       (both go over to TLS where connections are encrypted)
 *       proof as dialler                                ->
 *                                                       <- welcome
 *
 * Without a secret there are no proofs: then every address is loopback.
 */
import { strict as assert } from 'node:assert';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import { tlsContextOf } from '../../cluster/index.js';
import { type NodeId, secretId } from '../../types/index.js';
import type { PeerProtocol } from './protocol.js';

/** What both sides have said. */
export interface Transcript {
  readonly dialler: NodeId;
  readonly acceptor: NodeId;
  readonly diallerNonce: string;
  readonly acceptorNonce: string;
  readonly encrypted: boolean;
}

export type Side = 'dialler' | 'acceptor';

export const proofBytes = 32;

interface Key {
  readonly id: string;
  readonly key: Uint8Array;
}

export class PeerProof {
  #context: SecureContextOptions | null;
  #keys: readonly Key[];

  /** The first secret is shown, any is accepted. `encrypted`: connections go over to TLS. */
  constructor(
    secrets: readonly Uint8Array[],
    readonly encrypted: boolean,
    readonly protocol: PeerProtocol,
  ) {
    assert(secrets.length > 0 || !encrypted, 'connections are encrypted by a secret');
    this.#context = tlsContextOf(secrets);
    this.#keys = this.#keysOf(secrets);
  }

  /** From now on these. Ignored where that would begin or end authentication. */
  use(secrets: readonly Uint8Array[]): void {
    if (secrets.length === 0 || this.#keys.length === 0) return;
    this.#context = tlsContextOf(secrets);
    this.#keys = this.#keysOf(secrets);
  }

  /** Names the secret that is shown; null where there is none. */
  get shownId(): string | null {
    return this.#keys[0]?.id ?? null;
  }

  /** Whether a secret of this name is held. */
  holds(id: string): boolean {
    return this.#keys.some((key) => key.id === id);
  }

  /** What TLS takes; null where connections are plain. */
  get context(): SecureContextOptions | null {
    return this.encrypted ? this.#context : null;
  }

  /** By the secret in use; null where there is none. */
  prove(side: Side, transcript: Transcript): Buffer | null {
    const [first] = this.#keys;
    return first === undefined ? null : sign(first.key, side, transcript);
  }

  /** Whether `shown` is the other side's proof by any secret that is held here. */
  accepts(side: Side, transcript: Transcript, shown: Uint8Array): boolean {
    if (shown.length !== proofBytes) return false;
    return this.#keys.some(({ key }) => timingSafeEqual(sign(key, side, transcript), shown));
  }

  #keysOf(secrets: readonly Uint8Array[]): Key[] {
    const { keyInfo } = this.protocol;
    return secrets.map((secret) => ({
      id: secretId(secret),
      key: new Uint8Array(hkdfSync('sha256', secret, '', keyInfo, proofBytes)),
    }));
  }
}

function sign(key: Uint8Array, side: Side, transcript: Transcript): Buffer {
  const { dialler, acceptor, diallerNonce, acceptorNonce, encrypted } = transcript;
  // ids and nonces are hex digits, so a comma parts them without doubt
  const said = [side, dialler, acceptor, diallerNonce, acceptorNonce, encrypted ? 'tls' : 'plain'];
  return createHmac('sha256', key).update(said.join(',')).digest();
}
