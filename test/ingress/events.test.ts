import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestId } from '../../src/types/index.js';
import { endedEvent, id, outcome } from '../events/destinations/ended-event.js';
import { newKey, signedCall } from './auth/signing.js';
import { guardedHarness, makeHarness } from './harness.js';

const events = '/_hearth/events';
const streams = '/_hearth/streams';
const secret = '/_hearth/webhook-secret';
const other = requestId('0c0f6d0e-2f3b-4a53-8c29-3f5b8f4a7d22');

test('an asynchronous invocation is told with its state, its payload and its answer', async () => {
  const { call, events: fake } = makeHarness();
  const target = 'https://example.com/hook';
  fake.events.push(
    endedEvent({
      status: 'dead',
      attempts: 3,
      outcome: outcome({
        condition: 'RetriesExhausted',
        functionError: 'Unhandled',
        answer: Buffer.from('{"errorMessage":"no"}'),
      }),
      deliveries: [{ kind: 'on-failure', target, state: 'failed', error: 'it is gone' }],
    }),
  );
  const answer = await call('GET', `${events}/${id}`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['x-hearth-read'], 'confirmed');
  assert.ok(answer.text.includes('"payload":{"n": 1.0}'), 'to the letter');
  const { owner: _, ...told } = answer.json();
  assert.deepEqual(told, {
    requestId: id,
    functionName: 'work',
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:work:$LATEST',
    status: 'dead',
    condition: 'RetriesExhausted',
    attempts: 3,
    round: 0,
    acceptedAt: '2026-01-01T00:00:00.000Z',
    retryAt: null,
    endedAt: '2026-01-01T00:00:01.000Z',
    idempotencyKey: null,
    payloadBytes: 10,
    response: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: 'Unhandled',
      bytes: 21,
    },
    deliveries: [{ kind: 'on-failure', target, state: 'failed', error: 'it is gone' }],
    payload: { n: 1 },
    answer: { errorMessage: 'no' },
  });
});

test('one that waits has no end and no condition yet, and one whose payload is gone says so', async () => {
  const { call, events: fake } = makeHarness();
  const waiting = { status: 'waiting', endedAtMs: 0, retryAtMs: Date.UTC(2026, 1, 1) } as const;
  fake.events.push(endedEvent({ ...waiting, payload: new Uint8Array(), payloadBytes: 10 }));
  const told = (await call('GET', `${events}/${id}`)).json();
  assert.equal(told.condition, null);
  assert.equal(told.endedAt, null);
  assert.equal(told.retryAt, '2026-02-01T00:00:00.000Z');
  assert.equal(told.payload, null);
  assert.equal(told.payloadBytes, 10);
});

test('they are listed page after page, by function and by state, without what they carry', async () => {
  const { call, events: fake } = makeHarness();
  for (let sequence = 1; sequence <= 5; sequence++) {
    const functionName = sequence === 4 ? 'rest' : 'work';
    fake.events.push(
      endedEvent({ sequence, functionName, status: sequence < 3 ? 'dead' : 'done' }),
    );
  }
  const page = async (query: string) => (await call('GET', `${events}${query}`)).json();
  const first = await page('?limit=2');
  assert.equal(first.events.length, 2);
  assert.equal(first.next, 2);
  assert.ok(!('payload' in first.events[0]));
  const second = await page(`?limit=9&after=${first.next}`);
  assert.equal(second.events.length, 3);
  assert.equal(second.next, null);
  assert.equal((await page('?function=rest')).events.length, 1);
  assert.equal((await page('?status=dead')).events.length, 2);
  assert.equal((await page('?status=dead&function=rest')).events.length, 0);
});

test('one that waits is cancelled, and one that has ended is a conflict', async () => {
  const { call, events: fake } = makeHarness();
  fake.events.push(endedEvent({ status: 'waiting' }), endedEvent({ id: other, status: 'done' }));
  const cancelled = await call('DELETE', `${events}/${id}`);
  assert.equal(cancelled.status, 200);
  assert.equal(cancelled.json().status, 'cancelled');
  const ended = await call('DELETE', `${events}/${other}`);
  assert.equal(ended.status, 409);
  assert.match(ended.json().message, /has ended \(done\), and cannot be cancelled/);
  const unknown = await call('DELETE', `${events}/unknown`);
  assert.equal(unknown.status, 404);
  assert.equal(unknown.headers['x-amzn-errortype'], 'ResourceNotFoundException');
});

test('the dead are redriven one by one or all at once, of one function or of all', async () => {
  const { call, events: fake } = makeHarness();
  fake.events.push(endedEvent({ status: 'dead' }), endedEvent({ id: other, status: 'done' }));
  const redriven = await call('POST', `${events}/${id}/redrive`);
  assert.equal(redriven.json().status, 'queued');
  const alive = await call('POST', `${events}/${other}/redrive`);
  assert.equal(alive.status, 409);
  assert.match(alive.json().message, /is done; only those that are dead/);
  assert.deepEqual((await call('POST', `${events}/redrive?function=work`)).json(), { redriven: 3 });
  await call('POST', `${events}/redrive`);
  assert.deepEqual(fake.asked.slice(-2), ['redrive all work', 'redrive all null']);
});

test('streams are listed, read from a number on, and deleted', async () => {
  const { call, streams: held } = makeHarness();
  for (const n of [1, 2, 3]) {
    const data = Buffer.from(n === 2 ? 'no json' : `{"n": ${n}.0}`);
    await held.append('out', { id: `r${n}`, attributes: { A: 'b' }, data });
  }
  const [listed] = (await call('GET', streams)).json().streams;
  assert.equal(listed.arn, 'arn:aws:kinesis:us-east-1:123456789012:stream/out');
  assert.equal(listed.records, 3);
  const answer = await call('GET', `${streams}/out?limit=2`);
  assert.ok(answer.text.includes('"data":{"n": 1.0}'), 'to the letter');
  const first = answer.json();
  assert.deepEqual(first.records[1], {
    sequence: 2,
    id: 'r2',
    at: '2026-01-01T00:00:00.000Z',
    attributes: { A: 'b' },
    data: 'no json',
  });
  const rest = (await call('GET', `${streams}/out?after=${first.next}`)).json();
  assert.deepEqual(
    rest.records.map(({ id: record }: { id: string }) => record),
    ['r3'],
  );
  const end = (await call('GET', `${streams}/out?after=${rest.next}`)).json();
  assert.deepEqual([end.records, end.next], [[], rest.next]);
  assert.equal((await call('DELETE', `${streams}/out`)).status, 204);
  for (const method of ['GET', 'DELETE']) {
    assert.equal((await call(method, `${streams}/out`)).status, 404);
  }
});

test('the secret of webhooks is told, and is for no cache', async () => {
  const { call } = makeHarness();
  for (const method of ['GET', 'POST']) {
    const answer = await call(method, secret);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.deepEqual(answer.json(), {
      current: 'whsec_new',
      previous: 'whsec_old',
      since: '2026-01-01T00:00:00.000Z',
    });
  }
});

test('what cannot be meant is refused in one sentence', async () => {
  const { call } = makeHarness();
  for (const [target, status] of [
    [`${events}?status=lost`, 400],
    [`${events}?status=toString`, 400],
    [`${events}?limit=0`, 400],
    [`${events}?limit=100000`, 400],
    [`${events}?after=-1`, 400],
    [`${events}?after=9999999999999999999`, 400],
    [`${events}?function=a%20b`, 400],
    [`${events}/a%2Fb`, 400],
    [`${events}/unknown`, 404],
    [`${streams}/a%20b`, 400],
    [`${streams}/none?limit=x`, 400],
    [`${streams}/none`, 404],
  ] as const) {
    assert.equal((await call('GET', target)).status, status, target);
  }
});

test('a key sees, cancels and redrives what is of its functions, and nothing of others', async () => {
  const harness = guardedHarness();
  harness.events.events.push(
    endedEvent({ status: 'dead' }),
    endedEvent({ id: other, sequence: 2, functionName: 'secret', status: 'dead' }),
  );
  const key = await newKey(harness, { actions: ['hearth:*'], functions: ['work'] });
  const ask = async (method: string, path: string) =>
    (await signedCall(harness, key, method, path)).status;
  assert.equal(await ask('GET', `${events}/${id}`), 200);
  assert.equal(await ask('GET', `${events}?function=work`), 200);
  assert.equal(await ask('POST', `${events}/${id}/redrive`), 200);
  assert.equal(await ask('POST', `${events}/redrive?function=work`), 200);
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/redrive'],
  ] as const) {
    assert.equal(await ask(method, `${events}/${other}${path}`), 404, `${method} ${path}`);
  }
  assert.deepEqual(harness.events.asked, [`redrive ${id}`, 'redrive all work']);
  for (const [method, path] of [
    ['GET', events],
    ['GET', `${events}?function=secret`],
    ['POST', `${events}/redrive`],
    ['GET', streams],
    ['GET', `${streams}/out`],
    ['GET', secret],
    ['POST', secret],
  ] as const) {
    assert.equal(await ask(method, path), 403, `${method} ${path}`);
  }
});
