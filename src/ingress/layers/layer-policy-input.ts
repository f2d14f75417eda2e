/** Requests about the policies of layer versions -> actions. Texts as recorded on live AWS where it has the rule. */
import * as z from 'zod';
import { Constraints, memberPattern } from '../form/constraints.js';
import { organizationPattern, statementIdPattern } from '../form/patterns.js';
import { given, shaped, text } from '../form/shape.js';
import { queryValue } from '../http/http.js';
import type { Asked } from '../operation.js';
import { checkedPrincipal } from '../policy/policy-input.js';
import type { Grant } from '../policy/statement.js';
import { checkLayerName, parseLayerName, parseLayerVersion } from './layer-name.js';

/** A version of a layer. */
export interface OfLayerVersion<Kind extends string> {
  readonly kind: Kind;
  readonly name: string;
  readonly version: number;
}

export type LayerPolicyAction =
  | (OfLayerVersion<'add-layer-permission'> & {
      readonly grant: Grant;
      readonly revisionId: string | undefined;
    })
  | OfLayerVersion<'get-layer-policy'>
  | (OfLayerVersion<'remove-layer-permission'> & {
      readonly statementId: string;
      readonly revisionId: string | undefined;
    });

const permissionShape = z.object({
  StatementId: text,
  Action: text,
  Principal: text,
  OrganizationId: text,
});
const actionPattern = memberPattern('lambda:GetLayerVersion');
const principalPattern = memberPattern('\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root');

export function addLayerPermission(asked: Asked): LayerPolicyAction {
  const { StatementId, Action, Principal, OrganizationId } = shaped(permissionShape, asked.body);
  const constraints = new Constraints();
  constraints.required(StatementId ?? undefined, 'statementId');
  checkStatementId(constraints, StatementId ?? undefined);
  constraints.required(Action ?? undefined, 'action');
  constraints.pattern(Action ?? undefined, 'action', actionPattern);
  constraints.required(Principal ?? undefined, 'principal');
  constraints.pattern(Principal ?? undefined, 'principal', principalPattern);
  constraints.pattern(OrganizationId ?? undefined, 'organizationId', organizationPattern);
  return {
    kind: 'add-layer-permission',
    ...layerVersion(asked, asked.rest, constraints),
    grant: {
      statementId: StatementId ?? '',
      action: Action ?? '',
      principal: checkedPrincipal(Principal ?? ''),
      ...given({ organizationId: OrganizationId }),
    },
    revisionId: queryValue(asked.head.query, 'RevisionId'),
  };
}

export function getLayerPolicy(asked: Asked): LayerPolicyAction {
  return { kind: 'get-layer-policy', ...layerVersion(asked, asked.rest) };
}

export function removeLayerPermission(asked: Asked): LayerPolicyAction {
  const constraints = new Constraints();
  checkStatementId(constraints, asked.rest);
  // of a path with three names, `rest` is the last one: /DATE/layers/NAME/versions/VERSION/policy/STATEMENT
  const version = asked.head.path.split('/')[5] ?? '';
  return {
    kind: 'remove-layer-permission',
    ...layerVersion(asked, version, constraints),
    statementId: asked.rest,
    revisionId: queryValue(asked.head.query, 'RevisionId'),
  };
}

function checkStatementId(constraints: Constraints, statementId: string | undefined): void {
  constraints.length(statementId, 'statementId', 1, 100);
  constraints.pattern(statementId, 'statementId', statementIdPattern);
}

function layerVersion({ subject }: Asked, version: string, constraints = new Constraints()) {
  checkLayerName(constraints, subject);
  constraints.check();
  return { name: parseLayerName(subject), version: parseLayerVersion(version) };
}
