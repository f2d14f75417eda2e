/**
 * Every error that leaves Hearth, in one table: its HTTP status, its gRPC status, its AWS name, the
 * casing of the message member in the JSON body (it differs per exception, and clients that read raw
 * JSON notice), whose fault it is, and who may try again.
 *
 * Source of the AWS columns: botocore's model of the Lambda API and answers recorded on live AWS.
 */
import { functionArn } from './arn.js';
import { type WorkflowErrorCode, workflowErrorNames } from './workflow-errors.js';

interface ErrorRow {
  readonly http: number;
  readonly grpc: GrpcStatusName;
  readonly aws: string;
  readonly messageKey: 'Message' | 'message';
  readonly fault: 'User' | 'Service' | 'none';
  /** `same` the same request may be sent again, `elsewhere` to another node, `never` not at all. */
  readonly retry: 'never' | 'same' | 'elsewhere';
}

export type GrpcStatusName =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE'
  | 'UNIMPLEMENTED'
  | 'DEADLINE_EXCEEDED'
  | 'INTERNAL';

export type ErrorCode =
  | 'invalid-parameter'
  | 'validation'
  | 'invalid-json'
  | 'malformed-request'
  | 'request-timeout'
  | 'caller-gone'
  | 'headers-too-large'
  | 'unsupported-media-type'
  | 'request-too-large'
  | 'upload-too-large'
  | 'function-not-found'
  | 'provisioned-not-found'
  | 'event-not-found'
  | 'event-ended'
  | 'stream-not-found'
  | 'route-not-found'
  | 'unknown-operation'
  | 'function-exists'
  | 'alias-exists'
  | 'alias-of-latest'
  | 'version-in-use'
  | 'already-attached'
  | 'not-attached'
  | 'policy-too-long'
  | 'update-in-progress'
  | 'revision-mismatch'
  | 'recursive-invocation'
  | 'too-many-requests'
  | 'not-offered'
  | 'no-quorum'
  | 'unauthorized'
  | 'missing-token'
  | 'unrecognized-client'
  | 'invalid-signature'
  | 'incomplete-signature'
  | 'access-denied'
  | 'key-not-found'
  | 'draining'
  | 'sandbox-unavailable'
  | 'bundle-missing'
  | 'storage'
  | 'storage-full'
  | 'log-damaged'
  | 'forward-lost'
  | 'place-taken'
  | 'release-refused'
  | 'release-unavailable'
  | 'rollout-conflict'
  | 'internal'
  | WorkflowErrorCode;

/** Status and names of each error code; a code without a row does not compile. */
export const errorTable: { readonly [Code in ErrorCode]: ErrorRow } = {
  'invalid-parameter': row(400, 'INVALID_ARGUMENT', 'InvalidParameterValueException', 'message'),
  validation: row(400, 'INVALID_ARGUMENT', 'ValidationException', 'message', 'none'),
  'invalid-json': row(400, 'INVALID_ARGUMENT', 'InvalidRequestContentException', 'message'),
  /** What came was no HTTP, or came too slowly, or with too much before the body. */
  'malformed-request': row(400, 'INVALID_ARGUMENT', 'MalformedHttpRequestException', 'message'),
  'request-timeout': row(
    408,
    'DEADLINE_EXCEEDED',
    'RequestTimeoutException',
    'message',
    'User',
    'same',
  ),
  /** Whoever sends no more may have gone, and is waited for no longer. */
  'caller-gone': row(400, 'INVALID_ARGUMENT', 'RequestAbortedException', 'message', 'User', 'same'),
  'headers-too-large': row(
    431,
    'RESOURCE_EXHAUSTED',
    'RequestHeaderSectionTooLargeException',
    'message',
  ),
  'unsupported-media-type': row(
    415,
    'INVALID_ARGUMENT',
    'UnsupportedMediaTypeException',
    'message',
  ),
  'request-too-large': row(413, 'RESOURCE_EXHAUSTED', 'RequestTooLargeException', 'message'),
  'upload-too-large': row(
    413,
    'RESOURCE_EXHAUSTED',
    'RequestEntityTooLargeException',
    'message',
    'none',
  ),
  'function-not-found': row(404, 'NOT_FOUND', 'ResourceNotFoundException', 'Message'),
  'provisioned-not-found': row(
    404,
    'NOT_FOUND',
    'ProvisionedConcurrencyConfigNotFoundException',
    'message',
  ),
  'event-not-found': row(404, 'NOT_FOUND', 'ResourceNotFoundException', 'Message'),
  /** An asynchronous invocation is not in a state in which that can be done. */
  'event-ended': row(409, 'FAILED_PRECONDITION', 'ResourceConflictException', 'message'),
  'stream-not-found': row(404, 'NOT_FOUND', 'ResourceNotFoundException', 'Message'),
  'unknown-operation': row(400, 'UNIMPLEMENTED', 'UnknownOperationException', 'message'),
  'route-not-found': row(404, 'NOT_FOUND', 'UnknownOperationException', 'Message'),
  'function-exists': row(409, 'ALREADY_EXISTS', 'ResourceConflictException', 'message'),
  'alias-exists': row(409, 'ALREADY_EXISTS', 'ResourceConflictException', 'message'),
  /** `$LATEST` beside another version: AWS does not say whose fault that is. */
  'alias-of-latest': row(
    400,
    'INVALID_ARGUMENT',
    'InvalidParameterValueException',
    'message',
    'none',
  ),
  'version-in-use': row(409, 'FAILED_PRECONDITION', 'ResourceConflictException', 'message'),
  /** A configuration of a function, its version or alias. */
  'already-attached': row(409, 'ALREADY_EXISTS', 'ResourceConflictException', 'message'),
  'not-attached': row(404, 'NOT_FOUND', 'ResourceNotFoundException', 'Message'),
  'policy-too-long': row(400, 'INVALID_ARGUMENT', 'PolicyLengthExceededException', 'message'),
  'update-in-progress': row(409, 'FAILED_PRECONDITION', 'ResourceConflictException', 'message'),
  'revision-mismatch': row(412, 'FAILED_PRECONDITION', 'PreconditionFailedException', 'message'),
  'recursive-invocation': row(
    400,
    'FAILED_PRECONDITION',
    'RecursiveInvocationException',
    'Message',
  ),
  'too-many-requests': row(
    429,
    'RESOURCE_EXHAUSTED',
    'TooManyRequestsException',
    'message',
    'User',
    'same',
  ),
  'not-offered': row(501, 'UNIMPLEMENTED', 'NotImplementedException', 'Message', 'Service'),
  'no-quorum': row(503, 'UNAVAILABLE', 'ServiceUnavailableException', 'Message', 'Service', 'same'),
  unauthorized: row(403, 'UNAUTHENTICATED', 'AccessDeniedException', 'Message'),
  'missing-token': row(
    403,
    'UNAUTHENTICATED',
    'MissingAuthenticationTokenException',
    'message',
    'none',
  ),
  'unrecognized-client': row(
    403,
    'UNAUTHENTICATED',
    'UnrecognizedClientException',
    'message',
    'none',
  ),
  'invalid-signature': row(403, 'UNAUTHENTICATED', 'InvalidSignatureException', 'message', 'none'),
  'incomplete-signature': row(
    403,
    'UNAUTHENTICATED',
    'IncompleteSignatureException',
    'message',
    'none',
  ),
  'access-denied': row(403, 'PERMISSION_DENIED', 'AccessDeniedException', 'Message', 'none'),
  'key-not-found': row(404, 'NOT_FOUND', 'ResourceNotFoundException', 'Message'),
  draining: row(
    503,
    'UNAVAILABLE',
    'ServiceUnavailableException',
    'Message',
    'Service',
    'elsewhere',
  ),
  /** What makes sandboxes on this host, such as the Docker daemon, does not answer or cannot make one now. */
  'sandbox-unavailable': row(
    503,
    'UNAVAILABLE',
    'ServiceUnavailableException',
    'Message',
    'Service',
    'elsewhere',
  ),
  'bundle-missing': row(
    503,
    'UNAVAILABLE',
    'ServiceUnavailableException',
    'Message',
    'Service',
    'elsewhere',
  ),
  storage: row(
    503,
    'UNAVAILABLE',
    'ServiceUnavailableException',
    'Message',
    'Service',
    'elsewhere',
  ),
  /** The disk has no room for what was asked; nothing was changed. */
  'storage-full': row(
    503,
    'UNAVAILABLE',
    'ServiceUnavailableException',
    'Message',
    'Service',
    'elsewhere',
  ),
  /** What the log has on disk cannot be trusted. */
  'log-damaged': row(
    503,
    'UNAVAILABLE',
    'ServiceUnavailableException',
    'Message',
    'Service',
    'elsewhere',
  ),
  /** The node that a request was forwarded to went away: whether it ran cannot be known. */
  'forward-lost': row(502, 'UNAVAILABLE', 'ServiceException', 'Message', 'Service', 'elsewhere'),
  /** Another release runs in the place where a node was to be started. */
  'place-taken': row(409, 'FAILED_PRECONDITION', 'ResourceConflictException', 'message'),
  /** A release that is not signed by a key the operator trusts, or is not what its signature says. */
  'release-refused': row(403, 'PERMISSION_DENIED', 'AccessDeniedException', 'Message', 'none'),
  /** Where releases come from cannot be asked now, or does not hold what was looked for. */
  'release-unavailable': row(
    503,
    'UNAVAILABLE',
    'ServiceUnavailableException',
    'Message',
    'Service',
    'same',
  ),
  /** A rollout is under way, or none is, or it is not at a point where that can be done. */
  'rollout-conflict': row(409, 'FAILED_PRECONDITION', 'ResourceConflictException', 'message'),
  internal: row(500, 'INTERNAL', 'ServiceException', 'Message', 'Service', 'elsewhere'),
  ...workflowErrors(),
};

/** An operating error that has a row in the table. `message` is one sentence: what, where, what to do. */
export class HearthError extends Error {
  override readonly name = 'HearthError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Further members of the JSON body, such as `Reason`, and `retryAfterS` for the header. */
    readonly details: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
  }
}

/** A function, or a version or alias of one, that nobody knows: in AWS's words. */
export function functionNotFound(name: string, qualifier?: string): HearthError {
  return new HearthError(
    'function-not-found',
    `Function not found: ${functionArn(name, qualifier)}`,
  );
}

/** What a node says of a function that it does not know, while it cannot know whether there is one. */
export function functionUnconfirmed(name: string): HearthError {
  return new HearthError(
    'no-quorum',
    `This node does not know the function ${name}, and no majority tells it in time whether there is one; try again, here or at another node.`,
    { retryAfterS: 1 },
  );
}

/** Any thrown thing as a HearthError: an unknown one becomes `internal`, without its text. */
export function asHearthError(thrown: unknown): HearthError {
  if (thrown instanceof HearthError) return thrown;
  return new HearthError('internal', 'An internal error occurred; the node log has the details.');
}

function row(
  http: number,
  grpc: GrpcStatusName,
  aws: string,
  messageKey: 'Message' | 'message',
  fault: 'User' | 'Service' | 'none' = 'User',
  retry: 'never' | 'same' | 'elsewhere' = 'never',
): ErrorRow {
  return { http, grpc, aws, messageKey, fault, retry };
}

function workflowErrors(): Readonly<Record<WorkflowErrorCode, ErrorRow>> {
  const rows = Object.entries(workflowErrorNames).map(
    ([code, [aws, grpc]]) => [code, row(400, grpc, aws, 'message')] as const,
  );
  return Object.fromEntries(rows) as Record<WorkflowErrorCode, ErrorRow>;
}
