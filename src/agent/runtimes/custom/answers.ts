/**
 * What the Runtime API answers over HTTP: statuses and bodies in the words of AWS's own emulator
 * (aws-lambda-runtime-interface-emulator, `internal/lambda/rapi`).
 */

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export const accepted: HttpAnswer = { status: 202, body: '{"status":"OK"}\n' };
export const notFound: HttpAnswer = refusal(404, 'NotFound', 'There is no such path.');
export const methodNotAllowed: HttpAnswer = refusal(
  405,
  'MethodNotAllowed',
  'The path is of another method.',
);
export const invalidRequestId: HttpAnswer = refusal(400, 'InvalidRequestID', 'Invalid request ID');
export const invalidResponseMode: HttpAnswer = refusal(
  400,
  'InvalidFunctionResponseMode',
  'Invalid function response mode',
);
export const truncatedRequest: HttpAnswer = refusal(
  400,
  'TruncatedHTTPRequest',
  'HTTP request detected as truncated',
);

export function entityTooLarge(bytesMax: number): HttpAnswer {
  const message = `Exceeded maximum allowed payload size (${bytesMax} bytes).`;
  return refusal(413, 'RequestEntityTooLarge', message);
}

export function invalidTransition(from: string, to: string): HttpAnswer {
  const message = `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`;
  return refusal(403, 'InvalidStateTransition', message);
}

export function refusal(status: number, errorType: string, errorMessage: string): HttpAnswer {
  return { status, body: `${JSON.stringify({ errorMessage, errorType })}\n` };
}
