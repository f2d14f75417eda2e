/** Aliases: what they may point to, in the order in which AWS finds fault (recorded on live AWS). */
import { functionArn, limits } from '../types/index.js';
import type { CreateAliasCommand, UpdateAliasCommand } from './command.js';
import { movedAliasRefusal } from './concurrency-steps.js';
import { type FunctionState, versionOf, withKey } from './function-state.js';
import { notFound, type Refusal, refused, revisionMismatch } from './result.js';
import type { Step } from './step.js';
import type { AdditionalVersion, AliasRecord } from './types.js';

export function createAlias(state: FunctionState, command: CreateAliasCommand): Step {
  const { name, alias, changes, revisionId } = command;
  const bad = checkTargets(state, changes.version, changes.additional);
  if (bad !== null) return { state, result: bad };
  if (state.aliases.has(alias)) {
    const message = `Alias already exists: ${functionArn(name, alias)}`;
    return { state, result: refused('alias-exists', message) };
  }
  if (state.aliases.size >= limits.aliasesPerFunctionMax) {
    const message = `The function ${name} has ${limits.aliasesPerFunctionMax} aliases, the limit; delete some first.`;
    return { state, result: refused('invalid-parameter', message) };
  }
  return put(state, { functionName: name, name: alias, ...changes, revisionId });
}

export function updateAlias(state: FunctionState, command: UpdateAliasCommand): Step {
  const { name, alias, changes, expectedRevisionId, revisionId } = command;
  const present = state.aliases.get(alias);
  if (present === undefined) {
    const message = `Alias not found: ${functionArn(name, alias)}`;
    return { state, result: refused('function-not-found', message) };
  }
  if (expectedRevisionId !== undefined && expectedRevisionId !== present.revisionId) {
    return { state, result: revisionMismatch };
  }
  const next = { ...present, ...changes, revisionId };
  const bad =
    checkTargets(state, next.version, next.additional) ??
    movedAliasRefusal(state, alias, next.version);
  return bad === null ? put(state, next) : { state, result: bad };
}

/** The aliases that send invocations to a version. */
export function aliasesOf({ aliases }: FunctionState, version: string): readonly AliasRecord[] {
  const points = (alias: AliasRecord): boolean =>
    alias.version === version || alias.additional?.version === version;
  return [...aliases.values()].filter(points);
}

function put(state: FunctionState, alias: AliasRecord): Step {
  const aliases = withKey(state.aliases, alias.name, Object.freeze(alias));
  return { state: { ...state, aliases }, result: { kind: 'alias', alias } };
}

function checkTargets(
  state: FunctionState,
  version: string,
  additional: AdditionalVersion | null,
): Refusal | null {
  const { name } = state.latest;
  if (additional !== null) {
    const other = additional.version;
    if (other === version) {
      const message = `Invalid function version ${other}. Function version ${other} is already included in routing configuration.`;
      return refused('invalid-parameter', message);
    }
    if (version === state.latest.version) {
      const message = `${version} is not supported for an alias pointing to more than 1 version`;
      return refused('alias-of-latest', message);
    }
    if (!(additional.weight >= 0 && additional.weight <= 1)) {
      return refused('invalid-parameter', 'The weight of a version must be from 0 to 1.');
    }
  }
  if (versionOf(state, version) === undefined) return notFound(name, version);
  if (additional === null || state.versions.has(additional.version)) return null;
  return notFound(name, additional.version);
}
