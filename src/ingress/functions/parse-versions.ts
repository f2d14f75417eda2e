/** Requests about versions and aliases -> actions. */
import { limits } from '../../types/index.js';
import type { Action, ListOfFunction } from '../action.js';
import { Constraints } from '../form/constraints.js';
import { checkFunctionName, type FunctionName, parseFunctionName } from '../form/function-name.js';
import { pageOf } from '../form/paging.js';
import { queryValue, type RequestHead } from '../http/http.js';
import type { Route } from '../route.js';
import { aliasChanges, checkAliasName, checkVersion, newAlias } from './alias-input.js';
import { aliasShape, publishShape, shaped } from './function-shapes.js';

export function listOfFunction<Kind extends string>(
  kind: Kind,
  route: Route,
  head: RequestHead,
  constraints = new Constraints(),
): ListOfFunction<Kind> {
  checkFunctionName(constraints, route.subject, undefined);
  const page = pageOf(new URLSearchParams(head.query), constraints);
  constraints.check();
  return { kind, target: parseFunctionName(route.subject), ...page };
}

export function listAliases(route: Route, head: RequestHead): Action {
  const version = queryValue(head.query, 'FunctionVersion');
  const constraints = new Constraints();
  checkVersion(constraints, version);
  return { ...listOfFunction('list-aliases', route, head, constraints), version };
}

export function publishVersion(route: Route, body: Uint8Array): Action {
  const { CodeSha256, Description, RevisionId } = shaped(publishShape, body);
  const constraints = new Constraints();
  const description = Description ?? undefined;
  constraints.length(description, 'description', 0, limits.descriptionCharsMax);
  const target = plainTarget(route, constraints);
  const options = {
    // an empty one asks for nothing
    ...(CodeSha256 ? { codeHash: CodeSha256 } : {}),
    ...(RevisionId ? { revisionId: RevisionId } : {}),
    ...(description === undefined ? {} : { description }),
  };
  return { kind: 'publish-version', target, options };
}

export function createAlias(route: Route, body: Uint8Array): Action {
  const shape = shaped(aliasShape, body);
  const constraints = new Constraints();
  checkFunctionName(constraints, route.subject, undefined);
  const checked = newAlias(shape, constraints);
  const { name: functionName } = parseFunctionName(route.subject);
  return { kind: 'create-alias', alias: { ...checked, functionName } };
}

export function updateAlias(route: Route, body: Uint8Array): Action {
  const shape = shaped(aliasShape, body);
  const constraints = new Constraints();
  checkFunctionName(constraints, route.subject, undefined);
  checkAliasName(constraints, route.rest);
  return {
    kind: 'update-alias',
    changes: aliasChanges(shape, constraints),
    target: parseFunctionName(route.subject),
    alias: route.rest,
    revisionId: shape.RevisionId ?? undefined,
  };
}

export function ofAlias<Kind extends 'get-alias' | 'delete-alias'>(kind: Kind, route: Route) {
  const constraints = new Constraints();
  checkAliasName(constraints, route.rest);
  return { kind, target: plainTarget(route, constraints), alias: route.rest };
}

/** A function's name where no qualifier can stand beside it. */
function plainTarget(route: Route, constraints: Constraints): FunctionName {
  checkFunctionName(constraints, route.subject, undefined);
  constraints.check();
  return parseFunctionName(route.subject);
}
