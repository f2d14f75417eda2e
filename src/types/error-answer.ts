/** HearthError -> the answer that AWS's clients understand: status, error header, and the JSON body. */
import { errorTable, type HearthError } from './errors.js';

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a node cannot do at the moment, it or another one can again within seconds. */
const unavailableRetryS = 1;

/**
 * Body `{Type, message | Message, ...details}`; `Type` is left out where AWS leaves it out. `retryAfterS`
 * of the details becomes the `Retry-After` header, which each 503 has.
 */
export function errorAnswer(error: HearthError): ErrorAnswer {
  const row = errorTable[error.code];
  const { retryAfterS = row.http === 503 ? unavailableRetryS : undefined, ...details } =
    error.details;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-amzn-errortype': row.aws,
  };
  if (retryAfterS !== undefined) headers['retry-after'] = String(retryAfterS);
  const type = row.fault === 'none' ? {} : { Type: row.fault };
  const body = JSON.stringify({ ...type, [row.messageKey]: error.message, ...details });
  return { status: row.http, headers, body };
}
