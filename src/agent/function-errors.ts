/**
 * The error objects that the node itself writes when a sandbox cannot: timeout, exit, no memory, breach.
 * Texts as recorded on AWS.
 */
import { limits } from '../types/index.js';
import { exitText, type FunctionError, type ProcessExit } from '../wire/index.js';

/** Empty where there is no invocation. */
export function requestIdOf(call: { readonly requestId: string } | null): string {
  return call?.requestId ?? '';
}

export interface NodeError {
  readonly errorType: string;
  /** The error object as JSON. */
  readonly payload: Buffer;
}

export function timedOut(requestId: string, timeoutS: number): NodeError {
  return encoded(
    'Sandbox.Timedout',
    requestId,
    `Error: Task timed out after ${timeoutS.toFixed(2)} seconds`,
  );
}

export function initTimedOut(timeoutMs: number): NodeError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return encoded('Sandbox.Timedout', '', `Error: Init timed out after ${seconds} seconds`);
}

/** `requestId` is empty where the process ended before any invocation. */
export function exited(requestId: string, exit: ProcessExit): NodeError {
  return encoded('Runtime.ExitError', requestId, `Error: ${exitText(exit)}`);
}

/** The kernel has killed it for memory. The type is the one of Lambda's telemetry, the text adds the limit. */
export function outOfMemory(requestId: string, memoryMb: number): NodeError {
  const text = `Error: Runtime exited with error: signal: killed (out of memory: its limit is ${memoryMb} MB)`;
  return encoded('Runtime.OutOfMemory', requestId, text);
}

export function failed(requestId: string, what: string): NodeError {
  return encoded('Sandbox.Failure', requestId, `Error: ${what}`);
}

/** It did nothing wrong, but ran where something else did: `why` is what ended the sandbox. */
export function endedBeside(requestId: string, why: string): NodeError {
  return failed(requestId, `The sandbox ended while it ran this invocation, because ${why}`);
}

export function answerTooLarge(limit: number = limits.invokeAnswerBytesMax): NodeError {
  return encoded(
    'Function.ResponseSizeTooLarge',
    '',
    `Response payload size exceeded maximum allowed payload size (${limit} bytes).`,
  );
}

const endedTypes: readonly string[] = [
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Sandbox.Timedout',
];

/** What kept a sandbox from starting, as the invocation that waited for it is told: with its id, as on AWS. */
export function ofInvocation(payload: Uint8Array, requestId: string): Uint8Array {
  try {
    const { errorType, errorMessage } = JSON.parse(
      Buffer.from(payload).toString(),
    ) as FunctionError;
    if (!endedTypes.includes(errorType) || !errorMessage.startsWith('Error: ')) return payload;
    return encoded(errorType, requestId, errorMessage).payload;
  } catch {
    return payload;
  }
}

/** An error object of a runtime that says: killed by a signal that may have been the kernel's, for memory. */
export function isKilled(payload: Uint8Array): boolean {
  try {
    const error = JSON.parse(Buffer.from(payload).toString()) as Partial<FunctionError> | null;
    return error?.errorType === 'Runtime.ExitError' && /killed/.test(error.errorMessage ?? '');
  } catch {
    return false;
  }
}

function encoded(errorType: string, requestId: string, text: string): NodeError {
  const errorMessage = requestId === '' ? text : `RequestId: ${requestId} ${text}`;
  const error = { errorType, errorMessage } satisfies FunctionError;
  return { errorType, payload: Buffer.from(JSON.stringify(error)) };
}
