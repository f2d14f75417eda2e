/** What is attached to a function, to one of its versions or to one of its aliases, and goes with it. */

export const attachmentKinds = [
  'policy',
  'url',
  'event-invoke',
  'recursion',
  'runtime-management',
  'code-signing',
] as const;

export type AttachmentKind = (typeof attachmentKinds)[number];

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };

/** Never changed, only replaced. */
export interface Attachment {
  readonly kind: AttachmentKind;
  /** `$LATEST` for the function itself, or a version or alias. */
  readonly qualifier: string;
  /** What it means is the business of whoever attaches it. */
  readonly value: JsonValue;
  /** ISO 8601, as in `FunctionRecord`. */
  readonly createdAt: string;
  readonly lastModified: string;
  /** A UUID, new with every change. */
  readonly revisionId: string;
}

/** What must stand there for a change to be made. */
export type Expectation = 'absent' | 'present' | { readonly revisionId: string };

/** By kind, then by qualifier; a kind without any has no entry. */
export type Attachments = ReadonlyMap<AttachmentKind, ReadonlyMap<string, Attachment>>;

export const noAttachments: Attachments = new Map();
