/** Which bundles a function runs, and how AWS writes the hash of its code. */
import { createHash } from 'node:crypto';
import { type BundleHash, bundleHash } from '../types/index.js';
import type { FunctionRecord } from './types.js';

/** Its code and its layers; none for a container image, which this cluster does not hold. */
export function codeOf({ image, codeHash, layers }: FunctionRecord): readonly BundleHash[] {
  if (image !== null) return [];
  return layers.length === 0 ? [codeHash] : [codeHash, ...layers.map((layer) => layer.codeHash)];
}

/** The name of what several bundles give when they are unpacked over one another, in their order. */
export function mergedHash(hashes: readonly BundleHash[]): BundleHash {
  return bundleHash(
    createHash('sha256')
      .update(`hearth layers 1\n${hashes.join('\n')}`)
      .digest('hex'),
  );
}

/** All that must stay unpacked on this node while sandboxes of the function run. */
export function unpackedOf(record: FunctionRecord): readonly BundleHash[] {
  const hashes = codeOf(record);
  return record.layers.length < 2 ? hashes : [...hashes, mergedHash(hashes.slice(1))];
}

/** In base64 for zips, in hex for images. */
export function codeSha256({
  image,
  codeHash,
}: Pick<FunctionRecord, 'image' | 'codeHash'>): string {
  return image === null ? Buffer.from(codeHash, 'hex').toString('base64') : codeHash;
}

/** What stands for the code of an image: the digest in its name, else the hash of the name. */
export function imageHash(uri: string): BundleHash {
  const digest = /@sha256:([0-9a-f]{64})$/.exec(uri)?.[1];
  return bundleHash(digest ?? createHash('sha256').update(uri).digest('hex'));
}

/**
 * Which nodes a function's sandboxes belong to goes by this: its name and what it runs. Versions of the same code
 * belong to the same nodes; the many functions that are made of one bundle do not.
 */
export function placementKey({ name, codeHash, layers }: FunctionRecord): string {
  return [name, codeHash, ...layers.map((layer) => layer.codeHash)].join(' ');
}
