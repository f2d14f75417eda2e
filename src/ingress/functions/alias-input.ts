/** Checked bodies of the alias operations. Patterns and texts as recorded on live AWS. */
import type { AdditionalVersion, AliasChanges, AliasRecord } from '../../catalog/index.js';
import { HearthError, limits } from '../../types/index.js';
import { type Constraints, memberPattern } from '../form/constraints.js';
import type { AliasBody } from './function-shapes.js';

const namePattern = memberPattern('(?!^[0-9]+$)([a-zA-Z0-9-_]+)');
const versionPattern = memberPattern('(\\$LATEST|[0-9]+)');
const versionCharsMax = 1024;

/** Throws `validation` or `invalid-parameter`. */
export function newAlias(
  body: AliasBody,
  constraints: Constraints,
): Omit<AliasRecord, 'functionName' | 'revisionId'> {
  const { Name, FunctionVersion, Description } = body;
  constraints.required(FunctionVersion ?? undefined, 'functionVersion');
  constraints.required(Name ?? undefined, 'name');
  checkAliasName(constraints, Name ?? undefined);
  const { additional = null } = aliasChanges(body, constraints);
  return {
    name: Name ?? '',
    version: FunctionVersion ?? '',
    description: Description ?? '',
    additional,
  };
}

/** Throws as `newAlias` does. */
export function aliasChanges(body: AliasBody, constraints: Constraints): AliasChanges {
  const { FunctionVersion, Description } = body;
  const weights = body.RoutingConfig?.AdditionalVersionWeights;
  constraints.length(Description ?? undefined, 'description', 0, limits.descriptionCharsMax);
  checkVersion(constraints, FunctionVersion ?? undefined);
  checkWeights(constraints, weights ?? {});
  constraints.check();
  return {
    ...(FunctionVersion == null ? {} : { version: FunctionVersion }),
    ...(Description == null ? {} : { description: Description }),
    // a routing configuration without weights takes away those that were
    ...(body.RoutingConfig == null ? {} : { additional: additionalOf(weights ?? {}) }),
  };
}

export function checkAliasName(constraints: Constraints, name: string | undefined): void {
  constraints.length(name, 'name', 1, 128);
  constraints.pattern(name, 'name', namePattern);
}

export function checkVersion(constraints: Constraints, version: string | undefined): void {
  constraints.length(version, 'functionVersion', 1, versionCharsMax);
  constraints.pattern(version, 'functionVersion', versionPattern);
}

function checkWeights(constraints: Constraints, weights: Readonly<Record<string, number>>): void {
  const entries = Object.entries(weights);
  const shown = entries.map(([version, weight]) => `${version}=${asDouble(weight)}`).join(', ');
  const at = 'routingConfig.additionalVersionWeights';
  if (entries.some(([version]) => !/^[0-9]{1,1024}$/.test(version))) {
    const rules =
      `Member must have length less than or equal to ${versionCharsMax}, ` +
      'Member must have length greater than or equal to 1, ' +
      'Member must satisfy regular expression pattern: [0-9]+';
    constraints.fail(`'{${shown}}'`, at, `Map keys must satisfy constraint: [${rules}]`);
  }
  if (entries.some(([, weight]) => !(weight >= 0 && weight <= 1))) {
    const rules =
      'Member must have value less than or equal to 1.0, ' +
      'Member must have value greater than or equal to 0.0, Member must not be null';
    constraints.fail(`'{${shown}}'`, at, `Map value must satisfy constraint: [${rules}]`);
  }
}

function additionalOf(weights: Readonly<Record<string, number>>): AdditionalVersion | null {
  const [first, ...more] = Object.entries(weights);
  if (more.length > 0) {
    throw new HearthError(
      'invalid-parameter',
      'Number of items in AdditionalVersionWeights cannot be greater than 1',
    );
  }
  return first === undefined ? null : { version: first[0], weight: first[1] };
}

/** As AWS prints numbers of this kind. */
function asDouble(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
