/** Commands as a proposer makes them: with fresh ids, and nothing in them that was not asked for. */
import { randomUuid } from '../lib/index.js';
import { HearthError, limits } from '../types/index.js';
import type {
  AttachCommand,
  CreateAliasCommand,
  PublishCommand,
  UpdateAliasCommand,
} from './command.js';
import type { AliasChanges, AliasRecord, AttachOptions, PublishOptions } from './types.js';

export function publishCommand(name: string, options: PublishOptions): PublishCommand {
  const { codeHash, revisionId, description } = options;
  return {
    id: randomUuid(),
    kind: 'publish-version',
    name,
    revisionId: randomUuid(),
    versionRevisionId: randomUuid(),
    ...expected(revisionId),
    ...(codeHash === undefined ? {} : { expectedCodeHash: codeHash }),
    ...(description === undefined ? {} : { description }),
  };
}

export function createAliasCommand(alias: Omit<AliasRecord, 'revisionId'>): CreateAliasCommand {
  const { functionName, name, version, description, additional } = alias;
  return {
    id: randomUuid(),
    kind: 'create-alias',
    name: functionName,
    alias: name,
    changes: { version, description, additional },
    revisionId: randomUuid(),
  };
}

export function updateAliasCommand(
  name: string,
  alias: string,
  changes: AliasChanges,
  expectedRevisionId: string | undefined,
): UpdateAliasCommand {
  return {
    id: randomUuid(),
    kind: 'update-alias',
    name,
    alias,
    changes,
    ...expected(expectedRevisionId),
    revisionId: randomUuid(),
  };
}

/** Throws `request-too-large`. */
export function attachCommand(
  given: Omit<AttachCommand, 'id' | 'kind' | 'expected'>,
  { expect }: AttachOptions,
): AttachCommand {
  const bytes = Buffer.byteLength(JSON.stringify(given.value));
  if (bytes > limits.attachmentBytesMax) {
    throw new HearthError(
      'request-too-large',
      `The ${given.attachment} configuration of ${given.name} is ${bytes} bytes long, more than ${limits.attachmentBytesMax}; make it smaller.`,
    );
  }
  const expected = expect === undefined ? {} : { expected: expect };
  return { id: randomUuid(), kind: 'attach', ...given, ...expected };
}

/** The member of a command that compares the revision id, where one was given. */
export function expected(revisionId: string | undefined): { expectedRevisionId?: string } {
  return revisionId === undefined ? {} : { expectedRevisionId: revisionId };
}

/** The member of a command that also publishes what comes of it. */
export function publication(publish: boolean): { versionRevisionId?: string } {
  return publish ? { versionRevisionId: randomUuid() } : {};
}
