import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  artifactFetcher,
  fileDigest,
  newReleaseKeys,
  openSource,
  parseReference,
  pushRelease,
  signImage,
  signManifest,
  verifyManifest,
} from '../../../src/rollout/index.js';
import { dockerRegistry, noDockerRegistry } from './docker-registry.js';
import {
  keys,
  manifestOf,
  never,
  rejects,
  releaseWeb,
  scratch,
  serving,
  digest as someDigest,
} from './scratch.js';

const skip = noDockerRegistry();

/** A registry, and what puts a program of some bytes there under `hearth/program:stable`. */
async function begin(context: TestContext) {
  const host = await dockerRegistry(context);
  const directory = await scratch(context);
  const web = releaseWeb(context, {});
  const address = `oci://${host}/hearth/program:stable`;
  const push = async (version: string, key = keys.privateKey) => {
    const file = join(directory, 'hearth.tgz');
    await writeFile(file, `the program of ${version}`);
    const digest = await fileDigest(file);
    const manifest = signManifest({ version, digest, formatLevel: 2, artifact: 'x' }, key);
    return pushRelease(web, parseReference(address), file, manifest, never);
  };
  return { host, directory, web, address, push };
}

test('a pushed program is offered once, rightly signed, and fetched', { skip }, async (context) => {
  const { host, directory, web, address, push } = await begin(context);
  const source = openSource(address, { web });
  await rejects('release-unavailable', /there is no such tag/, source.look(never));
  const pushed = await push('0.3.0');
  assert.equal(pushed.artifact, `oci://${host}/hearth/program@${pushed.digest}`);
  const looked = await source.look(never);
  assert.deepEqual(looked, { kind: 'offer', manifest: pushed });
  verifyManifest(pushed, [keys.publicKey]);
  assert.equal((await source.look(never)).kind, 'unchanged');

  const toFile = join(directory, 'fetched');
  await artifactFetcher(web)(pushed, toFile, never);
  assert.equal(await readFile(toFile, 'utf8'), 'the program of 0.3.0');

  await push('0.3.0');
  assert.equal((await source.look(never)).kind, 'unchanged', 'the same program again');
  const next = await push('0.4.0');
  assert.deepEqual(await source.look(never), { kind: 'offer', manifest: next });
});

test('what was signed with an untrusted key is offered as that, and signed again is right', {
  skip,
}, async (context) => {
  const { web, address, push } = await begin(context);
  const source = openSource(address, { web });
  const other = newReleaseKeys();
  await push('0.3.0', other.privateKey);
  const looked = await source.look(never);
  assert(looked.kind === 'offer');
  assert.throws(() => verifyManifest(looked.manifest, [keys.publicKey]), {
    code: 'release-refused',
  });
  await push('0.3.0');
  source.forget();
  const again = await source.look(never);
  assert(again.kind === 'offer');
  verifyManifest(again.manifest, [keys.publicKey]);
});

test('an image is refused until it is signed, and then offered by its digest', {
  skip,
}, async (context) => {
  const { host, web } = await begin(context);
  const address = `oci://${host}/hearth/image:1`;
  const source = openSource(address, { web });
  const digest = await pushImage(host, 'hearth/image', '1');
  await rejects('release-refused', /:1 is not signed: there is no tag sha256-/, source.look(never));
  const about = { version: '0.3.0', formatLevel: 2 };
  await signImage(web, parseReference(address), about, keys.privateKey, never);
  const looked = await source.look(never);
  assert(looked.kind === 'offer');
  const { artifact } = looked.manifest;
  assert.deepEqual(
    [looked.manifest.digest, artifact],
    [digest, `oci://${host}/hearth/image@${digest}`],
  );
  verifyManifest(looked.manifest, [keys.publicKey]);
});

test('a program that is not what its manifest says is not pushed', { skip }, async (context) => {
  const { host, directory, web } = await begin(context);
  const file = join(directory, 'other.tgz');
  await writeFile(file, 'other');
  const reference = parseReference(`oci://${host}/hearth:stable`);
  const pushing = pushRelease(web, reference, file, manifestOf('0.3.0'), never);
  await rejects('release-refused', /its manifest says/, pushing);
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A registry of two documents that misbehaves where it is told to. */
async function fake(context: TestContext, change: (path: string) => Answer | null) {
  const layer = JSON.stringify(manifestOf('0.3.0'));
  const layerDigest = sha256(layer);
  const entry = (digest: string) => ({ mediaType: 'text/plain', digest, size: 1 });
  const content = JSON.stringify({ layers: [entry(someDigest)] });
  const documents: Readonly<Record<string, string>> = {
    '/v2/hearth/manifests/stable': content,
    [`/v2/hearth/manifests/${sha256(content)}`]: content,
    [`/v2/hearth/manifests/${sha256(content).replace(':', '-')}.hearth`]: JSON.stringify({
      layers: [entry(layerDigest)],
    }),
    [`/v2/hearth/blobs/${layerDigest}`]: layer,
  };
  const origin = await serving(context, (request, response) => {
    const path = request.url ?? '';
    const changed = change(path);
    const document = documents[path];
    if (changed !== null) changed(request, response);
    else if (document !== undefined) response.end(document);
    else response.writeHead(404).end();
  });
  const address = `oci://${new URL(origin).host}/hearth:stable`;
  return { origin, source: openSource(address, { web: releaseWeb(context) }) };
}

test('a registry that tells no digest is believed its manifest', async (context) => {
  const { origin, source } = await fake(context, () => null);
  const looked = await source.look(never);
  assert(looked.kind === 'offer');
  const artifact = `oci://${new URL(origin).host}/hearth@${someDigest}`;
  assert.equal(looked.manifest.artifact, artifact, 'where it is, not where it was when signed');
  assert.equal((await source.look(never)).kind, 'unchanged');
});

const misbehaves: readonly [string, string, string | number, RegExp][] = [
  ['fails', '/manifests/stable', 500, /the answer was 500/],
  ['wants a password', '/manifests/stable', 401, /the answer was 401/],
  ['sends another manifest', '/manifests/sha256:', '{"layers":[]}', /is not what its digest says/],
  ['sends another signature', '/blobs/', '{}', /is not what its digest says/],
  ['sends a page', '.hearth', '<html>', /is no manifest: it is not JSON/],
  ['sends nonsense', '.hearth', '{"layers":7}', /is no manifest of an image or an artifact/],
  ['sends an empty signature', '.hearth', '{"layers":[]}', /signature of .* has no layer/],
  ['sends too much', '/blobs/', 'x'.repeat(70_000), /more than 65536 bytes/],
];
for (const [what, where, answer, text] of misbehaves) {
  test(`of a registry that ${what} nothing is taken`, async (context) => {
    const { source } = await fake(context, (path) => {
      if (!path.includes(where)) return null;
      if (typeof answer === 'number') return (_, response) => void response.writeHead(answer).end();
      return (_, response) => void response.end(answer);
    });
    const code = typeof answer === 'number' ? 'release-unavailable' : 'release-refused';
    await rejects(code, text, source.look(never));
  });
}

test('a signature of something else is refused', async (context) => {
  const other = JSON.stringify({ layers: [] });
  const { source } = await fake(context, (path) => {
    if (path.endsWith('/stable') || path.includes('/manifests/sha256:')) {
      return (_, response) => void response.end(other);
    }
    if (path !== `/v2/hearth/manifests/${sha256(other).replace(':', '-')}.hearth`) return null;
    const layers = [
      { mediaType: 'a', digest: sha256(JSON.stringify(manifestOf('0.3.0'))), size: 1 },
    ];
    return (_, response) => void response.end(JSON.stringify({ layers }));
  });
  await rejects(
    'release-refused',
    /holds something else than its signature names/,
    source.look(never),
  );
});

test('a registry that gives everybody a token gets it, and nobody else does', async (context) => {
  const asked: string[] = [];
  const elsewhere = await serving(context, ({ headers }, response) => {
    asked.push(`elsewhere ${headers.authorization}`);
    response.end(JSON.stringify(manifestOf('0.3.0')));
  });
  const { origin, source } = await fake(context, (path) => {
    if (path.startsWith('/token')) {
      asked.push(path);
      return (_, response) => void response.end('{"token":"t1"}');
    }
    return (request, response) => {
      if (request.headers.authorization !== 'Bearer t1') {
        const challenge = `Bearer realm="${origin}/token",service="r",scope="repository:hearth:pull"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
      } else if (path.includes('/blobs/')) {
        response.writeHead(307, { location: `${elsewhere}/blob` }).end();
      } else unchanged(path, response);
    };
  });
  const layers = [{ mediaType: 'a', digest: sha256(JSON.stringify(manifestOf('0.3.0'))), size: 1 }];
  const content = JSON.stringify({ layers: [{ ...layers[0], digest: someDigest }] });
  const unchanged = (path: string, response: ServerResponse): void =>
    void response.end(path.endsWith('.hearth') ? JSON.stringify({ layers }) : content);
  assert.equal((await source.look(never)).kind, 'offer');
  assert.deepEqual(asked, [
    '/token?service=r&scope=repository%3Ahearth%3Apull',
    'elsewhere undefined',
  ]);
});

test('what a registry wants put elsewhere goes there without its token', async (context) => {
  const asked: string[] = [];
  const elsewhere = await serving(context, ({ method, headers }, response) => {
    asked.push(`${method} ${headers.authorization}`);
    response.writeHead(201).end();
  });
  const origin: string = await serving(context, ({ method, url, headers }, response) => {
    if (url === '/token') response.end('{"access_token":"t1"}');
    else if (headers.authorization !== 'Bearer t1') {
      const challenge = `Bearer realm="${origin}/token"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    } else if (method === 'HEAD') response.writeHead(404).end();
    else if (method === 'POST') response.writeHead(202, { location: `${elsewhere}/put` }).end();
    else response.writeHead(201).end();
  });
  const file = join(await scratch(context), 'hearth.tgz');
  await writeFile(file, 'program');
  const manifest = { ...manifestOf('0.3.0'), digest: await fileDigest(file) };
  const reference = parseReference(`oci://${new URL(origin).host}/hearth:stable`);
  await pushRelease(releaseWeb(context), reference, file, manifest, never);
  assert.ok(asked.length > 0);
  assert.deepEqual([...new Set(asked)], ['PUT undefined']);
});

test('a token is not asked for where it would travel in the open', async (context) => {
  const { source } = await fake(context, () => (_, response) => {
    const challenge = 'Bearer realm="http://tokens.example/token"';
    response.writeHead(401, { 'www-authenticate': challenge }).end();
  });
  await rejects(
    'release-unavailable',
    /tokens of http:\/\/tokens.example are not/,
    source.look(never),
  );
});

test('a name of something in a registry is taken apart, and what is none is refused', () => {
  const target = someDigest;
  assert.deepEqual(parseReference('oci://r.example/a/b-c:1.0_x'), {
    host: 'r.example',
    name: 'a/b-c',
    target: '1.0_x',
  });
  assert.deepEqual(parseReference(`oci://[::1]:5000/a@${target}`), {
    host: '[::1]:5000',
    name: 'a',
    target,
  });
  const wrong = ['oci://r', 'oci://r/a', 'oci://r/A:1', 'oci://r/../a:1', 'oci://u@r/a:1', 'r/a:1'];
  for (const address of [
    ...wrong,
    'oci://r/a:1/b',
    'oci://r/a@sha256:12',
    `oci://r/a:${'x'.repeat(129)}`,
  ]) {
    assert.throws(() => parseReference(address), { code: 'invalid-parameter' }, address);
  }
});

/** An image without layers, put there as `docker push` does. */
async function pushImage(host: string, name: string, tag: string): Promise<string> {
  const config = '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}';
  const base = `http://${host}/v2/${name}`;
  const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
  const upload = new URL(begun.headers.get('location') ?? '', base);
  upload.searchParams.set('digest', sha256(config));
  await fetch(upload, { method: 'PUT', body: config });
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const configType = 'application/vnd.docker.container.image.v1+json';
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: configType, digest: sha256(config), size: config.length },
    layers: [],
  });
  const headers = { 'content-type': mediaType };
  const put = await fetch(`${base}/manifests/${tag}`, { method: 'PUT', headers, body: manifest });
  assert.equal(put.status, 201, await put.text());
  return sha256(manifest);
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
