/**
 * Who may call a function URL, by its way of authentication: everybody whom a statement of the resource policy
 * lets in; who has signed the request with a key that may, or whom a statement names; who shows a token of
 * the issuer. A function without a configuration has a URL only on nodes that ask nobody who they are.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
import type { CatalogService } from '../../catalog/index.js';
import { account, HearthError } from '../../types/index.js';
import type { CallUrl } from '../action.js';
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

/** Whoever signed a request, found out by its head and body; `anonymous` where nobody did. Throws HearthError. */
export interface SignatureCheck {
  identify(head: CallUrl['head'], body: Uint8Array): Promise<Caller>;
}

/** A caller who may call it, and what the function is told of that one. */
export interface Admitted {
  readonly caller: Caller;
  /** Null where the function is told nothing. */
  readonly authorizer: Authorizer | null;
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

  /** At once where nothing has to be verified. Throws UrlRefusal. */
  admit(
    call: CallUrl,
    config: UrlConfig | undefined,
    caller: Caller,
  ): Admitted | Promise<Admitted> {
    if (config === undefined) {
      if (caller.kind === 'open') return { caller, authorizer: null };
      throw forbidden();
    }
    switch (config.AuthType) {
      case 'NONE':
        if (!this.#lets(call, 'NONE', null)) throw forbidden();
        return { caller, authorizer: null };
      case 'AWS_IAM':
        return this.#signed(call);
      case 'JWT':
        return this.#withToken(call, config);
      default:
        throw new Error(`a URL with an unknown authentication: ${config.AuthType satisfies never}`);
    }
  }

  async #signed(call: CallUrl): Promise<Admitted> {
    const { head, body, name } = call;
    const caller = await this.signatures.identify(head, body).catch((thrown: unknown) => {
      throw thrown instanceof HearthError ? forbidden(thrown) : thrown;
    });
    if (caller.kind !== 'key') throw forbidden();
    const userArn = `arn:aws:iam::${account}:user/${caller.keyId}`;
    if (!may(caller, action, name) && !this.#lets(call, 'AWS_IAM', userArn)) throw forbidden();
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
    return { caller, authorizer: { iam } };
  }

  async #withToken({ head }: CallUrl, { JwtConfig }: UrlConfig): Promise<Admitted> {
    const [, token] = /^bearer +(\S+)$/i.exec(head.headers.authorization ?? '') ?? [];
    if (JwtConfig === undefined || token === undefined) throw unauthorized();
    const claims = await this.tokens.verify(token, JwtConfig);
    if (claims === null) throw unauthorized();
    const subject = typeof claims.sub === 'string' ? claims.sub.slice(0, subjectCharsMax) : '';
    const caller = { kind: 'jwt', issuer: JwtConfig.Issuer, subject } as const;
    return { caller, authorizer: jwtAuthorizer(claims) };
  }

  #lets(
    { name, qualifier }: CallUrl,
    authType: UrlConfig['AuthType'],
    arn: string | null,
  ): boolean {
    const policy = policyOf(this.catalog, name, qualifier);
    return policy?.Statement.some((statement) => lets(statement, authType, arn)) === true;
  }
}

/** `arn` is the caller's, null where nobody knows who calls. */
function lets(statement: Statement, authType: string, arn: string | null): boolean {
  const { Action, Principal, Condition = {} } = statement;
  if (![action, 'lambda:*', '*'].includes(Action)) return false;
  const who = typeof Principal === 'string' ? Principal : 'AWS' in Principal ? Principal.AWS : '';
  if (who !== '*' && who !== arn) return false;
  // what is not known here of a request, such as its account, holds of none
  const facts: Readonly<Record<string, string>> = { [authTypeKey]: authType, [viaUrlKey]: 'true' };
  return Object.values(Condition).every((pairs) =>
    Object.entries(pairs).every(([key, value]) => facts[key] === value),
  );
}
