/** What a function is told of its caller, in `requestContext.authorizer`: nothing but what the node has verified. */
import type { JWTPayload } from 'jose';

export interface IamIdentity {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

export interface JwtIdentity {
  /** Texts, as functions behind AWS's HTTP APIs get them. */
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[] | null;
}

export type Authorizer = { readonly iam: IamIdentity } | { readonly jwt: JwtIdentity };

export function jwtAuthorizer(claims: JWTPayload): Authorizer {
  const texts: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(claims)) texts[name] = claimText(value);
  return { jwt: { claims: texts, scopes: scopesOf(claims) } };
}

function claimText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  return JSON.stringify(value) ?? '';
}

/** Of `scope` (RFC 8693), or of `scp`, which some issuers use. */
function scopesOf({ scope, scp }: JWTPayload): readonly string[] | null {
  const given = scope ?? scp;
  if (Array.isArray(given)) return given.map(String);
  return typeof given === 'string' ? given.split(' ').filter((one) => one !== '') : null;
}
