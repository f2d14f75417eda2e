/** What the node keeps of who changed what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOf, newKey, operator, signedCall } from '../auth/signing.js';
import { createBody, functions, guardedHarness, type Harness, makeHarness } from '../harness.js';

const told = ({ audit }: Harness) =>
  audit
    .map((line) => JSON.parse(line))
    .map(({ caller, action, on, status, error }) => [caller, action, on.join(), status, error]);

test('a change is told with who made it, whether it was done or has failed', async () => {
  const harness = guardedHarness();
  const key = await newKey(harness, { actions: ['lambda:*'], functions: ['f'] });
  const ask = (method: string, target: string, body: unknown = {}) =>
    signedCall(harness, key, method, target, { body, headers: { 'x-forwarded-for': '192.0.2.9' } });
  await ask('POST', functions, createBody('f'));
  await ask('POST', functions, createBody('f'));
  await ask('DELETE', `${functions}/f:9`);
  await ask('DELETE', `${functions}/g`);
  await ask('POST', `${functions}/f/invocations`);
  await signedCall(harness, key, 'GET', `${functions}/f`);
  await signedCall(harness, key, 'GET', functions);
  assert.deepEqual(told(harness), [
    [operator.id, 'hearth:CreateKey', '*', 201, undefined],
    [key.id, 'lambda:CreateFunction', 'f', 201, undefined],
    [key.id, 'lambda:CreateFunction', 'f', 409, 'ResourceConflictException'],
    [key.id, 'lambda:DeleteFunction', 'f', 204, undefined],
    [key.id, 'lambda:DeleteFunction', 'g', 403, 'AccessDeniedException'],
    [key.id, 'lambda:ListFunctions', '*', 403, 'AccessDeniedException'],
  ]);
  const { at, requestId, address, forwardedFor, path } = JSON.parse(harness.audit[1] ?? '');
  assert.equal(at, '2026-01-01T00:00:00.000Z');
  assert.match(requestId, /^[0-9a-f-]{36}$/);
  assert.deepEqual([address, forwardedFor, path], ['::ffff:192.0.2.7', '192.0.2.9', functions]);
  assert.ok(!harness.audit.join().includes(key.secret));
});

test('who cannot prove who he is leaves no line in a name that is not his', async () => {
  const harness = guardedHarness();
  const key = await newKey(harness, { actions: ['lambda:GetFunction'] });
  const forged = { id: key.id, secret: 'guessed' };
  const before = harness.audit.length;
  for (const hideHash of [false, true]) {
    const answer = await signedCall(harness, forged, 'DELETE', `${functions}/f`, { hideHash });
    assert.equal(answer.status, 403);
  }
  await harness.call('DELETE', `${functions}/f`);
  assert.equal(harness.audit.length, before);
});

test('who is denied again and again fills the audit with a line a second at most', async () => {
  const harness = guardedHarness();
  const key = await newKey(harness, { actions: ['lambda:GetFunction'] });
  const before = harness.audit.length;
  const ask = () => signedCall(harness, key, 'GET', functions);
  for (let request = 0; request < 50; request++) assert.equal((await ask()).status, 403);
  assert.equal(harness.audit.length - before, 30);
  harness.clock.advance(1000);
  await ask();
  await ask();
  assert.equal(harness.audit.length - before, 31);
});

test('without authentication changes are told of as well', async () => {
  const harness = makeHarness();
  await harness.call('POST', functions, { body: createBody('f') });
  assert.deepEqual(told(harness), [['open', 'lambda:CreateFunction', 'f', 201, undefined]]);
});

test('the lines of the audit are found by time, caller and function, the last first', async () => {
  const harness = makeHarness();
  for (const name of ['a', 'b', 'c']) {
    await harness.call('POST', functions, { body: createBody(name) });
    harness.clock.advance(1000);
  }
  harness.audit.push('{"cut by the death of the no');
  const find = async (query: string): Promise<string> => {
    const answer = await harness.call('GET', `/_hearth/audit?${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer
      .json()
      .lines.map(({ on }: { on: string[] }) => on.join())
      .join(' ');
  };
  assert.equal(await find(''), 'c b a');
  assert.equal(await find('limit=2'), 'c b');
  assert.equal(await find('since=2s'), 'c b');
  assert.equal(await find('until=2026-01-01T00:00:01Z'), 'a');
  assert.equal(await find('on=b'), 'b');
  assert.equal(await find('caller=AKIA'), '');
  assert.equal(
    nameOf(await harness.call('GET', '/_hearth/audit?limit=0')),
    'InvalidParameterValueException',
  );
});
