/** Between route and body: who asks, and whether they may. */
import { HearthError } from '../../types/index.js';
import type { Action } from '../action.js';
import type { RequestHead } from '../http/http.js';
import type { Operation } from '../operation.js';
import type { Route } from '../routes.js';
import type { Authenticator, Claim } from './authenticator.js';
import { AccessDenied, anonymousCaller, type Caller, may } from './caller.js';
import type { CodeLinks } from './code-links.js';
import { pathResource, permissionOf } from './permission.js';

export class Gate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly links: CodeLinks,
  ) {}

  /**
   * At once where this node knows the key. Null where the operation is for everyone. Throws HearthError, before a byte
   * of the body is read.
   */
  admit(head: RequestHead, route: Route): Claim | null | Promise<Claim> {
    const { who, name } = route.operation;
    if (who !== undefined) return null;
    if (name === 'ReadCode' && this.links.opens(head)) return null;
    const claim = this.authenticator.begin(head);
    if (claim === null) throw new HearthError('missing-token', 'Missing Authentication Token');
    return claim instanceof Promise
      ? claim.then((late) => permitted(late, route))
      : permitted(claim, route);
  }

  /** Who it is, now that the body is there. Throws HearthError. */
  finish(claim: Claim | null, head: RequestHead, body: Uint8Array): Caller {
    if (claim !== null) return this.authenticator.finish(claim, head, body);
    return head.peer === undefined ? anonymousCaller : { kind: 'peer', node: head.peer };
  }

  /** What only the action tells that it touches. Throws `access-denied`. */
  checkAction(caller: Caller, operation: Operation, action: Action): void {
    for (const resource of operation.touches?.(action) ?? []) {
      check(caller, operation, resource, true);
    }
  }
}

function permitted(claim: Claim, { operation, subject }: Route): Claim {
  const isProven = claim.signed.payloadHash !== null;
  check(claim.caller, operation, pathResource(operation, subject), isProven);
  return claim;
}

function check(
  caller: Caller,
  operation: Operation,
  resource: string | undefined,
  isProven: boolean,
): void {
  const permission = permissionOf(operation);
  if (!may(caller, permission, resource)) {
    throw new AccessDenied(caller, permission, resource, isProven);
  }
}
