/**
 * Between route and body: who asks, and whether they may. What an operation needs is its name as an action
 * (`lambda:Invoke...` as in AWS's policies, `hearth:...` for what AWS does not have) on what its path names.
 */
import { HearthError } from '../../types/index.js';
import type { Action } from '../action.js';
import { namedFunction } from '../form/function-name.js';
import type { RequestHead } from '../http/http.js';
import type { Operation } from '../operation.js';
import type { Route } from '../routes.js';
import type { Authenticator, Claim } from './authenticator.js';
import { accessDenied, anonymousCaller, type Caller, may } from './caller.js';
import type { CodeLinks } from './code-links.js';

export class Gate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly links: CodeLinks,
  ) {}

  /** Null where the operation is for everyone. Throws HearthError, before a byte of the body is read. */
  async admit(head: RequestHead, { operation, subject }: Route): Promise<Claim | null> {
    const { who } = operation;
    if (who !== undefined) return null;
    if (operation.name === 'ReadCode' && this.links.opens(head)) return null;
    const claim = await this.authenticator.begin(head);
    if (claim === null) throw new HearthError('missing-token', 'Missing Authentication Token');
    check(claim.caller, operation, operation.touches ? undefined : resourceOf(operation, subject));
    return claim;
  }

  /** Who it is, now that the body is there. Throws HearthError. */
  finish(claim: Claim | null, head: RequestHead, body: Uint8Array): Caller {
    if (claim !== null) return this.authenticator.finish(claim, head, body);
    return head.peer === undefined ? anonymousCaller : { kind: 'peer', node: head.peer };
  }

  /** What only the action tells that it touches. Throws `access-denied`. */
  checkAction(caller: Caller, operation: Operation, action: Action): void {
    for (const resource of operation.touches?.(action) ?? []) check(caller, operation, resource);
  }
}

/** `lambda:NAME` for an operation of AWS's API, whose paths begin with a date; `hearth:NAME` for others. */
export function permissionOf({ name, path }: Pick<Operation, 'name' | 'path'>): string {
  return `${/^\/\d{4}-/.test(path) ? 'lambda' : 'hearth'}:${name}`;
}

function resourceOf({ path, on }: Operation, subject: string): string {
  const of = on ?? (path.includes('{}') ? 'function' : 'cluster');
  if (of === 'cluster') return '*';
  // a layer's name, or the ARN that ends with it
  return of === 'layer' ? `layer:${subject.split(':')[6] ?? subject}` : namedFunction(subject);
}

function check(caller: Caller, operation: Operation, resource: string | undefined): void {
  const permission = permissionOf(operation);
  if (!may(caller, permission, resource)) throw accessDenied(caller, permission, resource);
}
