import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { artifactFetcher } from '../../../src/rollout/index.js';
import { never, rejects, releaseWeb, scratch, serving } from './scratch.js';

const bytes = Buffer.alloc(300_000, 'hearth ');
const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function begin(context: TestContext, answer: (response: ServerResponse) => void) {
  const origin = await serving(context, (_, response) => answer(response));
  const directory = await scratch(context);
  const toFile = join(directory, 'artifact');
  const fetchArtifact = artifactFetcher(releaseWeb(context, { silenceMs: 500 }), {
    bytesMax: bytes.length,
  });
  const release = { version: '0.3.0', digest, artifact: `${origin}/hearth.tgz` };
  return { directory, toFile, fetchArtifact, release };
}

test('an artifact is written whole, for its owner alone', async (context) => {
  const { toFile, fetchArtifact, release, directory } = await begin(context, (response) =>
    response.end(bytes),
  );
  await writeFile(toFile, 'what an earlier try left');
  await fetchArtifact(release, toFile, never);
  assert.ok((await readFile(toFile)).equals(bytes));
  const copy = join(directory, 'copy');
  await fetchArtifact({ ...release, artifact: `file://${toFile}` }, copy, never);
  assert.ok((await readFile(copy)).equals(bytes));
  assert.equal((await stat(copy)).mode & 0o777, 0o600);
});

const misbehaves: Readonly<
  Record<
    string,
    readonly [(response: ServerResponse) => void, RegExp, 'release-refused' | 'release-unavailable']
  >
> = {
  'has another digest': [
    (response) => response.end(Buffer.from(bytes).fill('x', 7, 8)),
    /has the digest sha256:[0-9a-f]+, its manifest says/,
    'release-refused',
  ],
  'ends too early, and says so': [
    (response) => response.end(bytes.subarray(1)),
    /has the digest/,
    'release-refused',
  ],
  'breaks off': [
    (response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 100_000), () => response.destroy());
    },
    /cannot be had/,
    'release-unavailable',
  ],
  'falls silent': [
    (response) => response.writeHead(200).write(bytes.subarray(0, 100_000)),
    /cannot be had: Body Timeout/,
    'release-unavailable',
  ],
  'is larger than any': [
    (response) => response.end(Buffer.concat([bytes, Buffer.alloc(1)])),
    /has more than 300000 bytes/,
    'release-refused',
  ],
  'is not there': [
    (response) => response.writeHead(404).end('no'),
    /the answer was 404/,
    'release-unavailable',
  ],
};

for (const [what, [answer, text, code]] of Object.entries(misbehaves)) {
  test(`an artifact that ${what} leaves no file`, async (context) => {
    const { directory, toFile, fetchArtifact, release } = await begin(context, answer);
    await rejects(code, text, fetchArtifact(release, toFile, never));
    assert.deepEqual(await readdir(directory), []);
  });
}

test('a fetch that is given up leaves no file', async (context) => {
  const ended = new AbortController();
  const { directory, toFile, fetchArtifact, release } = await begin(context, (response) => {
    response.write(bytes.subarray(0, 1000), () => ended.abort());
  });
  await rejects(
    'release-unavailable',
    /cannot be had/,
    fetchArtifact(release, toFile, ended.signal),
  );
  assert.deepEqual(await readdir(directory), []);
});

test('a fetch that is given up while its file is still being opened waits for it, and leaves none', async (context) => {
  const { toFile, fetchArtifact, release, directory } = await begin(context, () => undefined);
  const source = join(directory, 'source');
  const reader = join(directory, 'reader');
  await writeFile(source, bytes);
  // to open a pipe for writing takes until somebody reads it
  execFileSync('mkfifo', [toFile]);
  await link(toFile, reader);
  const gone = AbortSignal.abort(new Error('called off'));
  let isOver = false;
  const fetched = assert
    .rejects(fetchArtifact({ ...release, artifact: `file://${source}` }, toFile, gone))
    .finally(() => {
      isOver = true;
    });
  for (let round = 0; round < 100; round++) await readdir(directory);
  const wasOver = isOver;
  await (await open(reader, constants.O_RDONLY | constants.O_NONBLOCK)).close();
  await fetched;
  assert.equal(wasOver, false);
  assert.deepEqual((await readdir(directory)).sort(), ['reader', 'source']);
});

test('a disk without room is told as that', async (context) => {
  const { toFile, fetchArtifact, release } = await begin(context, (response) =>
    response.end(bytes),
  );
  await symlink('/dev/full', toFile);
  await rejects('storage-full', /no room for release 0.3.0/, fetchArtifact(release, toFile, never));
});
