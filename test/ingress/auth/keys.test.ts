/** Access keys: made, changed and deleted by who may, and kept with their secrets sealed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccessKeys } from '../../../src/ingress/auth/access-keys.js';
import { operatorKey } from '../../../src/types/index.js';
import { functions, guardedHarness, makeHarness } from '../harness.js';
import { nameOf, newKey, operator, signedCall } from './signing.js';

const keys = '/_hearth/keys';

test('a new key is told with its secret once, and never again', async () => {
  const harness = guardedHarness();
  const body = { actions: ['lambda:*'], functions: ['a-*'], description: 'the shop' };
  const made = await signedCall(harness, operator, 'POST', keys, { body });
  const { id, secret, ...rest } = made.json();
  assert.equal(made.status, 201);
  assert.match(id, /^AKIA[A-Z2-7]{16}$/);
  assert.match(secret, /^[A-Za-z0-9+/]{40}$/);
  const expected = {
    description: 'the shop',
    enabled: true,
    actions: ['lambda:*'],
    functions: ['a-*'],
    rateLimit: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    lastUsedHere: null,
  };
  assert.deepEqual(rest, expected);
  const listed = await signedCall(harness, operator, 'GET', keys);
  assert.deepEqual(listed.json(), { keys: [{ id, ...expected }] });
  assert.ok(!listed.text.includes(secret));
  const stored = JSON.stringify(harness.catalog.settings(''));
  assert.ok(stored.includes(id) && !stored.includes(secret));
});

test('a key is worth nothing while it is disabled, and once it is deleted', async () => {
  const harness = guardedHarness();
  const key = await newKey(harness, { actions: ['lambda:ListFunctions'] });
  const ask = () => signedCall(harness, key, 'GET', functions).then(nameOf);
  const change = (body: unknown) =>
    signedCall(harness, operator, 'PUT', `${keys}/${key.id}`, { body });
  assert.equal(await ask(), 200);
  assert.equal((await change({ enabled: false })).json().enabled, false);
  assert.equal(await ask(), 'UnrecognizedClientException');
  await change({ enabled: true });
  assert.equal(await ask(), 200);
  const listed = await signedCall(harness, operator, 'GET', keys);
  assert.equal(listed.json().keys[0].lastUsedHere, '2026-01-01T00:00:00.000Z');
  await change({ actions: ['hearth:ReadCluster'] });
  assert.equal(await ask(), 'AccessDeniedException');
  const gone = await signedCall(harness, operator, 'DELETE', `${keys}/${key.id}`);
  assert.equal(gone.status, 204);
  assert.equal(await ask(), 'UnrecognizedClientException');
  for (const method of ['PUT', 'DELETE']) {
    const body = method === 'PUT' ? { body: {} } : {};
    const answer = await signedCall(harness, operator, method, `${keys}/${key.id}`, body);
    assert.deepEqual([answer.status, nameOf(answer)], [404, 'ResourceNotFoundException']);
  }
});

test('nobody makes a key that allows more than his own', async () => {
  const harness = guardedHarness();
  const admin = await newKey(harness, {
    actions: ['hearth:*Key*', 'lambda:Get*'],
    functions: ['*'],
  });
  const make = (input: Record<string, unknown>) =>
    signedCall(harness, admin, 'POST', keys, { body: input }).then(nameOf);
  assert.equal(await make({ actions: ['lambda:GetFunction'], functions: ['a'] }), 201);
  assert.equal(await make({ actions: ['lambda:Get*', 'hearth:CreateKey'] }), 201);
  for (const actions of [['lambda:*'], ['*'], ['lambda:GetFunction', 'lambda:DeleteFunction']]) {
    assert.equal(await make({ actions }), 'AccessDeniedException', actions.join());
  }
  const small = await newKey(harness, { actions: ['lambda:Get*'] });
  const grown = await signedCall(harness, admin, 'PUT', `${keys}/${small.id}`, {
    body: { actions: ['*'] },
  });
  assert.equal(nameOf(grown), 'AccessDeniedException');
});

test('what a key is to be has to make sense', async () => {
  const harness = guardedHarness();
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [{}, /actions is wrong: it must say what the key allows/],
    [{ actions: [] }, /actions is wrong: there must be from 1/],
    [{ actions: ['s3:Get'] }, /'s3:Get' is none; write lambda:Invoke\*/],
    [{ actions: ['*'], functions: ['a b'] }, /functions is wrong: 'a b' is none/],
    [{ actions: ['*'], rateLimit: { perS: 0 } }, /rateLimit\.perS is wrong/],
    [{ actions: ['*'], rateLimit: { perS: 1, burst: 0 } }, /rateLimit\.burst is wrong/],
    [{ actions: ['*'], description: 'd'.repeat(257) }, /description is wrong/],
    [{ actions: 'lambda:*' }, /actions/],
    [{ actions: ['*'], secret: 'mine' }, /secret/],
    ['nonsense', /Could not parse request body/],
  ];
  for (const [body, message] of cases) {
    const answer = await signedCall(harness, operator, 'POST', keys, { body });
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.text, message);
  }
});

test('a key that another node has just made is found, and none is guessed without a majority', async () => {
  const harness = guardedHarness();
  const key = await newKey(harness, { actions: ['*'] });
  const { catalog } = harness;
  const setting = catalog.setting.bind(catalog);
  let isBehind = true;
  catalog.setting = (name) => (isBehind ? undefined : setting(name));
  const ask = () => signedCall(harness, key, 'GET', functions).then(nameOf);
  catalog.hasMajority = false;
  assert.equal(await ask(), 'ServiceUnavailableException');
  catalog.hasMajority = true;
  assert.equal(await ask(), 'UnrecognizedClientException');
  catalog.catchUp = async () => {
    isBehind = false;
    return true;
  };
  assert.equal(await ask(), 200);
});

test('without authentication keys can be made all the same', async () => {
  const open = makeHarness();
  const made = await open.call('POST', keys, { body: { actions: ['*'] } });
  assert.equal(made.status, 201);
});

test('the operator signs with any secret that the cluster takes, and with none that was removed', () => {
  const { deps } = makeHarness();
  const [older, newer] = [Buffer.from('the older secret'), Buffer.from('the newer secret')];
  let secrets: readonly Uint8Array[] = [older, newer];
  const keys = new AccessKeys({ ...deps, secrets: () => secrets });
  const ids = [older, newer].map((secret) => operatorKey(secret).id);
  const held = () => ids.map((id) => keys.find(id) !== undefined);
  assert.deepEqual(held(), [true, true]);
  assert.equal(keys.find(ids[1] ?? '')?.secret, operatorKey(newer).secret);
  secrets = [newer];
  assert.deepEqual(held(), [false, true]);
  secrets = [];
  assert.deepEqual(held(), [false, false]);
});
