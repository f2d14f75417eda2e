/** Published versions: a number and what the function was then, for good. */
import { limits } from '../types/index.js';
import { aliasesOf } from './alias-steps.js';
import { withoutQualifier } from './attachment-steps.js';
import { codeSha256 } from './code-of.js';
import type { PublishCommand } from './command.js';
import { type FunctionState, withKey } from './function-state.js';
import { refused, revisionMismatch } from './result.js';
import type { Step } from './step.js';

/** What a publication chooses; the rest of the version is what the function is. */
export interface Publication {
  readonly description?: string;
  readonly versionRevisionId: string;
  /** Of `$LATEST`, which AWS gives a new one whenever a version is made of it. */
  readonly revisionId: string;
}

export function publishVersion(state: FunctionState, index: number, command: PublishCommand): Step {
  const { expectedRevisionId, expectedCodeHash } = command;
  const { revisionId } = state.latest;
  const present = codeSha256(state.latest);
  if (expectedRevisionId !== undefined && expectedRevisionId !== revisionId) {
    return { state, result: revisionMismatch };
  }
  if (expectedCodeHash !== undefined && expectedCodeHash !== present) {
    const message =
      `CodeSHA256 (${expectedCodeHash}) is different from current CodeSHA256 in $LATEST ` +
      `(${present}). Please try again with the CodeSHA256 in $LATEST.`;
    return { state, result: refused('invalid-parameter', message) };
  }
  return publish(state, index, command);
}

/** The last version again, where nothing has changed since it was made and it is still there. */
export function publish(state: FunctionState, index: number, publication: Publication): Step {
  const last = state.versions.get(String(state.lastVersion));
  if (last !== undefined && state.changedAt <= state.publishedAt) {
    return { state, result: { kind: 'done', record: last } };
  }
  const { latest, versions } = state;
  if (versions.size >= limits.versionsPerFunctionMax) {
    const message = `The function ${latest.name} has ${limits.versionsPerFunctionMax} versions, the limit; delete some first.`;
    return { state, result: refused('invalid-parameter', message) };
  }
  const lastVersion = state.lastVersion + 1;
  const record = Object.freeze({
    ...latest,
    version: String(lastVersion),
    description: publication.description ?? latest.description,
    tags: noTags,
    revisionId: publication.versionRevisionId,
    revision: index,
  });
  const next: FunctionState = {
    ...state,
    latest: Object.freeze({ ...latest, revisionId: publication.revisionId }),
    versions: withKey(versions, record.version, record),
    lastVersion,
    publishedAt: index,
  };
  return { state: next, result: { kind: 'done', record } };
}

export function deleteVersion(state: FunctionState, version: string): Step {
  const record = state.versions.get(version);
  if (record === undefined) return { state, result: { kind: 'nothing' } };
  const pointing = aliasesOf(state, version).map((alias) => alias.name);
  if (pointing.length > 0) {
    const message = `Unable to delete version because the following aliases reference it: [${pointing.join(', ')}]`;
    return { state, result: refused('version-in-use', message) };
  }
  const versions = withKey(state.versions, version, null);
  const provisioned = state.provisioned.has(version)
    ? withKey(state.provisioned, version, null)
    : state.provisioned;
  const attachments = withoutQualifier(state.attachments, version);
  return {
    state: { ...state, versions, provisioned, attachments },
    result: { kind: 'done', record },
  };
}

const noTags: Readonly<Record<string, string>> = Object.freeze({});
