/**
 * Whose request it is. The head is looked at before the body is read, and where the head says what the body's
 * hash is, that is the whole proof: the body is then only held against its hash. Without that, form, time and
 * key are known to be right before the body is read, and the signature after.
 */
import { type Clock, payloadHash, type SigningKey, signingKey } from '../../lib/index.js';
import { HearthError, limits, region } from '../../types/index.js';
import type { RequestHead } from '../http/http.js';
import type { AccessKey } from './access-key.js';
import type { AccessKeys } from './access-keys.js';
import type { Caller } from './caller.js';
import { RateLimiter } from './rate-limiter.js';
import {
  isSignedBy,
  type SignedHead,
  signedHead,
  unknownKey,
  unsignedPayload,
  wrongSignature,
} from './signed-head.js';

/** A request whose body is yet to come. */
export interface Claim {
  /** Proven only once `finish` has taken the body. */
  readonly caller: Caller & { readonly kind: 'key' };
  readonly signed: SignedHead;
  readonly key: AccessKey;
}

interface DayKey {
  readonly secret: string;
  readonly day: string;
  readonly key: SigningKey;
}

export class Authenticator {
  readonly #rates = new RateLimiter(limits.accessKeysMax);
  /** Of the last day on which each key signed. */
  readonly #signingKeys = { lambda: new Map<string, DayKey>(), states: new Map<string, DayKey>() };

  constructor(
    private readonly keys: AccessKeys,
    private readonly clock: Clock,
  ) {}

  /**
   * At once where this node knows the key. Null where the head says nothing of who sent it. Throws HearthError where
   * what it says is wrong.
   */
  begin(head: RequestHead): Claim | null | Promise<Claim> {
    const signed = signedHead(head, this.clock.wallMs());
    if (signed === null) return null;
    const { keyId } = signed;
    const key = this.keys.find(keyId);
    if (key !== undefined) return this.#claim(signed, head, key);
    return this.keys.findLate(keyId).then((late) => this.#claim(signed, head, late));
  }

  #claim(signed: SignedHead, head: RequestHead, key: AccessKey | undefined): Claim {
    if (key === undefined || !key.enabled) throw unknownKey();
    const told = signed.payloadHash;
    if (told !== null && !isSignedBy(signed, head, told, this.#signingKey(key, signed))) {
      throw wrongSignature();
    }
    return { caller: { kind: 'key', keyId: key.id, grants: key }, signed, key };
  }

  /** Throws HearthError where the body is another one than was signed, or the key asks too often. */
  finish(claim: Claim, head: RequestHead, body: Uint8Array): Caller {
    const { signed, key } = claim;
    const told = signed.payloadHash;
    if (told !== unsignedPayload) {
      const hash = payloadHash(body);
      const isRight =
        told === null
          ? isSignedBy(signed, head, hash, this.#signingKey(key, signed))
          : told === hash;
      if (!isRight) throw wrongSignature();
    }
    this.#count(key);
    return claim.caller;
  }

  #count({ id, rateLimit }: AccessKey): void {
    this.keys.used(id);
    if (rateLimit === null) return;
    const waitS = this.#rates.take(id, rateLimit, this.clock.nowMs());
    if (waitS === 0) return;
    throw new HearthError('too-many-requests', 'Rate Exceeded.', {
      Reason: 'CallerRateLimitExceeded',
      retryAfterS: Math.ceil(waitS),
    });
  }

  #signingKey({ id, secret }: AccessKey, { time, service }: SignedHead): SigningKey {
    const day = time.slice(0, 8);
    const keys = this.#signingKeys[service];
    const known = keys.get(id);
    if (known?.day === day && known.secret === secret) return known.key;
    if (keys.size >= limits.accessKeysMax) keys.clear();
    const key = signingKey(secret, day, { region, service });
    keys.set(id, { secret, day, key });
    return key;
  }
}
