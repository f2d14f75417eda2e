import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HearthError, requestId } from '../../src/types/index.js';
import { createBody, functions, makeHarness } from './harness.js';

const invoke = `${functions}/f/invocations`;
const event = { 'x-amz-invocation-type': 'Event' };
const first = requestId('11111111-2222-4333-8444-555555555555');

async function withFunction() {
  const harness = makeHarness();
  await harness.call('POST', functions, { body: createBody('f') });
  return harness;
}

describe('an invocation of type Event', () => {
  it('is answered by 202 without a body once it is kept, and is not run on the way', async () => {
    const harness = await withFunction();
    const headers = { ...event, 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793' };
    const answer = await harness.call('POST', invoke, { headers, body: { n: 1 } });
    assert.deepEqual([answer.status, answer.text], [202, '']);
    assert.equal(answer.headers['x-amz-executed-version'], undefined);
    const [submission] = harness.events.submitted;
    assert.equal(submission?.id, answer.headers['x-amzn-requestid']);
    assert.equal(Buffer.from(submission?.payload ?? []).toString(), '{"n":1}');
    assert.equal(submission?.traceId, headers['x-amzn-trace-id']);
    assert.deepEqual([submission?.qualifier, submission?.invokedAs], ['$LATEST', '']);
    assert.equal(harness.invocations.length, 0);
  });

  it('of an empty body has an empty object as its event', async () => {
    const harness = await withFunction();
    await harness.call('POST', invoke, { headers: event });
    assert.equal(Buffer.from(harness.events.submitted[0]?.payload ?? []).toString(), '{}');
  });

  it('has the number that an SDK gives to its request, so that a retry is known again', async () => {
    const harness = await withFunction();
    const headers = { ...event, 'amz-sdk-invocation-id': first, 'x-hearth-idempotency-key': 'k' };
    await harness.call('POST', invoke, { headers });
    const submitted = harness.events.submitted[0];
    assert.deepEqual([submitted?.id, submitted?.idempotencyKey], [first, 'k']);
    const odd = { ...event, 'amz-sdk-invocation-id': 'not a uuid' };
    const answer = await harness.call('POST', invoke, { headers: odd });
    assert.equal(harness.events.submitted[1]?.id, answer.headers['x-amzn-requestid']);
  });

  it('that was sent before is answered with the request id of the first', async () => {
    const harness = await withFunction();
    harness.events.accept = () => ({ id: first, duplicate: true });
    const answer = await harness.call('POST', invoke, { headers: event });
    assert.deepEqual([answer.status, answer.headers['x-amzn-requestid']], [202, first]);
  });

  it('is refused before it is kept where there is no such function, or its body is not JSON', async () => {
    const harness = await withFunction();
    const missing = await harness.call('POST', `${functions}/g/invocations`, { headers: event });
    assert.equal(missing.status, 404);
    const version = await harness.call('POST', `${invoke}?Qualifier=7`, { headers: event });
    assert.equal(version.status, 404);
    const wrong = await harness.call('POST', invoke, { headers: event, body: 'not json' });
    assert.equal(wrong.status, 400);
    assert.equal(harness.events.submitted.length, 0);
  });

  it('meets a full queue as AWS says it, with a time to come back', async () => {
    const harness = await withFunction();
    harness.events.accept = () => {
      throw new HearthError('too-many-requests', 'too many', { Reason: 'R', retryAfterS: 1 });
    };
    const answer = await harness.call('POST', invoke, { headers: event });
    assert.equal(answer.status, 429);
    assert.equal(answer.headers['x-amzn-errortype'], 'TooManyRequestsException');
    assert.equal(answer.headers['retry-after'], '1');
  });

  it('by the operation of old is answered with its status as a body', async () => {
    const harness = await withFunction();
    const answer = await harness.call('POST', '/2014-11-13/functions/f/invoke-async', { body: {} });
    assert.deepEqual([answer.status, answer.json()], [202, { Status: 202 }]);
    assert.equal(harness.events.submitted.length, 1);
  });
});
