/** The function that a request names in its path, and in the query's `Qualifier`. */
import { HearthError } from '../../types/index.js';
import { header, queryValue } from '../http/http.js';
import type { Asked } from '../operation.js';
import { Constraints } from './constraints.js';
import { checkFunctionName, type FunctionName, parseFunctionName } from './function-name.js';

/** Throws `validation` with whatever else was noted, `invalid-parameter`. */
export function targetOf({ subject, head }: Asked, constraints = new Constraints()): FunctionName {
  const qualifier = queryValue(head.query, 'Qualifier');
  checkFunctionName(constraints, subject, qualifier);
  constraints.check();
  return parseFunctionName(subject, qualifier);
}

/** The name of a function where neither version nor alias can be meant. Throws as `targetOf` does. */
export function wholeFunction({ subject }: Asked, constraints = new Constraints()): string {
  checkFunctionName(constraints, subject, undefined);
  constraints.check();
  const { name, qualifier } = parseFunctionName(subject);
  if (qualifier === undefined) return name;
  throw new HearthError(
    'invalid-parameter',
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this ' +
      'operation. Please specify either a function name or an unqualified function ARN.',
  );
}

/** `http://HOST` as the caller sees this node; never a text that could be anything but a host. */
export function originOf({ head, options }: Pick<Asked, 'head' | 'options'>): string {
  const host = header(head, 'host') ?? '';
  return `http://${/^[a-zA-Z0-9._-]+(?::\d+)?$|^\[[0-9a-fA-F:.]+\](?::\d+)?$/.test(host) ? host : options.fallbackHost}`;
}
