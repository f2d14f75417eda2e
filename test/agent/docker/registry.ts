/** A registry of images on loopback, with one image of one layer: just enough for a daemon to pull it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

/** Serves the tar as `NAME:1` and gives `127.0.0.1:PORT/NAME:1`. */
export async function registryWith(
  t: TestContext,
  name: string,
  layer: Buffer,
  config: Readonly<Record<string, unknown>>,
): Promise<string> {
  const blobs = new Map<string, Buffer>();
  const add = (blob: Buffer): { digest: string; size: number } => {
    const digest = digestOf(blob);
    blobs.set(digest, blob);
    return { digest, size: blob.length };
  };
  const image = {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
  };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      ...add(Buffer.from(JSON.stringify(image))),
    },
    layers: [
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        ...add(gzipSync(layer)),
      },
    ],
  });
  const server = createServer(({ url = '' }, response) => {
    const blob = blobs.get(/\/blobs\/(.*)$/.exec(url)?.[1] ?? '');
    const end = (text: string | Buffer): void => {
      // also where only the head is asked for
      response.setHeader('content-length', text.length);
      response.end(text);
    };
    if (url === '/v2/') end('{}');
    else if (url.startsWith(`/v2/${name}/manifests/`)) {
      const digest = digestOf(Buffer.from(manifest));
      response.setHeader('content-type', manifestType);
      response.setHeader('docker-content-digest', digest);
      end(manifest);
    } else if (blob !== undefined) end(blob);
    else {
      response.statusCode = 404;
      end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'unknown' }] }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}/${name}:1`;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
