import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { RoutedOutcome } from '../../src/routing/index.js';
import { HearthError, type Invocation } from '../../src/types/index.js';
import { functions, type Harness, makeHarness, outcome } from './harness.js';

const invocations = `${functions}/f/invocations`;
const streaming = '/2021-11-15/functions/f/response-streaming-invocations';

function counted({ ingress }: Harness) {
  return Object.fromEntries(
    ingress.figures
      .figures()
      .functions.map(({ name, requests, failures, functionErrors, warmBuckets }) => {
        const warm = warmBuckets.reduce((sum, count) => sum + count, 0);
        return [name, [requests, failures, functionErrors, warm]];
      }),
  );
}

/** Behind what the first times of a process are left out by. */
function warmedUp(): Harness {
  const harness = makeHarness();
  for (let times = 0; times < 50; times++) {
    const ran = { start: 'warm', hops: 0, functionError: false } as const;
    harness.ingress.figures.answered('g', 200, ran, 1);
  }
  return harness;
}

function throwing(harness: Harness, code: 'draining' | 'too-many-requests'): void {
  harness.answer = () => {
    throw new HearthError(code, 'no.');
  };
}

/** Streams a piece, and then ends so. */
function streams(harness: Harness, end: (invocation: Invocation) => RoutedOutcome): void {
  harness.answer = async (invocation) => {
    invocation.stream?.begin(
      {
        contentType: 'text/plain',
        executedVersion: '$LATEST',
        start: 'warm',
      },
      () => {},
    );
    invocation.stream?.write(Buffer.from('piece'));
    return end(invocation);
  };
}

describe('what releases are compared by', () => {
  it('is each way in which callers have a function run', async () => {
    const harness = warmedUp();
    harness.answer = () => outcome({}, { hops: 0 });
    await harness.call('POST', invocations);
    await harness.call('GET', '/fn/f/');
    await harness.call('POST', streaming);
    await harness.call('POST', invocations, { headers: { 'x-amz-invocation-type': 'Event' } });
    await harness.call('GET', `${functions}/f`);
    assert.deepEqual(counted(harness), { '': [0, 0, 0, 0], f: [4, 0, 0, 3], g: [50, 0, 0, 0] });
  });

  it('tells errors of functions from failures, and these from refusals', async () => {
    const harness = warmedUp();
    harness.answer = () => outcome({}, { hops: 0, functionError: true });
    await harness.call('POST', invocations);
    await harness.call('GET', '/fn/f/');
    assert.deepEqual(counted(harness).f, [2, 0, 2, 0]);
    throwing(harness, 'too-many-requests');
    await harness.call('POST', invocations);
    assert.deepEqual(counted(harness).f, [3, 0, 2, 0]);
    throwing(harness, 'draining');
    await harness.call('POST', invocations);
    await harness.call('GET', '/fn/f/');
    assert.deepEqual(counted(harness).f, [5, 2, 2, 0]);
  });

  it('is not what a function answers by its URL', async () => {
    const harness = warmedUp();
    harness.answer = () => outcome({ statusCode: 503 }, { hops: 0 });
    assert.equal((await harness.call('GET', '/fn/f/')).status, 503);
    assert.deepEqual(counted(harness).f, [1, 0, 0, 1]);
  });

  it('is the time until a stream begins, and how it ends', async () => {
    const harness = warmedUp();
    streams(harness, () => outcome({}, { hops: 0, streamed: true }));
    await harness.call('POST', streaming);
    assert.deepEqual(counted(harness).f, [1, 0, 0, 1]);
    streams(harness, () => outcome({}, { hops: 0, streamed: true, functionError: true }));
    await harness.call('POST', streaming);
    assert.deepEqual(counted(harness).f, [2, 0, 1, 2]);
    streams(harness, () => {
      throw new HearthError('forward-lost', 'gone.');
    });
    await harness.call('POST', streaming);
    assert.deepEqual(counted(harness).f, [3, 1, 1, 3]);
  });
});
