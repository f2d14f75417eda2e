import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSource, type ReleaseSource } from '../../../src/rollout/index.js';
import { manifestOf, never, rejects, releaseWeb, scratch, serving } from './scratch.js';

async function offered(source: ReleaseSource): Promise<string> {
  const looked = await source.look(never);
  return looked.kind === 'offer' ? looked.manifest.version : looked.kind;
}

const json = (version: string): string => JSON.stringify(manifestOf(version));

test('a directory offers its manifest once, and again when it is another', async (context) => {
  const directory = await scratch(context);
  const path = join(directory, 'manifest.json');
  const source = openSource(directory, { web: releaseWeb(context) });
  assert.deepEqual(await source.look(never), { kind: 'nothing' });
  await writeFile(path, json('0.3.0'));
  const looked = await source.look(never);
  assert(looked.kind === 'offer');
  assert.equal(looked.manifest.artifact, `file://${directory}/hearth.tgz`);
  assert.equal(await offered(source), 'unchanged');
  await writeFile(path, json('0.3.10'));
  assert.equal(await offered(source), '0.3.10');
  source.forget();
  assert.equal(await offered(source), '0.3.10');
});

test('a directory with something else in the place of a manifest is refused', async (context) => {
  const directory = await scratch(context);
  const path = join(directory, 'manifest.json');
  const source = openSource(`file://${directory}`, { web: releaseWeb(context) });
  await writeFile(path, '{');
  await rejects('release-refused', /is no manifest: it is not JSON/, source.look(never));
  await rejects('release-refused', /not JSON/, source.look(never));
  await writeFile(path, `"${'x'.repeat(64 * 1024)}"`);
  await rejects('release-refused', /is larger than 65536 bytes/, source.look(never));
});

interface Asked {
  readonly path: string;
  readonly etag: string | undefined;
  readonly since: string | undefined;
}

/** A server of manifests: `answer` is what it does, `asked` what it was asked for. */
async function manifests(context: TestContext) {
  const asked: Asked[] = [];
  const state = {
    answer: (_request: IncomingMessage, response: ServerResponse): void => void response.end(),
  };
  const origin = await serving(context, (request, response) => {
    const { 'if-none-match': etag, 'if-modified-since': since } = request.headers;
    asked.push({ path: request.url ?? '', etag, since });
    state.answer(request, response);
  });
  const source = openSource(`${origin}/a/manifest.json`, { web: releaseWeb(context) });
  return { asked, state, origin, source };
}

for (const [header, condition, value] of [
  ['etag', 'if-none-match', '"one"'],
  ['last-modified', 'if-modified-since', 'Wed, 21 Oct 2026 07:28:00 GMT'],
] as const) {
  test(`over HTTP an unchanged manifest is not sent again, by ${header}`, async (context) => {
    const { asked, state, source } = await manifests(context);
    state.answer = (request, response) => {
      if (request.headers[condition] === value) response.writeHead(304).end();
      else response.setHeader(header, value).end(json('0.3.0'));
    };
    assert.equal(await offered(source), '0.3.0');
    assert.equal(await offered(source), 'unchanged');
    const [first, second] = asked;
    assert.deepEqual([first?.etag, first?.since], [undefined, undefined]);
    assert.deepEqual([second?.etag ?? second?.since], [value]);
    source.forget();
    assert.equal(await offered(source), '0.3.0');
  });
}

test('a server that knows no conditions offers the same manifest once', async (context) => {
  const { state, source, origin } = await manifests(context);
  state.answer = (_, response) => void response.end(json('0.3.0'));
  const looked = await source.look(never);
  assert(looked.kind === 'offer');
  assert.equal(looked.manifest.artifact, `${origin}/a/hearth.tgz`);
  assert.equal(await offered(source), 'unchanged');
  state.answer = (_, response) => void response.end(json('0.3.1'));
  assert.equal(await offered(source), '0.3.1');
});

test('redirects are followed, and what a manifest names is relative to the last of them', async (context) => {
  const { state, source, origin, asked } = await manifests(context);
  state.answer = ({ url }, response) => {
    if (url === '/b/manifest.json') response.end(json('0.3.0'));
    else response.writeHead(302, { location: '/b/manifest.json' }).end('moved');
  };
  const looked = await source.look(never);
  assert(looked.kind === 'offer');
  assert.equal(looked.manifest.artifact, `${origin}/b/hearth.tgz`);
  state.answer = ({ url }, response) =>
    void response.writeHead(302, { location: `${url}x` }).end('on and on');
  await rejects('release-unavailable', /more than 5 redirects/, source.look(never));
  assert.equal(asked.length, 2 + 6);
  state.answer = (_, response) => void response.writeHead(302, { location: 'file:///etc' }).end();
  await rejects('release-unavailable', /a redirect to file: is not followed/, source.look(never));
});

test('a server that misbehaves is told in one sentence, and looked at again as before', async (context) => {
  const { state, source } = await manifests(context);
  const misbehaves: readonly [
    typeof state.answer,
    RegExp,
    'release-refused' | 'release-unavailable',
  ][] = [
    [
      (_, response) => void response.writeHead(500).end('oh'),
      /the answer was 500/,
      'release-unavailable',
    ],
    [
      (_, response) => void response.writeHead(304).end(),
      /the answer was 304/,
      'release-unavailable',
    ],
    [
      (_, response) => void response.end('<html>'),
      /is no manifest: it is not JSON/,
      'release-refused',
    ],
    [(request) => void request.socket.destroy(), /cannot be had/, 'release-unavailable'],
    [() => {}, /no answer within 0.6 s/, 'release-unavailable'],
    [(_, response) => endless(response), /more than 65536 bytes/, 'release-refused'],
    [(_, response) => void response.write('{'), /no answer within 0.6 s/, 'release-unavailable'],
  ];
  for (const [answer, text, code] of misbehaves) {
    state.answer = answer;
    await rejects(code, text, source.look(never));
  }
  state.answer = (_, response) => void response.end(json('0.3.0'));
  assert.equal(await offered(source), '0.3.0');
});

test('a look ends when it is told to', async (context) => {
  const { state, source } = await manifests(context);
  const ended = new AbortController();
  state.answer = () => ended.abort(new Error('this node stops'));
  await rejects('release-unavailable', /this node stops/, source.look(ended.signal));
});

function endless(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(16 * 1024))) {
      // as much as it takes
    }
  };
  response.on('drain', more).on('error', () => {});
  more();
}
