/** Function URLs on three real nodes whose callers have to say who they are: everyone, signers, holders of tokens. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LambdaClient, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { sdkSigner } from '../lib/sigv4/sdk-signer.js';
import { Command, eventually, freePorts, healthy } from './cluster-harness.js';
import { deploy } from './functions.js';

interface Key {
  readonly id: string;
  readonly secret: string;
}

/** Tells the function's view of the request, with what an HTTP answer may have. */
const echo = `exports.handler = async (event) => ({
  statusCode: 201,
  headers: { 'x-own': 'yes', 'content-type': 'application/json' },
  cookies: ['a=1; HttpOnly', 'b=2'],
  body: JSON.stringify({ ...event, xray: process.env._X_AMZN_TRACE_ID }),
});`;
const ticker = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  const head = { statusCode: 203, headers: { 'content-type': 'text/event-stream' }, cookies: ['s=1'] };
  const http = awslambda.HttpResponseStream.from(stream, head);
  for (const word of ['one', 'two', 'three']) {
    http.write('data: ' + word + '\\n\\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (event.rawPath === '/broken') throw new Error('in the middle');
  http.end();
});`;

const page = 'https://shop.example';
const nodes: Command[] = [];
const issuer = createServer();
let port = 0;
let data = '';
let secretFile = '';
let admin: Key;
const url = (i: number): string => `http://127.0.0.1:${port + i}`;
const each = [1, 2, 3] as const;

before(async () => {
  port = await freePorts();
  data = await mkdtemp(join(tmpdir(), 'hearth-urls-e2e-'));
  secretFile = join(data, 'secret');
  await writeFile(secretFile, 'the secret of this cluster, as it stands in its file\n');
  for (const i of each) {
    const join1 = i === 1 ? [] : ['--join', `127.0.0.1:${port + 1001}`];
    const more = ['--secret-file', secretFile, '--auth', 'on', ...join1];
    nodes[i - 1] = Command.node(i, port, data, ...more);
    await healthy(url(i));
  }
  await eventually(
    () => hearth('nodes'),
    (text) => text.match(/ alive /g)?.length === 3,
  );
  admin = JSON.parse(await hearth('keys', 'new', '--json', '--allow', '*'));
  await deploy(sdk(), 'echo', echo);
  await deploy(sdk(), 'ticker', ticker);
});

after(async () => {
  issuer.close();
  await Promise.all(nodes.map((node) => node.stop()));
  await rm(data, { recursive: true });
});

function sdk(): LambdaClient {
  const credentials = { accessKeyId: admin.id, secretAccessKey: admin.secret };
  return new LambdaClient({ endpoint: url(2), region: 'us-east-1', credentials });
}

async function hearth(...args: string[]): Promise<string> {
  const by = ['--secret-file', secretFile, '--endpoint', url(1)];
  const command = Command.hearth([...args, ...by]);
  await command.ended();
  return command.stdout;
}

type Event = Record<string, never> & {
  readonly headers: Record<string, string>;
  readonly requestContext: Record<string, unknown>;
};

/** Asked of one node; the event that the function got, where it ran. */
async function call(i: number, path: string, init: RequestInit = {}) {
  const answer = await fetch(`${url(i)}${path}`, init);
  const text = await answer.text();
  const event = answer.status === 201 ? (JSON.parse(text) as Event) : undefined;
  return { answer, text, event };
}

test('a URL for everyone has what HTTP has, at every node, and is closed again', async () => {
  for (const i of each) assert.equal((await call(i, '/fn/echo/')).answer.status, 403);
  await hearth('url', 'create', 'echo', '--auth', 'none', '--cors', page, '--cors-max-age', '9');
  const traceparent = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';
  const xray = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
  for (const i of each) {
    const headers = { cookie: 'c=3', traceparent, origin: page, authorization: 'Bearer forged' };
    const init = { method: 'PUT', body: Buffer.from([0, 255]), headers };
    const { answer, event } = await call(i, '/fn/echo/a%20b?q=1&q=2', init);
    assert.deepEqual(answer.headers.getSetCookie(), ['a=1; HttpOnly', 'b=2']);
    assert.equal(answer.headers.get('x-own'), 'yes');
    assert.equal(answer.headers.get('access-control-allow-origin'), page);
    assert.ok(event !== undefined);
    assert.deepEqual(
      [event.rawPath, event.cookies, event.body, event.isBase64Encoded],
      ['/a%20b', ['c=3'], 'AP8=', true],
    );
    assert.deepEqual(event.queryStringParameters, { q: '1,2' });
    assert.ok(!('authorizer' in event.requestContext));
    assert.deepEqual([event.xray, event.headers['x-amzn-trace-id']], [xray, xray]);
    assert.equal(event.headers.traceparent, traceparent);
    const preflight = await call(i, '/fn/echo/', {
      method: 'OPTIONS',
      headers: { origin: page, 'access-control-request-method': 'GET' },
    });
    assert.equal(preflight.answer.headers.get('access-control-max-age'), '9');
  }
  await hearth('url', 'delete', 'echo');
  for (const i of each) assert.equal((await call(i, '/fn/echo/')).answer.status, 403);
});

test('a URL for signers takes keys that may, and the alias has one of its own', async () => {
  await sdk().send(new PublishVersionCommand({ FunctionName: 'echo' }));
  await hearth('alias', 'echo', 'live', '1');
  await hearth('url', 'create', 'echo:live', '--auth', 'iam');
  const allow = ['--allow', 'lambda:InvokeFunctionUrl'];
  const key = JSON.parse(await hearth('keys', 'new', '--json', ...allow, '--function', 'echo'));
  const other = JSON.parse(await hearth('keys', 'new', '--json', ...allow, '--function', 'x'));
  for (const i of each) {
    const signed = await call(i, '/fn/echo:live/a', await signedInit(i, key, '/fn/echo:live/a'));
    const { authorizer } = signed.event?.requestContext ?? {};
    assert.equal((authorizer as { iam: { accessKey: string } }).iam.accessKey, key.id, signed.text);
    assert.equal((await call(i, '/fn/echo:live/a')).answer.status, 403);
    const stranger = await signedInit(i, other, '/fn/echo:live/a');
    assert.equal((await call(i, '/fn/echo:live/a', stranger)).answer.status, 403);
    const elsewhere = await signedInit(i, key, '/fn/echo:live/b');
    assert.equal((await call(i, '/fn/echo:live/a', elsewhere)).answer.status, 403);
    assert.equal((await call(i, '/fn/echo/')).answer.status, 403, 'without one of its own');
  }
});

test('a URL for holders of tokens tells the function what was verified, and nothing else', async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }];
  const Issuer = await publishing(issuer, JSON.stringify({ keys }));
  await hearth(
    ...['url', 'create', 'echo', '--auth', 'jwt', '--issuer', Issuer, '--audience', 'shop'],
    ...['--jwks', `${Issuer}/keys`],
  );
  const sign = (claims: JWTPayload) =>
    new SignJWT({ iss: Issuer, aud: 'shop', scope: 'read write', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setExpirationTime('1h')
      .sign(privateKey);
  const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const token = await sign({ sub: 'ann', level: 3, groups: ['a', 'b'] });
  for (const i of each) {
    const { event } = await call(i, '/fn/echo/', withToken(token));
    assert.ok(event !== undefined);
    const { jwt } = event.requestContext.authorizer as {
      jwt: { claims: Record<string, string>; scopes: string[] };
    };
    const { sub, level, groups, iss } = jwt.claims;
    assert.deepEqual([sub, level, groups, iss], ['ann', '3', '[a b]', Issuer]);
    assert.deepEqual(jwt.scopes, ['read', 'write']);
    for (const wrong of [await sign({ aud: 'bank' }), `${token.slice(0, -4)}AAAA`, 'nonsense']) {
      const { answer } = await call(i, '/fn/echo/', withToken(wrong));
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
    }
    assert.equal((await call(i, '/fn/echo/')).answer.status, 401);
  }
});

test('a URL that streams sends what the function writes while it runs, and breaks off with it', async () => {
  await hearth('url', 'create', 'ticker', '--auth', 'none', '--stream');
  for (const i of each) {
    const answer = await fetch(`${url(i)}/fn/ticker/`);
    assert.deepEqual(
      [answer.status, answer.headers.get('content-type'), answer.headers.getSetCookie()],
      [203, 'text/event-stream', ['s=1']],
    );
    const times: number[] = [];
    let text = '';
    for await (const piece of answer.body ?? []) {
      times.push(performance.now());
      text += Buffer.from(piece);
    }
    assert.equal(text, 'data: one\n\ndata: two\n\ndata: three\n\n');
    assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) > 100, 'all came at once');
    const broken = await fetch(`${url(i)}/fn/ticker/broken`);
    assert.equal(broken.status, 203);
    await assert.rejects(broken.text());
  }
});

/** A server that answers this, at its address. */
async function publishing(server: Server, text: string): Promise<string> {
  server.on('request', (_request, response) => response.end(text));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Signed by AWS's own signer. */
async function signedInit(i: number, { id, secret }: Key, path: string): Promise<RequestInit> {
  const { hostname, host, port: hostPort } = new URL(url(i));
  const signed = await sdkSigner(id, secret).sign({
    method: 'GET',
    protocol: 'http:',
    hostname,
    port: Number(hostPort),
    path,
    query: {},
    headers: { host },
  });
  const { host: _, ...headers } = signed.headers;
  return { headers };
}
