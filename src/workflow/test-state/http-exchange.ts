/** The request and the response of an HTTP task, for whoever traces it; secrets are shown only to who asks for them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { resourceOf } from '../language/index.js';
import type { Trial } from './trial.js';

export function httpExchange(trial: Trial, revealSecrets: boolean): Record<string, JsonObject> {
  const { state, mock } = trial.facts;
  if (state.Type !== 'Task' || mock !== undefined) return {};
  const resource = resourceOf(state.Resource);
  if (resource?.kind !== 'service' || resource.service !== 'http') return {};
  const { afterArguments, afterParameters, result } = trial.inspection;
  const asked = read(afterArguments ?? afterParameters);
  const answered = read(result);
  return {
    ...(asked === undefined ? {} : { request: requestOf(asked, revealSecrets) }),
    ...(answered === undefined ? {} : { response: responseOf(answered) }),
  };
}

function read(text: JsonValue | undefined): JsonObject | undefined {
  const value = typeof text === 'string' ? (JSON.parse(text) as JsonValue) : undefined;
  return isJsonObject(value) ? value : undefined;
}

function requestOf(asked: JsonObject, revealSecrets: boolean): JsonObject {
  const { ApiEndpoint, Method, Headers, RequestBody } = asked;
  const headers = isJsonObject(Headers) ? Headers : {};
  const shown = revealSecrets
    ? headers
    : Object.fromEntries(
        Object.entries(headers).filter(([name]) => !/^authorization$/i.test(name)),
      );
  return {
    protocol: String(ApiEndpoint).split(':')[0] ?? '',
    method: String(Method),
    url: String(ApiEndpoint),
    headers: JSON.stringify(shown),
    ...(RequestBody === undefined ? {} : { body: textOf(RequestBody) }),
  };
}

function responseOf({ StatusCode, StatusText, Headers, ResponseBody }: JsonObject): JsonObject {
  return {
    protocol: 'https',
    statusCode: String(StatusCode),
    statusMessage: String(StatusText ?? ''),
    headers: JSON.stringify(Headers ?? {}),
    ...(ResponseBody === undefined ? {} : { body: textOf(ResponseBody) }),
  };
}

function textOf(body: JsonValue): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
