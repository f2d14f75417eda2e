/**
 * CORS of function URLs, as AWS's: the node answers preflights itself, and adds its headers to every answer in the
 * place of those that the function may have set. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
 */
import { header, type Reply, type RequestHead } from '../http/http.js';
import type { UrlCors } from '../url-configs/url-config.js';

const wildcard = '*';
const prefix = 'access-control-';

/** Whether a browser asks what another request may be. It says nothing of who asks, and is answered to everyone. */
export function isPreflight(head: RequestHead): boolean {
  return (
    head.method === 'OPTIONS' &&
    head.headers.origin !== undefined &&
    head.headers['access-control-request-method'] !== undefined
  );
}

export function preflightReply(cors: UrlCors, head: RequestHead): Reply {
  const headers = corsHeaders(cors, head);
  if (headers[`${prefix}allow-origin`] !== undefined) {
    const asked = (name: string): string => header(head, `${prefix}request-${name}`) ?? '';
    const methods = allowed(cors.AllowMethods, asked('method'));
    if (methods !== '') headers[`${prefix}allow-methods`] = methods;
    const names = allowed(cors.AllowHeaders, asked('headers'));
    if (names !== '') headers[`${prefix}allow-headers`] = names;
    if (cors.MaxAge !== undefined) headers[`${prefix}max-age`] = String(cors.MaxAge);
  }
  return { status: 200, headers, body: '' };
}

/** The answer with the headers that its caller's browser looks for. */
export function withCors(cors: UrlCors, head: RequestHead, reply: Reply): Reply {
  const headers = Object.entries(reply.headers).filter(([name]) => !name.startsWith(prefix));
  return {
    ...reply,
    headers: { ...Object.fromEntries(headers), ...corsHeaders(cors, head, reply) },
  };
}

/** Without those that allow it where the origin is not allowed; none where the request is of no page at all. */
function corsHeaders(cors: UrlCors, head: RequestHead, reply?: Reply): Record<string, string> {
  const origin = header(head, 'origin');
  if (origin === undefined) return {};
  const { AllowOrigins = [], AllowCredentials = false, ExposeHeaders = [] } = cors;
  const forAll = AllowOrigins.includes(wildcard);
  // browsers take no `*` where credentials are allowed
  const told = forAll && !AllowCredentials ? wildcard : origin;
  const headers: Record<string, string> = {};
  if (told === origin) headers.vary = varyOf(reply);
  if (!forAll && !AllowOrigins.includes(origin)) return headers;
  headers[`${prefix}allow-origin`] = told;
  if (AllowCredentials) headers[`${prefix}allow-credentials`] = 'true';
  if (reply !== undefined && ExposeHeaders.length > 0) {
    headers[`${prefix}expose-headers`] = ExposeHeaders.join(',');
  }
  return headers;
}

/** What is allowed, or with a wildcard what was asked: which holds with credentials, too. */
function allowed(list: readonly string[] = [], asked: string): string {
  return list.includes(wildcard) ? asked : list.join(',');
}

function varyOf(reply: Reply | undefined): string {
  const own = reply?.headers.vary;
  return own === undefined ? 'Origin' : `${[own].flat().join(', ')}, Origin`;
}
