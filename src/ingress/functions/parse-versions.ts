/** Requests about versions and aliases -> actions. */
import { limits } from '../../types/index.js';
import type { Action, ListOfFunction } from '../action.js';
import { Constraints } from '../form/constraints.js';
import { checkFunctionName, type FunctionName, parseFunctionName } from '../form/function-name.js';
import { pageOf } from '../form/paging.js';
import { shaped } from '../form/shape.js';
import { queryValue } from '../http/http.js';
import type { Asked, Subject } from '../operation.js';
import { aliasChanges, checkAliasName, checkVersion, newAlias } from './alias-input.js';
import { aliasShape, publishShape, refusePublishTo } from './function-shapes.js';

export function listOfFunction<Kind extends string>(
  kind: Kind,
  { subject, head }: Asked,
  constraints = new Constraints(),
): ListOfFunction<Kind> {
  checkFunctionName(constraints, subject, undefined);
  const page = pageOf(new URLSearchParams(head.query), constraints);
  constraints.check();
  return { kind, target: parseFunctionName(subject), ...page };
}

export function listAliases(asked: Asked): Action {
  const version = queryValue(asked.head.query, 'FunctionVersion');
  const constraints = new Constraints();
  checkVersion(constraints, version);
  return { ...listOfFunction('list-aliases', asked, constraints), version };
}

export function publishVersion(asked: Asked): Action {
  const shape = shaped(publishShape, asked.body);
  const { CodeSha256, Description, RevisionId } = shape;
  const constraints = new Constraints();
  const description = Description ?? undefined;
  constraints.length(description, 'description', 0, limits.descriptionCharsMax);
  const target = plainTarget(asked, constraints);
  refusePublishTo(shape);
  const options = {
    // an empty one asks for nothing
    ...(CodeSha256 ? { codeHash: CodeSha256 } : {}),
    ...(RevisionId ? { revisionId: RevisionId } : {}),
    ...(description === undefined ? {} : { description }),
  };
  return { kind: 'publish-version', target, options };
}

export function createAlias({ subject, body }: Asked): Action {
  const shape = shaped(aliasShape, body);
  const constraints = new Constraints();
  checkFunctionName(constraints, subject, undefined);
  const checked = newAlias(shape, constraints);
  const { name: functionName } = parseFunctionName(subject);
  return { kind: 'create-alias', alias: { ...checked, functionName } };
}

export function updateAlias({ subject, rest, body }: Asked): Action {
  const shape = shaped(aliasShape, body);
  const constraints = new Constraints();
  checkFunctionName(constraints, subject, undefined);
  checkAliasName(constraints, rest);
  return {
    kind: 'update-alias',
    changes: aliasChanges(shape, constraints),
    target: parseFunctionName(subject),
    alias: rest,
    revisionId: shape.RevisionId ?? undefined,
  };
}

export function ofAlias<Kind extends 'get-alias' | 'delete-alias'>(kind: Kind, asked: Asked) {
  const constraints = new Constraints();
  checkAliasName(constraints, asked.rest);
  return { kind, target: plainTarget(asked, constraints), alias: asked.rest };
}

/** A function's name where no qualifier can stand beside it. */
function plainTarget({ subject }: Subject, constraints: Constraints): FunctionName {
  checkFunctionName(constraints, subject, undefined);
  constraints.check();
  return parseFunctionName(subject);
}
