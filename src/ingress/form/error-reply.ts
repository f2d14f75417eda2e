/** Errors as replies: see `errorAnswer`. */
import { errorAnswer, type HearthError } from '../../types/index.js';
import type { Reply } from '../http/http.js';

export function errorReply(error: HearthError): Reply {
  return errorAnswer(error);
}
