/** Who hands out code, and takes it from other nodes. */
import { type BundleHash, HearthError } from '../../types/index.js';
import type { IngressDeps } from '../deps.js';
import { emptyReply, type Reply } from '../http/http.js';
import type { Handlers } from '../operation.js';

export function bundleHandlers({ catalog, peer }: Pick<IngressDeps, 'catalog' | 'peer'>) {
  return {
    'read-code': async ({ hash }) => zipReply(await catalog.readBundle(hash)),
    'get-bundle': async ({ hash }) => {
      const bundle = await peer.getBundle(hash);
      if (bundle !== undefined) return zipReply(bundle);
      throw notHeld(hash);
    },
    'has-bundle': async ({ hash }) => {
      if (await peer.hasBundle(hash)) return emptyReply(200);
      throw notHeld(hash);
    },
    'put-bundle': async ({ hash, zip }) => {
      await peer.putBundle(hash, zip);
      return emptyReply(204);
    },
  } satisfies Partial<Handlers>;
}

function notHeld(hash: BundleHash): HearthError {
  return new HearthError('route-not-found', `This node does not hold the code bundle ${hash}.`);
}

function zipReply(zip: Uint8Array): Reply {
  return { status: 200, headers: { 'content-type': 'application/zip' }, body: zip };
}
