/** Three real nodes whose callers have to say who they are, and AWS's own SDK as the caller. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { signatureTime, signedHeaders } from '../../src/lib/index.js';
import { sdkSigner } from '../lib/sigv4/sdk-signer.js';
import { Command, eventually, freePorts, healthy, missing } from './cluster-harness.js';
import { deploy } from './functions.js';

interface Key {
  readonly id: string;
  readonly secret: string;
}

const clusterSecret = 'the secret of this cluster, as it stands in its file';
let port = 0;
let data = '';
let secretFile = '';
let admin: Key;
const nodes: Command[] = [];
const url = (i: number): string => `http://127.0.0.1:${port + i}`;

before(async () => {
  port = await freePorts();
  data = await mkdtemp(join(tmpdir(), 'hearth-auth-e2e-'));
  secretFile = join(data, 'secret');
  await writeFile(secretFile, `${clusterSecret}\n`);
  await writeFile(join(data, 'config.json'), '{"drainNoticeMs":0}');
  for (const i of [1, 2, 3]) await start(i);
  await eventually(
    () => hearth(['nodes']),
    ({ stdout }) => stdout.match(/ alive /g)?.length === 3,
  );
  admin = await newKey('--allow', '*');
});

after(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await rm(data, { recursive: true });
});

async function start(i: number): Promise<void> {
  const join1 = i === 1 ? [] : ['--join', `127.0.0.1:${port + 1001}`];
  const more = [
    '--config',
    join(data, 'config.json'),
    '--secret-file',
    secretFile,
    '--auth',
    'on',
    ...join1,
  ];
  nodes[i - 1] = Command.node(i, port, data, ...more);
  await healthy(url(i));
}

/** With the cluster's secret, unless the environment has a key. */
async function hearth(args: readonly string[], key?: Key) {
  const env = key && { HEARTH_ACCESS_KEY_ID: key.id, HEARTH_SECRET_ACCESS_KEY: key.secret };
  const by = key === undefined ? ['--secret-file', secretFile] : [];
  const command = Command.hearth([...args, ...by, '--endpoint', url(1)], env);
  const { code } = await command.ended();
  return { code, stdout: command.stdout, stderr: command.stderr };
}

async function newKey(...args: string[]): Promise<Key> {
  const { stdout, stderr } = await hearth(['keys', 'new', '--json', ...args]);
  assert.match(stdout, /^\{/, stderr);
  return JSON.parse(stdout) as Key;
}

function client(i: number, { id, secret }: Key, more = {}): LambdaClient {
  const credentials = { accessKeyId: id, secretAccessKey: secret };
  return new LambdaClient({
    endpoint: url(i),
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    ...more,
  });
}

/** The name of the error that a call of the SDK fails with. */
async function failure(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: Error) => error.name,
  );
}

const invoke = (i: number, key: Key, name: string, more = {}) =>
  client(i, key, more).send(new InvokeCommand({ FunctionName: name, Payload: '{"a":"ü"}' }));

test('the SDK signs, and each node takes it for what the key allows', async () => {
  await deploy(client(1, admin), 'shop-cart', 'exports.handler = async (event) => event;');
  const shop = await newKey(
    '--allow',
    'lambda:Invoke*',
    'lambda:GetFunction',
    '--function',
    'shop-*',
  );
  for (const i of [1, 2, 3]) {
    const { Payload } = await invoke(i, shop, 'shop-cart');
    assert.equal(Payload?.transformToString(), '{"a":"ü"}');
    assert.equal(await failure(invoke(i, shop, 'bank')), 'AccessDeniedException');
    assert.equal(
      await failure(client(i, shop).send(new ListFunctionsCommand({}))),
      'AccessDeniedException',
    );
  }
  const qualified = 'arn:aws:lambda:us-east-1:123456789012:function:shop-cart:$LATEST';
  assert.equal((await invoke(2, shop, qualified)).StatusCode, 200);
  const got = await client(3, shop).send(new GetFunctionCommand({ FunctionName: 'shop-cart' }));
  const code = await fetch(got.Code?.Location ?? '');
  assert.equal(
    Buffer.from(await code.arrayBuffer())
      .subarray(0, 2)
      .toString(),
    'PK',
  );
});

test('a wrong secret, an unknown key and no key at all are refused in the words of AWS', async () => {
  const wrong = { ...admin, secret: 'wrong' };
  const unknown = { id: 'AKIAAAAAAAAAAAAAAAAA', secret: 'any' };
  assert.equal(await failure(invoke(1, wrong, 'shop-cart')), 'InvalidSignatureException');
  assert.equal(await failure(invoke(2, unknown, 'shop-cart')), 'UnrecognizedClientException');
  const bare = await fetch(`${url(3)}/2015-03-31/functions`);
  assert.deepEqual(
    [bare.status, bare.headers.get('x-amzn-errortype')],
    [403, 'MissingAuthenticationTokenException'],
  );
  assert.equal((await fetch(`${url(3)}/_hearth/health`)).status, 200);
  assert.equal((await fetch(`${url(3)}/_hearth/metrics`)).status, 403);
  const region = client(1, admin, { region: 'eu-west-1' }).send(new ListFunctionsCommand({}));
  await assert.rejects(region, /Credential should be scoped to a valid region/);
});

test('a clock that is wrong is told so; the SDK sets its own right by the answer', async () => {
  const atMs = Date.now() - 10 * 60_000;
  const target = new URL(`${url(1)}/2015-03-31/functions`);
  const scope = { time: signatureTime(atMs), region: 'us-east-1', service: 'lambda' };
  const headers = signedHeaders(
    { method: 'GET', url: target, headers: {}, body: '' },
    admin,
    scope,
  );
  const answer = await fetch(target, { headers });
  const { message } = (await answer.json()) as { message: string };
  assert.equal(answer.status, 403);
  assert.match(message, /^Signature expired: \d{8}T\d{6}Z is now earlier than .* - 5 min\.\)$/);
  const skewed = { systemClockOffset: -10 * 60_000, maxAttempts: 2 };
  assert.equal((await invoke(1, admin, 'shop-cart', skewed)).StatusCode, 200);
});

test('a URL that the SDK has signed ahead is good for its path alone', async () => {
  const head = { protocol: 'http:', hostname: '127.0.0.1', port: port + 2, method: 'GET' };
  const { query = {} } = await sdkSigner(admin.id, admin.secret).presign(
    {
      ...head,
      path: '/2015-03-31/functions/shop-cart',
      headers: { host: `127.0.0.1:${port + 2}` },
    },
    { expiresIn: 60 },
  );
  const signed = new URLSearchParams(query as Record<string, string>);
  const status = async (name: string): Promise<number> =>
    (await fetch(`${url(2)}/2015-03-31/functions/${name}?${signed}`)).status;
  assert.deepEqual([await status('shop-cart'), await status('bank')], [200, 403]);
});

test('a key that is disabled or deleted is worth nothing on any node', async () => {
  const key = await newKey('--allow', 'lambda:InvokeFunction');
  const isKnown = (i: number) => failure(invoke(i, key, 'shop-cart'));
  for (const i of [1, 2, 3]) assert.equal(await isKnown(i), 'no error');
  await hearth(['keys', 'disable', key.id], admin);
  const refused = (name: string): boolean => name === 'UnrecognizedClientException';
  for (const i of [1, 2, 3]) await eventually(() => isKnown(i), refused);
  await hearth(['keys', 'enable', key.id], admin);
  for (const i of [1, 2, 3])
    await eventually(
      () => isKnown(i),
      (name) => name === 'no error',
    );
  await hearth(['keys', 'delete', key.id], admin);
  for (const i of [1, 2, 3]) await eventually(() => isKnown(i), refused);
});

test('the AWS command line signs without telling the hash of the body, and is taken', {
  skip: missing('aws'),
}, async () => {
  const aws = async (key: Key) => {
    const out = join(data, 'answer');
    const asked = ['lambda', 'invoke', '--function-name', 'shop-cart', '--payload', '{"ü":1}', out];
    const command = new Command(
      spawn('aws', ['--endpoint-url', url(2), '--region', 'us-east-1', ...asked], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: key.id,
          AWS_SECRET_ACCESS_KEY: key.secret,
          // the second version takes payloads in base64 unless it is told otherwise
          AWS_CLI_BINARY_FORMAT: 'raw-in-base64-out',
          AWS_EC2_METADATA_DISABLED: 'true',
          LC_ALL: 'C.UTF-8',
        },
      }),
    );
    const { code } = await command.ended();
    return { code, said: command.stdout + command.stderr, out };
  };
  const { code, said, out } = await aws(admin);
  assert.equal(code, 0, said);
  assert.equal(await readFile(out, 'utf8'), '{"ü":1}');
  const wrong = await aws({ ...admin, secret: 'wrong' });
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.said, /InvalidSignatureException/);
});

test('a key that asks too often is told to wait', async () => {
  const key = await newKey('--allow', 'lambda:InvokeFunction', '--rate', '0.1', '--burst', '2');
  const names = [];
  for (let request = 0; request < 3; request++)
    names.push(await failure(invoke(1, key, 'shop-cart')));
  assert.deepEqual(names, ['no error', 'no error', 'TooManyRequestsException']);
});

test('who changed what, and who tried, is told by any node for all of them', async () => {
  const limited = await newKey('--allow', 'lambda:GetFunction');
  const stranger = client(3, limited).send(
    new DeleteFunctionCommand({ FunctionName: 'shop-cart' }),
  );
  assert.equal(await failure(stranger), 'AccessDeniedException');
  const { stdout } = await hearth(['audit', '--on', 'shop-cart', '--json'], admin);
  const { lines, missing } = JSON.parse(stdout);
  assert.deepEqual(missing, []);
  const [last, ...before] = lines as { caller: string; action: string; error?: string }[];
  const denied = [limited.id, 'lambda:DeleteFunction', 'AccessDeniedException'];
  assert.deepEqual([last?.caller, last?.action, last?.error], denied);
  const created = before.find(({ action }) => action === 'lambda:CreateFunction');
  assert.equal(created?.caller, admin.id);
});

test('keys survive a restart of all nodes, and no secret stands anywhere in plain text', async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  const said = nodes.map(({ stdout, stderr }) => stdout + stderr).join('');
  await Promise.all([1, 2, 3].map(start));
  await eventually(
    () => failure(invoke(2, admin, 'shop-cart')),
    (name) => name === 'no error',
  );
  assert.ok(!said.includes(admin.secret) && !said.includes(clusterSecret));
  for (const secret of [admin.secret, Buffer.from(admin.secret).toString('base64').slice(0, 50)]) {
    const found = execFileSync('sh', ['-c', `grep -rlaF -- "$0" "$1" || true`, secret, data]);
    assert.equal(found.toString(), '', secret);
  }
  assert.ok((await readFile(secretFile, 'utf8')).includes(clusterSecret));
});
