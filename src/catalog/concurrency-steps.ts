/**
 * Reserved and provisioned concurrency: what a function may be given, and what excludes what. Texts as AWS words
 * them where it has the same rule.
 */
import { type FunctionState, versionOf, withKey } from './function-state.js';
import { notFound, type Refusal, refused } from './result.js';
import type { Step } from './step.js';
import type { Provisioned } from './types.js';

/** Null: nothing is reserved any more. */
export function reserveConcurrency(state: FunctionState, executions: number | null): Step {
  const provisioned = [...state.provisioned.values()].reduce((sum, each) => sum + most(each), 0);
  if (executions !== null && executions < provisioned) {
    const message =
      `ReservedConcurrentExecutions ${executions} should not be lower than function's total ` +
      `provisioned concurrency [${provisioned}].`;
    return { state, result: refused('invalid-parameter', message) };
  }
  return done({ ...state, reservedConcurrency: executions });
}

/** Null: nothing is provisioned for the version or alias any more. */
export function provisionConcurrency(
  state: FunctionState,
  qualifier: string,
  provisioned: Provisioned | null,
): Step {
  const { latest, aliases } = state;
  const isKnown = versionOf(state, qualifier) !== undefined || aliases.has(qualifier);
  if (!isKnown) return { state, result: notFound(latest.name, qualifier) };
  const wrong = provisioned === null ? null : refusalOf(state, qualifier, provisioned);
  if (wrong !== null) return { state, result: wrong };
  return done({ ...state, provisioned: withKey(state.provisioned, qualifier, provisioned) });
}

/** Whether a provisioned alias may point to `version`: null where it may, or is not provisioned. */
export function movedAliasRefusal(
  state: FunctionState,
  alias: string,
  version: string,
): Refusal | null {
  if (!state.provisioned.has(alias)) return null;
  return versionRefusal(state, version) ?? (state.provisioned.has(version) ? ofBoth : null);
}

function refusalOf(
  state: FunctionState,
  qualifier: string,
  provisioned: Provisioned,
): Refusal | null {
  const { aliases, reservedConcurrency } = state;
  const alias = aliases.get(qualifier);
  const wrong = versionRefusal(state, alias?.version ?? qualifier);
  if (wrong !== null) return wrong;
  if (alias !== undefined && state.provisioned.has(alias.version)) return ofBoth;
  const points = [...aliases.values()].some(
    ({ name, version }) => version === qualifier && state.provisioned.has(name),
  );
  if (points) {
    return refused('version-in-use', 'Version is pointed by a Provisioned Concurrency alias');
  }
  const others = [...state.provisioned].filter(([other]) => other !== qualifier);
  const total = others.reduce((sum, [, other]) => sum + most(other), most(provisioned));
  if (reservedConcurrency === null || total <= reservedConcurrency) return null;
  return refused(
    'invalid-parameter',
    'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
  );
}

/** Null where sandboxes of the version can be kept initialised. */
function versionRefusal(state: FunctionState, version: string): Refusal | null {
  if (version === state.latest.version) {
    return refused(
      'invalid-parameter',
      'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
    );
  }
  if (state.versions.get(version)?.snapStart !== true) return null;
  return refused(
    'invalid-parameter',
    `Provisioned Concurrency is not supported for SnapStart enabled functions; version ${version} is one.`,
  );
}

/** At any time. */
function most({ executions, windows }: Provisioned): number {
  return Math.max(executions, ...windows.map((window) => window.executions));
}

function done(state: FunctionState): Step {
  return { state, result: { kind: 'done', record: state.latest } };
}

const ofBoth = refused(
  'version-in-use',
  "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
);
