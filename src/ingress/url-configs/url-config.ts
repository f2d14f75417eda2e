/**
 * How a function URL answers, of a function or alias: its attachment `url`, with the members of AWS's model as they
 * were given. https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
 */
import type { CatalogService } from '../../catalog/index.js';

export const urlAuthTypes = ['NONE', 'AWS_IAM', 'JWT'] as const;
export const invokeModes = ['RESPONSE_STREAM', 'BUFFERED'] as const;

export type UrlConfig = {
  /** JWT is Hearth's own. */
  readonly AuthType: (typeof urlAuthTypes)[number];
  /** Only where AuthType is JWT. */
  readonly JwtConfig?: JwtConfig;
  /** Without it, BUFFERED. */
  readonly InvokeMode?: (typeof invokeModes)[number];
  readonly Cors?: UrlCors;
};

export type JwtConfig = {
  readonly Issuer: string;
  /** One of these must be a token's audience. */
  readonly Audience: readonly string[];
  /** An `http(s)` URL with the issuer's keys. */
  readonly JwksUri: string;
};

export type UrlCors = {
  readonly AllowCredentials?: boolean;
  readonly AllowHeaders?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowOrigins?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  /** Seconds. */
  readonly MaxAge?: number;
};

/** `qualifier`: `$LATEST` for the function itself, or an alias. */
export function urlConfigOf(
  catalog: Pick<CatalogService, 'attachment'>,
  name: string,
  qualifier: string,
): UrlConfig | undefined {
  // only `url-configs` attaches it
  return catalog.attachment(name, 'url', qualifier)?.value as UrlConfig | undefined;
}
