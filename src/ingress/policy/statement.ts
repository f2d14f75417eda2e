/**
 * Resource policies as AWS writes them, member for member and in its order (recorded on live AWS): the attachment
 * `policy` of a function, version or alias. https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
import type { CatalogService } from '../../catalog/index.js';

export type Statement = {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: Principal;
  readonly Action: string;
  /** The ARN of what the statement is attached to. */
  readonly Resource: string;
  /** Operator to key to value; all of them must hold. */
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string } };
};

/** Everybody, an account or user by ARN, or a service of AWS. */
export type Principal = '*' | { readonly AWS: string } | { readonly Service: string };

export type Policy = {
  readonly Version: '2012-10-17';
  readonly Id: 'default';
  readonly Statement: readonly Statement[];
};

export function policyOfStatements(statements: readonly Statement[]): Policy {
  return { Version: '2012-10-17', Id: 'default', Statement: statements };
}

/** `qualifier`: `$LATEST` for the function itself, a version or an alias. */
export function policyOf(
  catalog: Pick<CatalogService, 'attachment'>,
  name: string,
  qualifier: string,
): Policy | undefined {
  // only `policy` attaches it
  return catalog.attachment(name, 'policy', qualifier)?.value as Policy | undefined;
}

/** A statement's members but for what it is attached to. */
export interface Grant {
  readonly statementId: string;
  readonly action: string;
  readonly principal: Principal;
  readonly sourceAccount?: string;
  readonly sourceArn?: string;
  readonly organizationId?: string;
  readonly urlAuthType?: string;
  readonly eventSourceToken?: string;
  readonly invokedViaUrl?: boolean;
}

export function statementOf(grant: Grant, resource: string): Statement {
  const condition = conditionOf(grant);
  return {
    Sid: grant.statementId,
    Effect: 'Allow',
    Principal: grant.principal,
    Action: grant.action,
    Resource: resource,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

/** The principal of a statement; undefined where it is none that AWS knows. */
export function principalOf(text: string): Principal | undefined {
  if (text === '*') return '*';
  if (/^\d{12}$/.test(text)) return { AWS: `arn:aws:iam::${text}:root` };
  if (/^arn:aws[a-zA-Z-]*:(?:iam|sts)::\d{12}:\S+$/.test(text)) return { AWS: text };
  const isService = /^(?:[a-zA-Z0-9-]+\.)+(?:amazonaws\.com(?:\.cn)?|amazon\.com)$/.test(text);
  return isService ? { Service: text } : undefined;
}

function conditionOf(grant: Grant): Record<string, Record<string, string>> {
  const equals: Record<string, string> = {
    ...(grant.sourceAccount === undefined ? {} : { 'AWS:SourceAccount': grant.sourceAccount }),
    ...(grant.urlAuthType === undefined ? {} : { 'lambda:FunctionUrlAuthType': grant.urlAuthType }),
    ...(grant.eventSourceToken === undefined
      ? {}
      : { 'lambda:EventSourceToken': grant.eventSourceToken }),
    ...(grant.organizationId === undefined ? {} : { 'aws:PrincipalOrgID': grant.organizationId }),
  };
  const { sourceArn, invokedViaUrl } = grant;
  return {
    ...(Object.keys(equals).length === 0 ? {} : { StringEquals: equals }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
    ...(invokedViaUrl === undefined
      ? {}
      : { Bool: { 'lambda:InvokedViaFunctionUrl': String(invokedViaUrl) } }),
  };
}
