/** Requests about configurations of function URLs -> actions. Texts as recorded on live AWS where it has the rule. */
import * as z from 'zod';
import { latestVersion } from '../../catalog/index.js';
import { HearthError } from '../../types/index.js';
import type { ListOfFunction } from '../action.js';
import { Constraints, memberPattern } from '../form/constraints.js';
import { checkFunctionName, parseFunctionName } from '../form/function-name.js';
import { flag, given, shaped, text, texts, whole } from '../form/shape.js';
import { originOf } from '../form/target.js';
import { queryValue } from '../http/http.js';
import type { Asked } from '../operation.js';
import { checkCors } from './cors-input.js';
import { invokeModes, type JwtConfig, type UrlConfig, urlAuthTypes } from './url-config.js';

/** A function's URL, or that of one of its aliases. */
export interface UrlTarget {
  readonly name: string;
  /** `$LATEST` for the function itself. */
  readonly qualifier: string;
  /** `http://HOST` as the caller sees this node: what the URL begins with. */
  readonly origin: string;
}

export type UrlConfigAction =
  | { readonly kind: 'create-url-config'; readonly target: UrlTarget; readonly config: UrlConfig }
  | {
      readonly kind: 'update-url-config';
      readonly target: UrlTarget;
      readonly changes: Partial<UrlConfig>;
    }
  | { readonly kind: 'get-url-config'; readonly target: UrlTarget }
  | { readonly kind: 'delete-url-config'; readonly target: UrlTarget }
  | (ListOfFunction<'list-url-configs'> & { readonly origin: string });

const urlConfigShape = z.object({
  AuthType: text,
  InvokeMode: text,
  Cors: z
    .object({
      AllowCredentials: flag,
      AllowHeaders: texts,
      AllowMethods: texts,
      AllowOrigins: texts,
      ExposeHeaders: texts,
      MaxAge: whole,
    })
    .nullish(),
  JwtConfig: z.object({ Issuer: text, Audience: texts, JwksUri: text }).nullish(),
});

type UrlConfigBody = z.output<typeof urlConfigShape>;

const urlQualifierPattern = memberPattern('((?!^\\d+$)^[0-9a-zA-Z-_]+$)');

export function createUrlConfig(asked: Asked): UrlConfigAction {
  const body = shaped(urlConfigShape, asked.body);
  const constraints = new Constraints();
  constraints.required(body.AuthType ?? undefined, 'authType');
  const target = urlTarget(asked, constraints, body);
  const config = { AuthType: 'NONE', ...changesOf(body) } as const;
  checkJwt(config);
  return { kind: 'create-url-config', target, config };
}

export function updateUrlConfig(asked: Asked): UrlConfigAction {
  const body = shaped(urlConfigShape, asked.body);
  const target = urlTarget(asked, new Constraints(), body);
  return { kind: 'update-url-config', target, changes: changesOf(body) };
}

/** Throws `validation` with whatever else was noted, `invalid-parameter`. */
export function urlTarget(
  asked: Asked,
  constraints = new Constraints(),
  body: UrlConfigBody = {},
): UrlTarget {
  const { subject, head } = asked;
  const given = queryValue(head.query, 'Qualifier');
  constraints.length(given, 'qualifier', 1, 128);
  constraints.pattern(given, 'qualifier', urlQualifierPattern);
  checkFunctionName(constraints, subject, undefined);
  constraints.oneOf(body.AuthType ?? undefined, 'authType', urlAuthTypes);
  constraints.oneOf(body.InvokeMode ?? undefined, 'invokeMode', invokeModes);
  checkCors(constraints, body.Cors ?? {});
  constraints.check();
  const { name, qualifier } = parseFunctionName(subject, given);
  constraints.pattern(qualifier, 'qualifier', urlQualifierPattern);
  constraints.check();
  return { name, qualifier: qualifier ?? latestVersion, origin: originOf(asked) };
}

/** A configuration by JWT must say whose tokens are taken. Throws `invalid-parameter`. */
export function checkJwt({ AuthType, JwtConfig }: UrlConfig): void {
  if (AuthType === 'JWT' && JwtConfig === undefined) {
    throw new HearthError(
      'invalid-parameter',
      'A function URL with AuthType JWT needs a JwtConfig with Issuer, Audience and JwksUri.',
    );
  }
  if (AuthType !== 'JWT' && JwtConfig !== undefined) {
    throw new HearthError(
      'invalid-parameter',
      `A function URL with AuthType ${AuthType} takes no JwtConfig; leave it out or use AuthType JWT.`,
    );
  }
}

function changesOf(body: UrlConfigBody): Partial<UrlConfig> {
  const { AuthType, InvokeMode, Cors, JwtConfig } = body;
  return {
    ...(given({ AuthType, InvokeMode }) as Pick<UrlConfig, 'AuthType' | 'InvokeMode'>),
    ...(Cors == null ? {} : { Cors: given(Cors) }),
    ...(JwtConfig == null ? {} : { JwtConfig: checkedJwt(JwtConfig) }),
  };
}

function checkedJwt(body: NonNullable<UrlConfigBody['JwtConfig']>): JwtConfig {
  const { Issuer, Audience, JwksUri } = body;
  const right =
    isWord(Issuer) &&
    isWord(JwksUri) &&
    Audience != null &&
    Audience.length > 0 &&
    Audience.length <= audiencesMax &&
    Audience.every(isWord);
  if (!right) {
    throw new HearthError(
      'invalid-parameter',
      `The JwtConfig must have an Issuer, 1 to ${audiencesMax} values of Audience and a JwksUri, each of at most ${wordCharsMax} characters.`,
    );
  }
  const url = URL.canParse(JwksUri) ? new URL(JwksUri) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password !== '') {
    throw new HearthError(
      'invalid-parameter',
      `The JwksUri ${JwksUri} of the JwtConfig must be an http or https URL without a password.`,
    );
  }
  return { Issuer, Audience, JwksUri };
}

const audiencesMax = 20;
const wordCharsMax = 1024;

function isWord(value: string | null | undefined): value is string {
  return value != null && value.length <= wordCharsMax && /^[\x20-\x7e]+$/.test(value);
}
