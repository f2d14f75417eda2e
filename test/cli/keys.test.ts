/** `hearth keys`, and the signatures of every command, beside a node that asks who they are. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { clusterSecret, guardedHarness, options } from '../ingress/harness.js';
import { run } from './run.js';

async function guardedNode(context: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-keys-'));
  const secretFile = join(directory, 'cluster.secret');
  await writeFile(secretFile, `${clusterSecret}\n`);
  const { deps, catalog } = guardedHarness();
  const settings = { ...options, authenticate: true };
  const server = new IngressServer({ ...deps, clock: systemClock }, settings);
  const { port } = await server.start();
  context.after(async () => {
    await server.stop(0);
    await rm(directory, { recursive: true });
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const hearth = (argv: string[], env: Record<string, string> = {}) =>
    run(argv, { env: { HEARTH_ENDPOINT: endpoint, ...env } });
  return { hearth, secretFile, catalog };
}

test('keys are made with the cluster secret, and commands sign with them from then on', async (context) => {
  const { hearth, secretFile } = await guardedNode(context);
  const bare = await hearth(['functions']);
  assert.equal(bare.code, 1);
  assert.match(bare.stderr, /asks who you are; set HEARTH_ACCESS_KEY_ID .* --secret-file FILE/);
  const made = await hearth(['keys', 'new', '--allow', '*', '--secret-file', secretFile]);
  assert.equal(made.code, 0, made.stderr);
  const [, id = '', secret = ''] =
    /^AWS_ACCESS_KEY_ID=(AKIA\w{16})\nAWS_SECRET_ACCESS_KEY=(\S{40})\n$/.exec(made.stdout) ?? [];
  assert.match(made.stderr, /shown only now/);
  const hearthKey = { HEARTH_ACCESS_KEY_ID: id, HEARTH_SECRET_ACCESS_KEY: secret };
  const awsKey = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
  for (const env of [hearthKey, awsKey, { ...awsKey, ...hearthKey }]) {
    assert.equal((await hearth(['functions', '--json'], env)).stdout, '[]\n');
  }
  const wrong = await hearth(['functions'], {
    ...awsKey,
    ...hearthKey,
    HEARTH_SECRET_ACCESS_KEY: 'x',
  });
  assert.match(wrong.stderr, /The request signature we calculated does not match/);
  const half = await hearth(['functions'], { HEARTH_ACCESS_KEY_ID: id });
  assert.deepEqual(
    [half.code, half.stderr],
    [2, 'hearth: HEARTH_SECRET_ACCESS_KEY is not set: an access key is an id and a secret.\n'],
  );
  const logs = await hearth(['logs', 'none'], hearthKey);
  assert.match(logs.stderr, /no logs of none/);
});

test('keys are listed without their secrets, changed, disabled, enabled and deleted', async (context) => {
  const { hearth, secretFile } = await guardedNode(context);
  const as = (...argv: string[]) => hearth(['keys', ...argv, '--secret-file', secretFile]);
  const empty = await as('list');
  assert.match(empty.stderr, /no keys yet/);
  const made = await as(
    'new',
    '--allow',
    'lambda:Get*',
    'lambda:Invoke*',
    '--function',
    'shop-*',
    '--rate',
    '2.5',
    '--burst',
    '9',
    '--description',
    'the shop',
    '--json',
  );
  const { id, secret, ...rest } = JSON.parse(made.stdout);
  assert.deepEqual(rest.rateLimit, { perS: 2.5, burst: 9 });
  const listed = await as('list');
  assert.match(
    listed.stdout,
    new RegExp(`${id} +enabled +lambda:Get\\* lambda:Invoke\\* +shop-\\* +2.5/s`),
  );
  assert.ok(!listed.stdout.includes(secret));
  assert.equal((await as('disable', id)).stdout, `disabled ${id}\n`);
  assert.equal(
    (await as('change', id, '--rate', 'none', '--allow', 'lambda:*')).stdout,
    `changed ${id}\n`,
  );
  const [changed] = JSON.parse((await as('list', '--json')).stdout);
  assert.deepEqual(
    [changed.enabled, changed.rateLimit, changed.actions, changed.functions],
    [false, null, ['lambda:*'], ['shop-*']],
  );
  assert.equal((await as('enable', id)).stdout, `enabled ${id}\n`);
  assert.equal((await as('delete', id, '--json')).stdout, `{"id":"${id}","action":"deleted"}\n`);
  const gone = await as('delete', id);
  assert.match(gone.stderr, new RegExp(`There is no access key ${id}`));
  for (const argv of [
    ['new'],
    ['new', '--allow', '*', '--burst', '3'],
    ['change', id, '--rate', '0'],
  ]) {
    assert.equal((await as(...argv)).code, 2, argv.join(' '));
  }
});

test('audit tells who changed what, and what was refused', async (context) => {
  const { hearth, secretFile } = await guardedNode(context);
  const as = (...argv: string[]) => hearth([...argv, '--secret-file', secretFile]);
  assert.match((await as('audit')).stderr, /nothing was changed/);
  const made = await as('keys', 'new', '--allow', 'lambda:GetFunction', '--json');
  const { id, secret } = JSON.parse(made.stdout);
  const key = { HEARTH_ACCESS_KEY_ID: id, HEARTH_SECRET_ACCESS_KEY: secret };
  assert.equal((await hearth(['delete', 'shop'], key)).code, 1);
  const { stdout } = await as('audit');
  const [head = '', denied = '', created = ''] = stdout.split('\n');
  assert.match(head, /^TIME +WHO +ACTION +ON +RESULT +FROM +NODE/);
  assert.match(denied, new RegExp(`Z +${id} +lambda:DeleteFunction +shop +403 AccessDenied`));
  assert.match(created, /Z +HEARTH[0-9A-F]{8} +hearth:CreateKey +\* +done +\S*127\.0\.0\.1/);
  const found = JSON.parse((await as('audit', '--caller', id, '--json')).stdout);
  assert.equal(found.lines.length, 1);
  assert.equal((await as('audit', '--limit', '0')).code, 2);
});
