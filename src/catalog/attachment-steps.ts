/** Attachments: set, replaced, removed, and gone with the version or alias that they hang on. */
import { functionArn, limits } from '../types/index.js';
import type { Attachment, AttachmentKind, Attachments, Expectation } from './attachment.js';
import type { AttachCommand } from './command.js';
import { type FunctionState, versionOf, withKey } from './function-state.js';
import { notFound, type Refusal, refused, revisionMismatch } from './result.js';
import type { Step } from './step.js';

export function attach(state: FunctionState, command: AttachCommand): Step {
  const { name, attachment: kind, qualifier, value, revisionId, at } = command;
  const isKnown = versionOf(state, qualifier) !== undefined || state.aliases.has(qualifier);
  if (!isKnown) return { state, result: notFound(name, qualifier) };
  const present = state.attachments.get(kind)?.get(qualifier);
  const wrong = unexpected(command, present);
  if (wrong !== null) return { state, result: wrong };
  if (value === null) {
    if (present === undefined) return { state, result: { kind: 'attachment', attachment: null } };
    const attachments = withAttachment(state.attachments, kind, qualifier, null);
    return { state: { ...state, attachments }, result: { kind: 'attachment', attachment: null } };
  }
  if (present === undefined && attachmentCount(state) >= limits.attachmentsPerFunctionMax) {
    const message = `The function ${name} has ${limits.attachmentsPerFunctionMax} configurations attached to it and its versions and aliases, the limit; delete some first.`;
    return { state, result: refused('invalid-parameter', message) };
  }
  const createdAt = present?.createdAt ?? at;
  const attachment: Attachment = Object.freeze({
    kind,
    qualifier,
    value,
    createdAt,
    lastModified: at,
    revisionId,
  });
  const attachments = withAttachment(state.attachments, kind, qualifier, attachment);
  return { state: { ...state, attachments }, result: { kind: 'attachment', attachment } };
}

/** What remains when a version or alias is deleted. */
export function withoutQualifier(attachments: Attachments, qualifier: string): Attachments {
  let left = attachments;
  for (const [kind, ofKind] of attachments) {
    if (ofKind.has(qualifier)) left = withAttachment(left, kind, qualifier, null);
  }
  return left;
}

/** Of a function with its versions and aliases. */
export function attachmentCount({ attachments }: Pick<FunctionState, 'attachments'>): number {
  let count = 0;
  for (const ofKind of attachments.values()) count += ofKind.size;
  return count;
}

/** A copy with one set, or removed (null). */
export function withAttachment(
  attachments: Attachments,
  kind: AttachmentKind,
  qualifier: string,
  attachment: Attachment | null,
): Attachments {
  const ofKind = withKey(attachments.get(kind) ?? new Map(), qualifier, attachment);
  return withKey(attachments, kind, ofKind.size === 0 ? null : ofKind);
}

function unexpected(command: AttachCommand, present: Attachment | undefined): Refusal | null {
  const { name, qualifier, attachment: kind, expected } = command;
  if (expected === undefined || isAsExpected(expected, present)) return null;
  if (typeof expected === 'object') return revisionMismatch;
  const whose = `${kind} configuration of ${functionArn(name, qualifier)}`;
  return expected === 'absent'
    ? refused('already-attached', `The ${whose} exists already.`)
    : refused('not-attached', `The ${whose} does not exist.`);
}

function isAsExpected(expected: Expectation, present: Attachment | undefined): boolean {
  if (expected === 'absent') return present === undefined;
  if (expected === 'present') return present !== undefined;
  return present?.revisionId === expected.revisionId;
}
