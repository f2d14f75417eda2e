/**
 * The error objects that callers get where the function's runtime could not write one itself. Texts as
 * recorded on AWS.
 */
import { exitText, type FunctionError, type ProcessExit } from '../../../wire/index.js';

const spawnTexts: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'exec format error',
};
const errorTypeShape = /(Runtime|Function)\.[A-Z][a-zA-Z]+/;

/** What a `Lambda-Runtime-Function-Error-Type` header says, where it is one that AWS lets through. */
export function errorTypeOf(header: string | undefined): string {
  if (header !== undefined && errorTypeShape.test(header)) return header;
  return header?.startsWith('Function.') === true ? 'Function.Unknown' : 'Runtime.Unknown';
}

export function responseTooLarge(bytesMax: number): Buffer {
  const message = `Response payload size exceeded maximum allowed payload size (${bytesMax} bytes).`;
  return encoded('Function.ResponseSizeTooLarge', message);
}

export function truncatedResponse(requestId: string): Buffer {
  return about(requestId, 'Runtime.TruncatedResponse', 'The response ended before it was whole');
}

export function invalidModeHeader(requestId: string): Buffer {
  const text = 'Lambda-Runtime-Function-Response-Mode is not `streaming`';
  return about(requestId, 'Runtime.InvalidResponseModeHeader', text);
}

/** The runtime reported an error without a body. */
export function emptyError(requestId: string, errorTypeHeader: string | undefined): Buffer {
  return about(requestId, errorTypeOf(errorTypeHeader), 'Unknown application error occurred');
}

export function noBootstrap(candidates: readonly string[]): Buffer {
  const text = `Couldn't find valid bootstrap(s): [${candidates.join(' ')}]`;
  return about('', 'Runtime.InvalidEntrypoint', text);
}

export function notExecutable(program: string, code: string): Buffer {
  const text = `fork/exec ${program}: ${spawnTexts[code] ?? code}`;
  return about('', 'Runtime.InvalidEntrypoint', text);
}

export function extensionFailed(
  name: string,
  inInit: boolean,
  errorTypeHeader: string | undefined,
): Buffer {
  const detail = errorTypeHeader === undefined ? '' : `: ${errorTypeHeader}`;
  return about('', inInit ? 'Extension.InitError' : 'Extension.ExitError', `${name}${detail}`);
}

/** `requestId` is empty where no invocation was under way. */
export function programExited(requestId: string, exit: ProcessExit): Buffer {
  return about(requestId, 'Runtime.ExitError', exitText(exit));
}

/**
 * The error that broke off a streamed answer, from its trailers (the body is base64 of JSON); null where
 * there is none.
 */
export function trailedError(
  requestId: string,
  trailers: Readonly<Record<string, string | undefined>>,
): Buffer | null {
  const type = trailers['lambda-runtime-function-error-type'];
  const body = trailers['lambda-runtime-function-error-body'];
  if (!type && !body) return null;
  const decoded = Buffer.from(body ?? '', 'base64');
  return decoded.length > 0 ? decoded : emptyError(requestId, type);
}

function about(requestId: string, errorType: string, text: string): Buffer {
  const prefix = requestId === '' ? '' : `RequestId: ${requestId} `;
  return encoded(errorType, `${prefix}Error: ${text}`);
}

function encoded(errorType: string, errorMessage: string): Buffer {
  return Buffer.from(JSON.stringify({ errorType, errorMessage } satisfies FunctionError));
}
