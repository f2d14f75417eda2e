/** Every command that changes a function which is there: the function before, and what it is then. */
import { isDeepStrictEqual } from 'node:util';
import { limits } from '../types/index.js';
import { createAlias, updateAlias } from './alias-steps.js';
import { attach, withoutQualifier } from './attachment-steps.js';
import type { FunctionCommand, UpdateCodeCommand, UpdateSettingsCommand } from './command.js';
import { provisionConcurrency, reserveConcurrency } from './concurrency-steps.js';
import { type FunctionState, withKey } from './function-state.js';
import { mergedLogging } from './logging.js';
import { otherPackage, otherSettings } from './package-steps.js';
import { refused, revisionMismatch } from './result.js';
import type { Step } from './step.js';
import type { FunctionRecord } from './types.js';
import { deleteVersion, publish, publishVersion } from './version-steps.js';

export function stepOf(state: FunctionState, index: number, command: FunctionCommand): Step {
  switch (command.kind) {
    case 'update-code':
    case 'update-settings':
      return update(state, index, command);
    case 'publish-version':
      return publishVersion(state, index, command);
    case 'delete-version':
      return deleteVersion(state, command.version);
    case 'create-alias':
      return createAlias(state, command);
    case 'update-alias':
      return updateAlias(state, command);
    case 'delete-alias':
      return deleteAlias(state, command.alias);
    case 'tag':
      return setTags(state, { ...state.latest.tags, ...command.tags }, command.revisionId);
    case 'untag': {
      const left = Object.entries(state.latest.tags).filter(([key]) => !command.keys.includes(key));
      return setTags(state, Object.fromEntries(left), command.revisionId);
    }
    case 'reserve-concurrency':
      return reserveConcurrency(state, command.executions);
    case 'provision-concurrency':
      return provisionConcurrency(state, command.qualifier, command.provisioned);
    case 'attach':
      return attach(state, command);
    case 'delete':
      return { state: null, result: { kind: 'done', record: state.latest } };
    default:
      return assertNever(command);
  }
}

function update(
  state: FunctionState,
  index: number,
  command: UpdateCodeCommand | UpdateSettingsCommand,
): Step {
  const { expectedRevisionId, revisionId, lastModified } = command;
  if (expectedRevisionId !== undefined && expectedRevisionId !== state.latest.revisionId) {
    return { state, result: revisionMismatch };
  }
  const refusal =
    command.kind === 'update-settings'
      ? otherSettings(state.latest, command)
      : otherPackage(state.latest, command);
  if (refusal !== null) return { state, result: refusal };
  const changes =
    command.kind === 'update-settings'
      ? settingsOf(state.latest, command)
      : codeChanges(state.latest, command);
  const latest = Object.freeze({
    ...state.latest,
    ...changes,
    revisionId,
    lastModified,
    revision: index,
  });
  const isOther = isChange(state.latest, changes) || mayHaveMoved(command);
  const changedAt = isOther ? index : state.changedAt;
  const changed = { ...state, latest, changedAt };
  if (command.kind === 'update-settings' || command.versionRevisionId === undefined) {
    return done(changed);
  }
  const { versionRevisionId } = command;
  const published = publish(changed, index, { versionRevisionId, revisionId });
  return published.result.kind === 'refused' ? { ...published, state } : published;
}

function settingsOf(
  record: FunctionRecord,
  { changes, imageConfig, logging }: UpdateSettingsCommand,
): Partial<FunctionRecord> {
  const { image } = record;
  return {
    ...changes,
    ...(image === null || imageConfig === undefined ? {} : { image: { ...image, ...imageConfig } }),
    ...(logging === undefined ? {} : { logging: mergedLogging(record.logging, logging) }),
  };
}

function codeChanges(
  { architecture, image }: FunctionRecord,
  command: UpdateCodeCommand,
): Partial<FunctionRecord> {
  const { codeHash, codeBytes, imageUri } = command;
  return {
    codeHash,
    codeBytes,
    architecture: command.architecture ?? architecture,
    ...(image === null || imageUri === undefined ? {} : { image: { ...image, uri: imageUri } }),
  };
}

/** A tag of an image, unlike a digest, can mean another one than before. */
function mayHaveMoved(command: UpdateCodeCommand | UpdateSettingsCommand): boolean {
  if (command.kind !== 'update-code' || command.imageUri === undefined) return false;
  return !command.imageUri.includes('@sha256:');
}

function isChange(record: FunctionRecord, changes: Partial<FunctionRecord>): boolean {
  return (Object.keys(changes) as (keyof FunctionRecord)[]).some(
    (key) => !isDeepStrictEqual(changes[key], record[key]),
  );
}

function deleteAlias(state: FunctionState, alias: string): Step {
  const record = state.aliases.get(alias);
  if (record === undefined) return { state, result: { kind: 'nothing' } };
  const aliases = withKey(state.aliases, alias, null);
  const provisioned = state.provisioned.has(alias)
    ? withKey(state.provisioned, alias, null)
    : state.provisioned;
  const attachments = withoutQualifier(state.attachments, alias);
  return {
    state: { ...state, aliases, provisioned, attachments },
    result: { kind: 'alias', alias: record },
  };
}

function setTags(
  state: FunctionState,
  tags: Readonly<Record<string, string>>,
  revisionId: string,
): Step {
  if (Object.keys(tags).length > limits.tagsMax) {
    const message = 'Number of tags exceeds resource tag limit.';
    return { state, result: refused('invalid-parameter', message) };
  }
  return done({ ...state, latest: Object.freeze({ ...state.latest, tags, revisionId }) });
}

function done(state: FunctionState): Step {
  return { state, result: { kind: 'done', record: state.latest } };
}

function assertNever(command: never): never {
  throw new Error(`a command of an unknown kind: ${JSON.stringify(command)}`);
}
