/** Requests to Step Functions in process, as the SDKs send them. */
import type { Answer, CallInit, Harness } from '../harness.js';

export async function ask(
  harness: Harness,
  operation: string,
  input: unknown = {},
  init: CallInit = {},
): Promise<Answer> {
  return await harness.call('POST', '/', { ...init, body: input, headers: headersOf(operation) });
}

export function headersOf(operation: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AWSStepFunctions.${operation}`,
  };
}
