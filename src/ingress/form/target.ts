/** The function that a request names in its path, and in the query's `Qualifier`. */
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

/** `http://HOST` as the caller sees this node; never a text that could be anything but a host. */
export function originOf({ head, options }: Pick<Asked, 'head' | 'options'>): string {
  const host = header(head, 'host') ?? '';
  return `http://${/^[a-zA-Z0-9._-]+(?::\d+)?$|^\[[0-9a-fA-F:.]+\](?::\d+)?$/.test(host) ? host : options.fallbackHost}`;
}
