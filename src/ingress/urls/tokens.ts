/**
 * JSON Web Tokens that issuers have signed (RFC 7519), by jose: form, signature, issuer, audience and times. Only
 * asymmetric signatures are taken, so that nothing public can be used to sign.
 */
import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../../lib/index.js';
import type { JwtConfig } from '../url-configs/url-config.js';
import type { IssuerKeys } from './issuer-keys.js';

const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** By how much the clocks of issuer and node may differ. */
const clockToleranceS = 60;

export class Tokens {
  constructor(
    private readonly keys: Pick<IssuerKeys, 'find'>,
    private readonly clock: Clock,
  ) {}

  /** What the token claims; null where it is not right. Throws UrlRefusal where nobody can tell now. */
  async verify(token: string, config: JwtConfig): Promise<JWTPayload | null> {
    try {
      const { payload } = await jwtVerify(
        token,
        (head, jws) => this.keys.find(config.JwksUri, head, jws),
        {
          algorithms,
          issuer: config.Issuer,
          requiredClaims: ['exp'],
          clockTolerance: clockToleranceS,
          currentDate: new Date(this.clock.wallMs()),
        },
      );
      return isFor(payload, config.Audience) ? payload : null;
    } catch (thrown) {
      if (thrown instanceof errors.JOSEError || isOfKey(thrown)) return null;
      throw thrown;
    }
  }
}

/** What the issuer publishes under this name is no key (as Web Crypto tells it), or too short a one (as jose does). */
function isOfKey(thrown: unknown): boolean {
  return thrown instanceof DOMException || thrown instanceof TypeError;
}

/** As AWS's HTTP APIs: a token without an audience is for the client that it names. */
function isFor({ aud, client_id }: JWTPayload, audiences: readonly string[]): boolean {
  const named = [aud ?? client_id].flat();
  return named.some((one) => typeof one === 'string' && audiences.includes(one));
}
