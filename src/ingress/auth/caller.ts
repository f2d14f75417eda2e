/** Who sent a request, and what that one may do. */

import { account, functionArn, HearthError, layerArn, type NodeId } from '../../types/index.js';
import { activityArn, stateMachineArn } from '../../workflow/index.js';

/** What a key allows: patterns, in which `*` stands for any text. */
export interface Grants {
  /** Such as `lambda:InvokeFunction`, `lambda:Get*`, `hearth:*`. */
  readonly actions: readonly string[];
  /** Names of functions such as `shop-*`, of layers such as `layer:tools`, `stateMachine:orders-*`, `activity:*`. */
  readonly functions: readonly string[];
}

export type Caller =
  /** The node asks nobody who they are: it listens on loopback. */
  | { readonly kind: 'open' }
  /** Nothing was said of who it is: only a function URL of its own takes that. */
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'key'; readonly keyId: string; readonly grants: Grants }
  | { readonly kind: 'jwt'; readonly issuer: string; readonly subject: string }
  | { readonly kind: 'peer'; readonly node: NodeId };

/** One object for all: a node that asks nobody makes nothing for a request. */
export const openCaller: Caller = Object.freeze({ kind: 'open' });
export const anonymousCaller: Caller = Object.freeze({ kind: 'anonymous' });

/** As logs and records of executions name one. */
export function callerName(caller: Caller): string {
  switch (caller.kind) {
    case 'key':
      return caller.keyId;
    case 'jwt':
      return `jwt:${caller.subject}`;
    case 'peer':
      return `node:${caller.node}`;
    default:
      return caller.kind;
  }
}

export const allGrants: Grants = Object.freeze({ actions: ['*'], functions: ['*'] });

/**
 * Whether a caller may perform `action` on `resource`: a function's name, `layer:NAME`, or `*` for what is of
 * the whole cluster; undefined: on any at all.
 */
export function may(caller: Caller, action: string, resource: string | undefined): boolean {
  if (caller.kind === 'open') return true;
  return caller.kind === 'key' && grantsAllow(caller.grants, action, resource);
}

export function grantsAllow(grants: Grants, action: string, resource: string | undefined): boolean {
  if (!grants.actions.some((pattern) => patternTakes(pattern, action))) return false;
  return (
    resource === undefined || grants.functions.some((pattern) => patternTakes(pattern, resource))
  );
}

/**
 * Whether all that `inner` allows is allowed by `outer` as well. A pattern takes another one where it takes it
 * as a text: its `*` is matched only by a `*`.
 */
export function grantsCover(outer: Grants, inner: Grants): boolean {
  const covers = (wide: readonly string[], narrow: readonly string[]): boolean =>
    narrow.every((text) => wide.some((pattern) => patternTakes(pattern, text)));
  return covers(outer.actions, inner.actions) && covers(outer.functions, inner.functions);
}

/** In the words of AWS. */
export class AccessDenied extends HearthError {
  constructor(
    readonly caller: Caller,
    readonly permission: string,
    readonly resource = '*',
    /** It is the caller for sure: its signature has been verified. */
    readonly isProven = true,
  ) {
    super(
      'access-denied',
      `User: arn:aws:iam::${account}:user/${callerName(caller)} is not authorized to perform: ${permission} ` +
        `on resource: ${arnOf(resource)} because no identity-based policy allows the ${permission} action`,
    );
  }
}

function arnOf(resource: string): string {
  if (resource === '*') return '*';
  if (resource.startsWith('stateMachine:')) return stateMachineArn(resource.slice(13));
  if (resource.startsWith('activity:')) return activityArn(resource.slice(9));
  return resource.startsWith('layer:') ? layerArn(resource.slice(6)) : functionArn(resource);
}

/** Linear in the length of the text for each `*`, whatever the pattern. */
function patternTakes(pattern: string, text: string): boolean {
  if (pattern === '*') return true;
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  if (!text.startsWith(pattern.slice(0, star))) return false;
  const pieces = pattern.slice(star + 1).split('*');
  const last = pieces.pop() ?? '';
  let at = star;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
