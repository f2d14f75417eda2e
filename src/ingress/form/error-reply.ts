/** HearthError -> the answer that AWS's clients understand: status, error header, and the JSON body. */
import { errorTable, type HearthError } from '../../types/index.js';
import { jsonReply, type Reply } from '../http/http.js';

/**
 * Body `{Type, message | Message, ...details}`; `Type` is left out where AWS leaves it out. `retryAfterS`
 * of the details becomes the `Retry-After` header.
 */
export function errorReply(error: HearthError): Reply {
  const row = errorTable[error.code];
  const { retryAfterS, ...details } = error.details;
  const headers: Record<string, string> = { 'x-amzn-errortype': row.aws };
  if (retryAfterS !== undefined) headers['retry-after'] = String(retryAfterS);
  const type = row.fault === 'none' ? {} : { Type: row.fault };
  return jsonReply(row.http, { ...type, [row.messageKey]: error.message, ...details }, headers);
}
