/** Any thrown thing as the error object that a caller of a Node.js function sees on AWS. */
import type { FunctionError } from '../../../wire/index.js';

/** An error of the runtime about the user's code; its `name` is what callers read as `errorType`. */
export class RuntimeError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    stack?: string,
  ) {
    super(message);
    if (stack !== undefined) this.stack = stack;
  }
}

export function functionError(thrown: unknown): FunctionError {
  try {
    if (thrown instanceof Error || isErrorLike(thrown)) {
      return {
        errorType: String(thrown.name),
        errorMessage: String(thrown.message),
        trace: String(thrown.stack ?? '').split('\n'),
      };
    }
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage: 'callback called with Error argument, but there was a problem reading it',
      trace: [],
    };
  }
}

/** Errors of another realm (node:vm) are no `instanceof Error` of this one. */
function isErrorLike(thrown: unknown): thrown is Error {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'name' in thrown &&
    'message' in thrown &&
    'stack' in thrown
  );
}
