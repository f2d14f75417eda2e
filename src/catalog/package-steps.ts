/** What a change may ask of a function by the kind of its package: AWS keeps zips and images apart. */
import type { UpdateCodeCommand, UpdateSettingsCommand } from './command.js';
import { type Refusal, refused } from './result.js';
import type { FunctionRecord } from './types.js';

/** Null where the new code is of the kind that the function has. */
export function otherPackage(
  { image }: FunctionRecord,
  { imageUri }: Pick<UpdateCodeCommand, 'imageUri'>,
): Refusal | null {
  if ((image === null) === (imageUri === undefined)) return null;
  const message =
    image === null
      ? "Please don't provide ImageUri when updating a function with packageType Zip."
      : 'Please provide ImageUri when updating a function with packageType Image.';
  return refused('invalid-parameter', message);
}

/** Null where the settings can be changed. The text for zips is not recorded on AWS. */
export function otherSettings(
  { image }: FunctionRecord,
  { changes, imageConfig }: Pick<UpdateSettingsCommand, 'changes' | 'imageConfig'>,
): Refusal | null {
  if (image === null) {
    if (imageConfig === undefined) return null;
    const message = "Please don't provide ImageConfig when the function PackageType is Zip.";
    return refused('invalid-parameter', message);
  }
  const { runtime, handler, layers = [] } = changes;
  if (runtime === undefined && handler === undefined && layers.length === 0) return null;
  return refused('invalid-parameter', notOfImages);
}

export const notOfImages =
  "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
