/** Why a request to a function URL is turned away, in AWS's words where it has them. */
import { errorTable, type HearthError } from '../../types/index.js';
import { jsonReply, type Reply } from '../http/http.js';

const forbiddenText =
  'Forbidden. For troubleshooting Function URL authorization issues, see: ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/** Thrown to be answered: it has the answer with it. */
export class UrlRefusal extends Error {
  override readonly name = 'UrlRefusal';
  constructor(readonly reply: Reply) {
    super('a request to a function URL was turned away');
  }
}

/** The caller may not call it; or what it has signed is not right, which is told. */
export function forbidden(wrong?: HearthError): UrlRefusal {
  const type = wrong === undefined ? 'AccessDeniedException' : errorTable[wrong.code].aws;
  const status = wrong === undefined ? 403 : errorTable[wrong.code].http;
  const body = { Message: wrong?.message ?? forbiddenText };
  return new UrlRefusal(jsonReply(status, body, { 'x-amzn-errortype': type }));
}

/** Nobody can tell whether a token is right, because its issuer does not answer. */
export function keysUnavailable(): UrlRefusal {
  const Message = 'The keys of the issuer cannot be fetched just now; try again.';
  return new UrlRefusal(jsonReply(503, { Message }, { 'retry-after': '5' }));
}

/** There is no token, or it is not right. */
export function unauthorized(): UrlRefusal {
  const headers = { 'www-authenticate': 'Bearer' };
  return new UrlRefusal(jsonReply(401, { Message: 'Unauthorized' }, headers));
}
