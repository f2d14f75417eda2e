/**
 * The public keys with which issuers sign tokens, by the URL where they publish them (RFC 7517): fetched when they
 * are first needed, kept for a while, and fetched again early where a token names a key that is not among them, for
 * then the issuer has new ones. However many tokens come, an issuer is asked rarely.
 */
import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { type Clock, type Logger, SingleFlight } from '../../lib/index.js';
import { keysUnavailable } from './url-refusals.js';

/** What was fetched is fetched again after so long, while it is used. */
const renewAfterMs = 5 * 60_000;
/** And is used for so long: a key that the issuer has taken back is good no longer. */
const maxAgeMs = 10 * 60_000;
/** Or for so long where the issuer does not answer. */
const staleMaxMs = 60 * 60_000;
/** Between two fetches, also of what a token makes necessary that anybody can write. */
const cooldownMs = 30_000;
/** After one that failed, where there are no keys at all. */
const retryMs = 2000;
const issuersMax = 100;

type LocalKeys = ReturnType<typeof createLocalJWKSet>;
type PublicKey = Awaited<ReturnType<LocalKeys>>;

interface Known {
  readonly keys: LocalKeys | null;
  readonly fetchedMs: number;
  readonly askedMs: number;
}

export interface IssuerKeysDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Rejects where there are none. */
  readonly fetch: (uri: string) => Promise<JSONWebKeySet>;
}

export class IssuerKeys {
  readonly #known = new LRUCache<string, Known>({ max: issuersMax });
  readonly #flights = new SingleFlight<Known>();

  constructor(private readonly deps: IssuerKeysDeps) {}

  /** The key that a token names. Throws JOSEError where there is none, UrlRefusal where nobody can tell now. */
  async find(uri: string, head: JWSHeaderParameters, token: FlattenedJWSInput): Promise<PublicKey> {
    const nowMs = this.deps.clock.nowMs();
    const present = this.#known.get(uri);
    const known = this.#usable(uri, present, nowMs) ?? (await this.#renewed(uri, present));
    try {
      return await keysOf(known, nowMs)(head, token);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSNoMatchingKey)) throw thrown;
      const renewed = await this.#renewed(uri, known);
      if (renewed === known) throw thrown;
      return keysOf(renewed, nowMs)(head, token);
    }
  }

  /** Keys that nobody has to wait for: an issuer that is away would make that long. */
  #usable(uri: string, present: Known | undefined, nowMs: number): Known | null {
    if (present?.keys == null) return null;
    const ageMs = nowMs - present.fetchedMs;
    if (ageMs <= renewAfterMs) return present;
    const isAway = present.askedMs > present.fetchedMs && ageMs <= staleMaxMs;
    if (ageMs > maxAgeMs && !isAway) return null;
    void this.#renewed(uri, present);
    return present;
  }

  /** As they were where it is too early to ask again, or nobody answers. */
  async #renewed(uri: string, present: Known | undefined): Promise<Known> {
    const nowMs = this.deps.clock.nowMs();
    if (present !== undefined) {
      const restMs = present.keys === null ? retryMs : cooldownMs;
      if (nowMs - present.askedMs < restMs) return present;
    }
    return this.#flights.run(uri, async () => {
      const known = await this.#fetched(uri, present, nowMs);
      this.#known.set(uri, known);
      return known;
    });
  }

  async #fetched(uri: string, present: Known | undefined, nowMs: number): Promise<Known> {
    try {
      const keys = createLocalJWKSet(await this.deps.fetch(uri));
      return { keys, fetchedMs: nowMs, askedMs: nowMs };
    } catch (error) {
      this.deps.logger.warn({ err: error, uri }, 'the keys of an issuer of tokens cannot be had');
      const { keys = null, fetchedMs = nowMs } = present ?? {};
      return { keys, fetchedMs, askedMs: nowMs };
    }
  }
}

function keysOf({ keys, fetchedMs }: Known, nowMs: number): LocalKeys {
  if (keys === null || nowMs - fetchedMs > staleMaxMs) throw keysUnavailable();
  return keys;
}
