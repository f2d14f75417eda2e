/** Answers of Step Functions as they are carried: JSON 1.0, and what went wrong is in the body by its full name. */
import {
  type ErrorCode,
  errorAnswer,
  errorTable,
  type HearthError,
  workflowErrorNames,
} from '../../types/index.js';
import { header, type Reply, type RequestHead } from '../http/http.js';
import { targetPrefix } from './operations.js';

export function isForWorkflows(head: RequestHead): boolean {
  return header(head, 'x-amz-target')?.startsWith(targetPrefix) === true;
}

export function json10Reply(status: number, body: unknown): Reply {
  return { status, headers: { 'content-type': contentType }, body: JSON.stringify(body) };
}

export function workflowErrorReply(error: HearthError): Reply {
  const { status, headers } = errorAnswer(error);
  const { http, aws, messageKey } = errorTable[error.code];
  const name = ownNames[error.code] ?? aws;
  const type = `${prefixOf(error.code)}#${name}`;
  return {
    // what the caller did is 400 here, whoever may do what
    status: http === 401 || http === 403 || http === 404 || http === 429 ? 400 : status,
    headers: { ...headers, 'content-type': contentType, 'x-amzn-errortype': name },
    body: JSON.stringify({ __type: type, [messageKey]: error.message }),
  };
}

const contentType = 'application/x-amz-json-1.0';

/** Where Step Functions has another name than Lambda. */
const ownNames: Readonly<Partial<Record<ErrorCode, string>>> = {
  'invalid-json': 'SerializationException',
  'too-many-requests': 'ThrottlingException',
  'access-denied': 'AccessDeniedException',
  internal: 'InternalServerError',
};

/** As on live AWS: what the service says itself, and what stands before it. */
function prefixOf(code: ErrorCode): string {
  if (code === 'validation') return 'com.amazon.coral.validate';
  return Object.hasOwn(workflowErrorNames, code)
    ? 'com.amazonaws.swf.service.v2.model'
    : 'com.amazon.coral.service';
}
