/**
 * What an operation needs: its name as an action (`lambda:...` and `states:...` as in AWS's policies, `hearth:...` for what AWS
 * does not have), on what its path names, or on what only body and query tell.
 */
import type { Action } from '../action.js';
import { namedFunction } from '../form/function-name.js';
import type { Operation } from '../operation.js';

/** `lambda:NAME` for an operation of AWS's API, whose paths begin with a date; `states:NAME` of Step Functions; `hearth:NAME` for others. */
export function permissionOf({
  name,
  path,
  permission,
  target,
}: Pick<Operation, 'name' | 'path' | 'permission' | 'target'>): string {
  if (target !== undefined) return `states:${name}`;
  return permission ?? `${/^\/\d{4}-/.test(path) ? 'lambda' : 'hearth'}:${name}`;
}

/** What the path names; undefined where only the action tells. */
export function pathResource(
  { path, on, touches }: Operation,
  subject: string,
): string | undefined {
  if (touches !== undefined) return undefined;
  const of = on ?? (path.includes('{}') ? 'function' : 'cluster');
  if (of === 'cluster') return '*';
  // a layer's name, or the ARN that ends with it
  return of === 'layer' ? `layer:${subject.split(':')[6] ?? subject}` : namedFunction(subject);
}

/** All that an action touches. */
export function resourcesOf(
  operation: Operation,
  subject: string,
  action: Action,
): readonly string[] {
  const named = pathResource(operation, subject);
  return named === undefined ? (operation.touches?.(action) ?? []) : [named];
}
