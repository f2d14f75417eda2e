/** Why S3 did not do what it was asked. */

export class S3Failure extends Error {
  override readonly name = 'S3Failure';
  constructor(
    /** Such as `NoSuchKey`: what S3 answered; null where it did not. */
    readonly code: string | null,
    /** In the words of the SDK for Java, with where it came from. */
    message: string,
  ) {
    super(message);
  }
}

/** More than was to be read of an object. */
export class ObjectTooLong extends S3Failure {
  constructor(
    key: string,
    readonly bytesMax: number,
  ) {
    super(null, `The object ${key} is too long; the limit is ${bytesMax} bytes.`);
  }
}

/** Of what the client of S3 threw. */
export function s3Failure(thrown: unknown): S3Failure {
  if (thrown instanceof S3Failure) return thrown;
  if (!(thrown instanceof Error)) return new S3Failure(null, String(thrown));
  const { $metadata: metadata } = thrown as Error & { readonly $metadata?: Metadata };
  const status = metadata?.httpStatusCode;
  const message = thrown.message || thrown.name;
  if (metadata === undefined || status === undefined) {
    return new S3Failure(null, `Unable to execute HTTP request: ${message}`);
  }
  const { requestId, extendedRequestId, attempts = 1 } = metadata;
  const where = [
    'Service: S3',
    `Status Code: ${status}`,
    `Request ID: ${requestId ?? 'null'}`,
    ...(extendedRequestId === undefined ? [] : [`Extended Request ID: ${extendedRequestId}`]),
  ].join(', ');
  return new S3Failure(thrown.name, `${message} (${where}) (SDK Attempt Count: ${attempts})`);
}

interface Metadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
  readonly extendedRequestId?: string;
  readonly attempts?: number;
}
