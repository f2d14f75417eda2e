/** What happens to one state machine: its creation, its revisions and its versions. Pure: a new one out. */
import { isDeepStrictEqual } from 'node:util';
import { limits } from '../../types/index.js';
import { stateMachineArn } from '../arns.js';
import type {
  CreateStateMachine,
  Publication,
  PublishVersion,
  RegistryResult,
  UpdateStateMachine,
} from './command.js';
import { done, quotaExceeded, type Refused, refused } from './results.js';
import type { StateMachine, StateMachineVersion } from './types.js';

/** What a step gives: the state machine as it is now (absent: as it was), and what is answered. */
export interface Step {
  readonly next?: StateMachine;
  readonly result: RegistryResult;
}

/** A second time with the same is the first; role and tags may be others, and are left as they are (AWS). */
export function create(
  present: StateMachine | undefined,
  command: CreateStateMachine,
  wallMs: number,
): Step {
  if (present === undefined) return created(command, wallMs);
  const { publish } = command;
  const first = present.versions.find(({ version }) => version === 1);
  const isSame =
    present.definition === command.definition &&
    present.type === command.type &&
    isDeepStrictEqual(present.logging, command.logging) &&
    isDeepStrictEqual(present.tracing, command.tracing) &&
    (publish === null || first?.description === publish.description);
  if (!isSame) {
    const arn = stateMachineArn(present.name);
    return {
      result: refused('state-machine-already-exists', `State Machine Already Exists: '${arn}'`),
    };
  }
  return { result: done(present.createdAtMs, publish === null ? {} : { version: 1 }) };
}

export function update(present: StateMachine, command: UpdateStateMachine, wallMs: number): Step {
  const asked = {
    definition: command.definition ?? present.definition,
    roleArn: command.roleArn ?? present.roleArn,
    logging: command.logging ?? present.logging,
    tracing: command.tracing ?? present.tracing,
  };
  const { definition, roleArn, logging, tracing } = present;
  const isSame = isDeepStrictEqual(asked, { definition, roleArn, logging, tracing });
  const updated: StateMachine = isSame
    ? present
    : { ...present, ...asked, revisionId: command.revisionId, updatedAtMs: wallMs };
  const { revisionId } = updated;
  if (command.publish === null) return { next: updated, result: done(wallMs, { revisionId }) };
  const published = withVersion(updated, command.publish, wallMs);
  if ('kind' in published) return { result: published };
  const { version } = published.version;
  return { next: published.next, result: done(wallMs, { revisionId, version }) };
}

export function publish(present: StateMachine, command: PublishVersion, wallMs: number): Step {
  const current = present.revisionId ?? initialRevision;
  const { revisionId } = command;
  if (revisionId !== null && revisionId !== current) {
    return {
      result: refused(
        'workflow-conflict',
        `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
      ),
    };
  }
  const published = withVersion(present, command, wallMs);
  if ('kind' in published) return { result: published };
  const { version, createdAtMs } = published.version;
  return { next: published.next, result: done(createdAtMs, { version }) };
}

/** Undefined: it is gone at once. */
export function deleted(present: StateMachine, running: number): StateMachine | undefined {
  return running > 0 ? { ...present, isDeleting: true } : undefined;
}

/** One that is not there is deleted already. */
export function deleteVersion(present: StateMachine, version: number, wallMs: number): Step {
  const holders = present.aliases
    .filter(({ routing }) => routing.some((route) => route.version === version))
    .map(({ name }) => name);
  if (holders.length > 0) {
    return {
      result: refused(
        'workflow-conflict',
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${holders.join(', ')}]`,
      ),
    };
  }
  const versions = present.versions.filter((other) => other.version !== version);
  return { next: { ...present, versions }, result: done(wallMs) };
}

/** How AWS names the revision of what was never updated. */
const initialRevision = 'INITIAL';

function created(command: CreateStateMachine, wallMs: number): Step {
  const { name, type, definition, roleArn, logging, tracing, tags } = command;
  const next: StateMachine = {
    ...{ name, type, definition, roleArn, logging, tracing, tags },
    revisionId: null,
    createdAtMs: wallMs,
    updatedAtMs: wallMs,
    lastVersion: 0,
    versions: [],
    aliases: [],
  };
  if (command.publish === null) return { next, result: done(wallMs) };
  const published = withVersion(next, command.publish, wallMs);
  if ('kind' in published) return { result: published };
  return { next: published.next, result: done(wallMs, { version: published.version.version }) };
}

/** With a version of what it runs now; the one that is of this revision already, where there is one. */
function withVersion(
  present: StateMachine,
  { description }: Publication,
  wallMs: number,
): { readonly next: StateMachine; readonly version: StateMachineVersion } | Refused {
  const { definition, roleArn, logging, tracing, revisionId, versions } = present;
  const known = versions.findLast((version) => version.revisionId === revisionId);
  if (known !== undefined) return { next: present, version: known };
  if (versions.length >= limits.stateMachineVersionsMax) {
    return quotaExceeded(`versions of ${present.name}`, limits.stateMachineVersionsMax);
  }
  const version: StateMachineVersion = {
    version: present.lastVersion + 1,
    ...{ description, definition, roleArn, logging, tracing, revisionId },
    createdAtMs: wallMs,
  };
  const next = { ...present, lastVersion: version.version, versions: [...versions, version] };
  return { next, version };
}
