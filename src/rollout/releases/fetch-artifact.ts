/** Brings the bytes of a release here. What does not have its digest does not stay. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { isNoRoom } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import type { Release } from '../types.js';
import { refused } from './manifest.js';
import { parseReference } from './reference.js';
import { Registry } from './registry.js';
import { type ReleaseWeb, unavailable, unexpected } from './web.js';

/** No artifact is larger: a fortieth of it would do. */
export const artifactBytesMax = 2 * 1024 ** 3;

/**
 * Writes the artifact to a file, replacing what is there. Rejects with `release-refused` where it is not what the
 * manifest says, `release-unavailable` where it cannot be had, `storage-full`; then no file is there.
 */
export type FetchArtifact = (
  release: Pick<Release, 'version' | 'digest' | 'artifact'>,
  toFile: string,
  signal: AbortSignal,
) => Promise<void>;

export function artifactFetcher(
  web: ReleaseWeb,
  { bytesMax = artifactBytesMax }: { readonly bytesMax?: number } = {},
): FetchArtifact {
  return async ({ version, digest, artifact }, toFile, signal) => {
    const hash = createHash('sha256');
    let bytes = 0;
    async function* checked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of source) {
        bytes += chunk.length;
        if (bytes > bytesMax) {
          throw refused(
            `Release ${version} is refused: ${artifact} has more than ${bytesMax} bytes.`,
          );
        }
        hash.update(chunk);
        yield chunk;
      }
    }
    let file: WriteStream | null = null;
    try {
      const source = await openArtifact(web, artifact, signal);
      file = createWriteStream(toFile, { mode: 0o600, flush: true });
      await pipeline(source, checked, file, { signal });
      const found = `sha256:${hash.digest('hex')}`;
      if (found !== digest) {
        throw refused(
          `Release ${version} is refused: ${artifact} has the digest ${found}, its manifest says ${digest}.`,
        );
      }
    } catch (thrown) {
      if (file !== null) await closed(file);
      await rm(toFile, { force: true });
      if (isNoRoom(thrown)) {
        throw new HearthError(
          'storage-full',
          `There is no room for release ${version} at ${toFile}; free some.`,
        );
      }
      throw unavailable(artifact, thrown);
    }
  };
}

/** Until then it may still be opened, and would be there again after it was removed. */
function closed(file: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (file.closed) resolve();
    else file.once('close', resolve);
  });
}

async function openArtifact(
  web: ReleaseWeb,
  artifact: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  if (artifact.startsWith('file:')) return createReadStream(fileURLToPath(artifact));
  const answer = await (artifact.startsWith('oci:')
    ? openLayer(web, artifact, signal)
    : web.open(artifact, { signal }));
  if (answer.statusCode === 200) return answer.body;
  answer.body.destroy();
  throw unexpected(answer);
}

function openLayer(web: ReleaseWeb, artifact: string, signal: AbortSignal) {
  const reference = parseReference(artifact);
  return new Registry(web, reference).openBlob(reference.target, signal);
}
