/**
 * Who may call a function URL, by its way of authentication: everybody whom a statement of the resource policy
 * lets in; who has signed the request with a key that may, or whom a statement names; who shows a token of
 * the issuer. Without a configuration only functions have a URL, and on nodes that ask nobody who they are.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
import { type CatalogService, latestVersion } from '../../catalog/index.js';
import { account, HearthError } from '../../types/index.js';
import type { CallUrl } from '../action.js';
import type { Authenticator, Claim } from '../auth/authenticator.js';
import { type Caller, may } from '../auth/caller.js';
import { policyOf, type Statement } from '../policy/statement.js';
import { type UrlConfig, urlConfigOf } from '../url-configs/url-config.js';
import { type Authorizer, jwtAuthorizer } from './authorizer.js';
import type { Tokens } from './tokens.js';
import { forbidden, unauthorized } from './url-refusals.js';

/** Of what names a caller in records. */
const subjectCharsMax = 128;
const action = 'lambda:InvokeFunctionUrl';
const authTypeKey = 'lambda:FunctionUrlAuthType';
const viaUrlKey = 'lambda:InvokedViaFunctionUrl';

/** Whoever signed a request, found out by its head and, where that does not prove it, by its body. */
export type SignatureCheck = Pick<Authenticator, 'begin' | 'finish'>;

/** A caller who may call it, and what the function is told of that one. */
export interface Admitted {
  readonly caller: Caller;
  /** Null where the function is told nothing. */
  readonly authorizer: Authorizer | null;
  /** What the body has yet to prove; null where there is nothing. */
  readonly claim: Claim | null;
}

export class UrlAccess {
  constructor(
    private readonly catalog: Pick<CatalogService, 'attachment'>,
    private readonly signatures: SignatureCheck,
    private readonly tokens: Tokens,
  ) {}

  config({ name, qualifier }: CallUrl): UrlConfig | undefined {
    return urlConfigOf(this.catalog, name, qualifier);
  }

  /** By the head alone, at once where nothing has to be verified. Throws UrlRefusal. */
  admit(
    call: CallUrl,
    config: UrlConfig | undefined,
    caller: Caller,
  ): Admitted | Promise<Admitted> {
    if (config === undefined) {
      const isOpen = caller.kind === 'open' && call.qualifier === latestVersion;
      if (isOpen) return { caller, authorizer: null, claim: null };
      throw forbidden();
    }
    switch (config.AuthType) {
      case 'NONE':
        if (!this.#lets(call, 'NONE', null)) throw forbidden();
        return { caller, authorizer: null, claim: null };
      case 'AWS_IAM':
        return this.#signed(call);
      case 'JWT':
        return this.#withToken(call, config);
      default:
        throw new Error(`a URL with an unknown authentication: ${config.AuthType satisfies never}`);
    }
  }

  /** Throws UrlRefusal where the body is another one than was signed, HearthError where the key asks too often. */
  prove({ claim }: Admitted, { head }: CallUrl, body: Uint8Array): void {
    if (claim === null) return;
    try {
      this.signatures.finish(claim, head, body);
    } catch (thrown) {
      throw refusalOf(thrown);
    }
  }

  async #signed({ head, name, qualifier }: CallUrl): Promise<Admitted> {
    const claim = await this.#claimOf(head);
    if (claim === null) throw forbidden();
    const { caller } = claim;
    const userArn = `arn:aws:iam::${account}:user/${caller.keyId}`;
    if (!may(caller, action, name) && !this.#lets({ name, qualifier }, 'AWS_IAM', userArn))
      throw forbidden();
    const { keyId } = caller;
    const iam = {
      accessKey: keyId,
      accountId: account,
      callerId: keyId,
      cognitoIdentity: null,
      principalOrgId: null,
      userArn,
      userId: keyId,
    };
    return { caller, authorizer: { iam }, claim };
  }

  async #claimOf(head: CallUrl['head']): Promise<Claim | null> {
    try {
      return await this.signatures.begin(head);
    } catch (thrown) {
      throw refusalOf(thrown);
    }
  }

  async #withToken({ head }: CallUrl, { JwtConfig }: UrlConfig): Promise<Admitted> {
    const [, token] = /^bearer +(\S+)$/i.exec(head.headers.authorization ?? '') ?? [];
    if (JwtConfig === undefined || token === undefined) throw unauthorized();
    const claims = await this.tokens.verify(token, JwtConfig);
    if (claims === null) throw unauthorized();
    const subject = typeof claims.sub === 'string' ? claims.sub.slice(0, subjectCharsMax) : '';
    const caller = { kind: 'jwt', issuer: JwtConfig.Issuer, subject } as const;
    return { caller, authorizer: jwtAuthorizer(claims), claim: null };
  }

  #lets(
    { name, qualifier }: Pick<CallUrl, 'name' | 'qualifier'>,
    authType: UrlConfig['AuthType'],
    arn: string | null,
  ): boolean {
    const policy = policyOf(this.catalog, name, qualifier);
    return policy?.Statement.some((statement) => lets(statement, authType, arn)) === true;
  }
}

/** What is wrong with a signature is told as URLs tell it. */
function refusalOf(thrown: unknown): unknown {
  const isWrong = thrown instanceof HearthError && thrown.code !== 'too-many-requests';
  return isWrong ? forbidden(thrown) : thrown;
}

/** `arn` is the caller's, null where nobody knows who calls. */
function lets(statement: Statement, authType: string, arn: string | null): boolean {
  const { Action, Principal, Condition } = statement;
  if (Action !== action && Action !== 'lambda:*' && Action !== '*') return false;
  const who = typeof Principal === 'string' ? Principal : 'AWS' in Principal ? Principal.AWS : '';
  if (who !== '*' && who !== arn) return false;
  for (const operator in Condition) {
    const pairs = Condition[operator];
    for (const key in pairs) {
      if (pairs[key] !== factOf(key, authType)) return false;
    }
  }
  return true;
}

/** What is not known here of a request, such as its account, holds of none. */
function factOf(key: string, authType: string): string | undefined {
  if (key === authTypeKey) return authType;
  return key === viaUrlKey ? 'true' : undefined;
}
