/** Writes of attachments that have an answer: what is attached from then on. */
import type { Attachment, AttachmentKind, CatalogService, JsonValue } from '../../catalog/index.js';
import { functionArn, HearthError } from '../../types/index.js';

/** Sets or replaces it, whatever was there. */
export async function attached(
  catalog: CatalogService,
  name: string,
  kind: AttachmentKind,
  qualifier: string,
  value: JsonValue,
): Promise<Attachment> {
  return present(await catalog.attach(name, kind, qualifier, value));
}

/** Replaces what was read, whose members the new value may have. Throws `update-in-progress`. */
export async function replaced(
  catalog: CatalogService,
  name: string,
  { kind, qualifier, revisionId }: Attachment,
  value: JsonValue,
): Promise<Attachment> {
  try {
    const expect = { revisionId };
    return present(await catalog.attach(name, kind, qualifier, value, { expect }));
  } catch (thrown) {
    const isOther = thrown instanceof HearthError && thrown.code === 'revision-mismatch';
    if (!isOther) throw thrown;
    throw new HearthError(
      'update-in-progress',
      `The operation cannot be performed at this time. An update is in progress for resource: ${functionArn(name, qualifier)}`,
    );
  }
}

function present(attachment: Attachment | null): Attachment {
  if (attachment === null) throw new Error('what was attached is not there');
  return attachment;
}
