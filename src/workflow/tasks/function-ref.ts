/** How people name a function: by its name, a whole ARN or a part of one, with or without a qualifier. */
import { HearthError } from '../../types/index.js';

export interface FunctionRef {
  readonly name: string;
  /** Null where none is named. */
  readonly qualifier: string | null;
}

const shape =
  /^(?:arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:|(?:\d{12}:)?function:|\d{12}:)?([\w-]{1,64})(?::(\$LATEST|[\w-]{1,128}))?$/;

/** As AWS prints it. */
const told = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`;

/** `qualifier`: named apart. Throws `validation`. */
export function functionRef(text: string, qualifier: string | null = null): FunctionRef {
  const [, name, named] = shape.exec(text) ?? [];
  if (name === undefined) {
    throw new HearthError(
      'validation',
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${told}`,
    );
  }
  if (named !== undefined && qualifier !== null && named !== qualifier) {
    throw new HearthError(
      'invalid-parameter',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { name, qualifier: named ?? qualifier };
}
