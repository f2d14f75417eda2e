/** What a task asks of `http:invoke`, checked, as the request that goes out. */
import { region } from '../../types/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { arrayFormatOf, formEncoded } from './http-form.js';
import { TaskFailure } from './integration.js';

export interface HttpRequest {
  readonly url: URL;
  readonly method: HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'] as const;
export type HttpMethod = (typeof methods)[number];

/** Those that say where a message ends and who it is for are the client's own, never the user's. */
const refusedHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

const tokenShape = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible characters, spaces and tabs: nothing that ends a line. */
const valueShape = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Throws TaskFailure: `States.Runtime` for what no request can be made of. */
export function httpRequest(parameters: JsonObject): HttpRequest {
  const { ApiEndpoint, Method, QueryParameters, RequestBody, Transform } = parameters;
  const isSigned = parameters.Authentication ?? parameters.InvocationConfig;
  if (isSigned !== undefined && isSigned !== null) {
    throw new TaskFailure(
      'Events.ConnectionResource.InvalidConnectionState',
      'This cluster has no connections: leave Authentication and InvocationConfig out, and set what the endpoint asks for in Headers.',
    );
  }
  const method = methods.find((known) => known === Method);
  if (method === undefined) throw wrong(`Method must be one of ${methods.join(', ')}.`);
  const url = endpoint(ApiEndpoint);
  for (const [name, value] of Object.entries(object(QueryParameters, 'QueryParameters'))) {
    for (const item of Array.isArray(value) ? value : [value]) {
      url.searchParams.append(name, textOf(item));
    }
  }
  const headers = headersOf(object(parameters.Headers, 'Headers'));
  const isForm = object(Transform, 'Transform').RequestBodyEncoding === 'URL_ENCODED';
  if (RequestBody === undefined || RequestBody === null) {
    return { url, method, headers, body: null };
  }
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    url,
    method,
    headers: { 'content-type': type, ...headers },
    body: isForm ? form(RequestBody, Transform) : jsonBody(RequestBody, headers['content-type']),
  };
}

function endpoint(value: JsonValue | undefined): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined) throw wrong('ApiEndpoint must be a URL.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw wrong('ApiEndpoint must begin with https:// or http://.');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('ApiEndpoint must not hold credentials.');
  }
  return url;
}

function headersOf(given: JsonObject): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': `Amazon|StepFunctions|HttpInvoke|${region}`,
  };
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    if (!tokenShape.test(name) || refusedHeaders.has(key)) {
      throw wrong(`The header ${JSON.stringify(name)} cannot be set.`);
    }
    const text = (Array.isArray(value) ? value.map(textOf) : [textOf(value)]).join(', ');
    if (!valueShape.test(text))
      throw wrong(`The header ${name} has a value that no header can carry.`);
    headers[key] = text;
  }
  return headers;
}

function form(body: JsonValue, transform: JsonValue | undefined): string {
  const options = object(
    object(transform, 'Transform').RequestEncodingOptions,
    'RequestEncodingOptions',
  );
  const format = arrayFormatOf(options.ArrayFormat);
  if (format === undefined)
    throw wrong('ArrayFormat must be INDICES, REPEAT, COMMAS, BRACKETS or NONE.');
  if (!isJsonObject(body)) throw wrong('RequestBody must be an object where it is URL-encoded.');
  return formEncoded(body, format);
}

/** A text is JSON as well, unless the content type says that it is something else. */
function jsonBody(body: JsonValue, contentType: string | undefined): string {
  const isOther = contentType !== undefined && !contentType.includes('json');
  return typeof body === 'string' && isOther ? body : JSON.stringify(body);
}

function object(value: JsonValue | undefined, name: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (isJsonObject(value)) return value;
  throw wrong(`${name} must be an object.`);
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function wrong(problem: string): TaskFailure {
  return new TaskFailure('States.Runtime', problem);
}
