/**
 * The error objects that the node itself writes when a sandbox cannot: timeout, exit, breach. Texts as
 * recorded on AWS. Each gives JSON bytes.
 */
import { limits } from '../types/index.js';
import type { FunctionError } from '../wire/index.js';

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

const signalTexts: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

export function timedOut(requestId: string, timeoutS: number): Buffer {
  return encoded(
    'Sandbox.Timedout',
    requestId,
    `Error: Task timed out after ${timeoutS.toFixed(2)} seconds`,
  );
}

export function initTimedOut(timeoutMs: number): Buffer {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return encoded('Sandbox.Timedout', '', `Error: Init timed out after ${seconds} seconds`);
}

/** `requestId` is empty where the process ended before any invocation. */
export function exited(requestId: string, exit: ProcessExit): Buffer {
  return encoded('Runtime.ExitError', requestId, `Error: ${exitText(exit)}`);
}

export function failed(requestId: string, what: string): Buffer {
  return encoded('Sandbox.Failure', requestId, `Error: ${what}`);
}

export function answerTooLarge(): Buffer {
  const limit = limits.invokeAnswerBytesMax;
  return encoded(
    'Function.ResponseSizeTooLarge',
    '',
    `Response payload size exceeded maximum allowed payload size (${limit} bytes).`,
  );
}

function exitText({ code, signal }: ProcessExit): string {
  if (signal !== null) {
    return `Runtime exited with error: signal: ${signalTexts[signal] ?? signal}`;
  }
  return code === null || code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}

function encoded(errorType: string, requestId: string, text: string): Buffer {
  const errorMessage = requestId === '' ? text : `RequestId: ${requestId} ${text}`;
  return Buffer.from(JSON.stringify({ errorType, errorMessage } satisfies FunctionError));
}
