/** Requests about permissions -> actions. Patterns and texts as recorded on live AWS where it has the rule. */
import * as z from 'zod';
import { latestVersion } from '../../catalog/index.js';
import { HearthError } from '../../types/index.js';
import { Constraints, memberPattern } from '../form/constraints.js';
import { checkFunctionName, type FunctionName, parseFunctionName } from '../form/function-name.js';
import {
  accountPattern,
  arnPattern,
  organizationPattern,
  statementIdPattern,
} from '../form/patterns.js';
import { flag, given, shaped, text } from '../form/shape.js';
import { targetOf } from '../form/target.js';
import { queryValue } from '../http/http.js';
import type { Asked } from '../operation.js';
import { type Grant, principalOf } from './statement.js';

export type PolicyAction =
  | {
      readonly kind: 'add-permission';
      readonly target: FunctionName;
      readonly grant: Grant;
      readonly revisionId: string | undefined;
    }
  | { readonly kind: 'get-policy'; readonly target: FunctionName }
  | {
      readonly kind: 'remove-permission';
      readonly target: FunctionName;
      readonly statementId: string;
      readonly revisionId: string | undefined;
    };

const permissionShape = z.object({
  StatementId: text,
  Action: text,
  Principal: text,
  SourceArn: text,
  SourceAccount: text,
  EventSourceToken: text,
  RevisionId: text,
  PrincipalOrgID: text,
  FunctionUrlAuthType: text,
  InvokedViaFunctionUrl: flag,
});

type PermissionBody = z.output<typeof permissionShape>;

const actionPattern = memberPattern('(lambda:[*]|lambda:[a-zA-Z]+|[*])');
const tokenPattern = memberPattern('[a-zA-Z0-9._\\-]+');
const wordPattern = { text: '[^\\s]+', matches: /^[^\s\0]+$/ };

export function addPermission(asked: Asked): PolicyAction {
  const body = shaped(permissionShape, asked.body);
  const constraints = new Constraints();
  checkMembers(constraints, body);
  const target = targetOf(asked, constraints);
  refuseLatest(target);
  return {
    kind: 'add-permission',
    target,
    grant: {
      statementId: body.StatementId ?? '',
      action: body.Action ?? '',
      principal: checkedPrincipal(body.Principal ?? ''),
      ...given({
        sourceAccount: body.SourceAccount,
        sourceArn: body.SourceArn,
        organizationId: body.PrincipalOrgID,
        urlAuthType: body.FunctionUrlAuthType,
        eventSourceToken: body.EventSourceToken,
        invokedViaUrl: body.InvokedViaFunctionUrl,
      }),
    },
    revisionId: body.RevisionId ?? undefined,
  };
}

export function getPolicy(asked: Asked): PolicyAction {
  return { kind: 'get-policy', target: targetOf(asked) };
}

export function removePermission(asked: Asked): PolicyAction {
  const { subject, rest, head } = asked;
  const constraints = new Constraints();
  constraints.length(rest, 'statementId', 1, 100);
  constraints.pattern(rest, 'statementId', statementIdPattern);
  const qualifier = queryValue(head.query, 'Qualifier');
  checkFunctionName(constraints, subject, qualifier);
  constraints.check();
  return {
    kind: 'remove-permission',
    target: parseFunctionName(subject, qualifier),
    statementId: rest,
    revisionId: queryValue(head.query, 'RevisionId'),
  };
}

/** Throws `invalid-parameter`. */
export function checkedPrincipal(text: string): Grant['principal'] {
  const principal = principalOf(text);
  if (principal !== undefined) return principal;
  throw new HearthError(
    'invalid-parameter',
    'The provided principal was invalid. Please check the principal and try again.',
  );
}

function checkMembers(constraints: Constraints, body: PermissionBody): void {
  const statementId = body.StatementId ?? undefined;
  constraints.required(statementId, 'statementId');
  constraints.length(statementId, 'statementId', 1, 100);
  constraints.pattern(statementId, 'statementId', statementIdPattern);
  constraints.required(body.Action ?? undefined, 'action');
  constraints.pattern(body.Action ?? undefined, 'action', actionPattern);
  constraints.required(body.Principal ?? undefined, 'principal');
  constraints.length(body.Principal ?? undefined, 'principal', 1, 256);
  constraints.pattern(body.Principal ?? undefined, 'principal', wordPattern);
  constraints.pattern(body.SourceArn ?? undefined, 'sourceArn', arnPattern);
  constraints.pattern(body.SourceAccount ?? undefined, 'sourceAccount', accountPattern);
  constraints.length(body.EventSourceToken ?? undefined, 'eventSourceToken', 0, 256);
  constraints.pattern(body.EventSourceToken ?? undefined, 'eventSourceToken', tokenPattern);
  constraints.pattern(body.PrincipalOrgID ?? undefined, 'principalOrgID', organizationPattern);
  const urlAuthType = body.FunctionUrlAuthType ?? undefined;
  constraints.oneOf(urlAuthType, 'functionUrlAuthType', ['NONE', 'AWS_IAM']);
}

function refuseLatest({ qualifier }: FunctionName): void {
  if (qualifier !== latestVersion) return;
  throw new HearthError(
    'invalid-parameter',
    'We currently do not support adding policies for $LATEST.',
  );
}
