import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Delivery,
  Destinations,
  FunctionDeliverer,
  type NewRecord,
  StreamDeliverer,
  type Submission,
} from '../../../src/events/index.js';
import { HearthError } from '../../../src/types/index.js';
import { endedEvent, id } from './ended-event.js';

const signal = new AbortController().signal;
const functionTarget = 'arn:aws:lambda:us-east-1:123456789012:function:next';
const streamTarget = 'arn:aws:kinesis:us-east-1:123456789012:stream/outcomes';

/** Destinations over fakes. `fail` is thrown by whoever is asked next; `known` are functions. */
function begin({ known = ['next'], fail }: { known?: string[]; fail?: HearthError } = {}) {
  const submitted: Submission[] = [];
  const appended: { name: string; record: NewRecord }[] = [];
  const posted: string[] = [];
  let isConfirmed = true;
  const destinations = new Destinations({
    function: new FunctionDeliverer(
      {
        get: (name) => (known.includes(name) ? ({} as never) : undefined),
        alias: () => undefined,
        catchUp: async () => isConfirmed,
      },
      async (submission) => {
        if (fail !== undefined) throw fail;
        submitted.push(submission);
        return { id: submission.id, duplicate: false };
      },
    ),
    stream: new StreamDeliverer({
      append: async (name, record) => {
        if (fail !== undefined) throw fail;
        appended.push({ name, record });
        return 1;
      },
    }),
    webhook: {
      deliver: async ({ url }) => {
        posted.push(url);
        return { kind: 'done' };
      },
    },
  });
  const deliver = (target: string, kind: Delivery['kind'] = 'on-success', round = 0) =>
    destinations.deliver(
      endedEvent({ round }),
      { kind, target, state: 'pending', error: '' },
      1,
      signal,
    );
  return {
    destinations,
    deliver,
    submitted,
    appended,
    posted,
    losesQuorum: () => (isConfirmed = false),
  };
}

test('a function gets the record as an event that is one however often it is delivered', async () => {
  const { deliver, submitted } = begin();
  assert.deepEqual(await deliver(functionTarget), { kind: 'done' });
  await deliver(functionTarget);
  await deliver(functionTarget, 'on-success', 1);
  const [first, again, redriven] = submitted;
  assert.equal(first?.functionName, 'next');
  assert.equal(first?.qualifier, '$LATEST');
  assert.equal(
    JSON.parse(Buffer.from(first?.payload ?? []).toString()).requestContext.requestId,
    id,
  );
  assert.match(first?.traceId ?? '', /^Root=/, 'the lineage travels along');
  assert.equal(first?.id, again?.id);
  assert.notEqual(first?.id, redriven?.id, 'a redrive is meant to be told');
});

test('a stream gets the record, and of a dead letter the event and its attributes', async () => {
  const { deliver, appended } = begin();
  assert.deepEqual(await deliver(streamTarget), { kind: 'done' });
  assert.deepEqual(await deliver(streamTarget, 'dead-letter'), { kind: 'done' });
  const [record, letter] = appended;
  assert.equal(record?.name, 'outcomes');
  assert.equal(JSON.parse(Buffer.from(record?.record.data ?? []).toString()).version, '1.0');
  assert.equal(Buffer.from(letter?.record.data ?? []).toString(), '{"n": 1.0}');
  assert.equal(letter?.record.attributes.RequestID, id);
  assert.notEqual(record?.record.id, letter?.record.id);
});

test('a webhook is asked at its URL', async () => {
  const { deliver, posted } = begin();
  assert.deepEqual(await deliver('https://example.com/hook'), { kind: 'done' });
  assert.deepEqual(posted, ['https://example.com/hook']);
});

test('what will never work is refused, and what may work later is tried again', async () => {
  const full = new HearthError('too-many-requests', 'full');
  const long = new HearthError('request-too-large', 'long');
  for (const target of [functionTarget, streamTarget]) {
    assert.deepEqual(await begin({ fail: full }).deliver(target), { kind: 'retry', error: 'full' });
    assert.deepEqual(await begin({ fail: long }).deliver(target), {
      kind: 'refused',
      error: 'long',
    });
  }
  const queue = await begin().deliver('arn:aws:sqs:us-east-1:123456789012:queue');
  assert.equal(queue.kind, 'refused');
});

test('tries are counted by kind of target and result', async () => {
  const { deliver, destinations, losesQuorum } = begin({ known: [] });
  await deliver(streamTarget);
  await deliver(functionTarget);
  losesQuorum();
  await deliver(functionTarget);
  await deliver('arn:aws:sqs:us-east-1:123456789012:queue');
  assert.deepEqual(Object.fromEntries(destinations.counts), {
    function: { done: 0, retry: 1, refused: 1 },
    stream: { done: 1, retry: 0, refused: 0 },
    webhook: { done: 0, retry: 0, refused: 0 },
    none: { done: 0, retry: 0, refused: 1 },
  });
});

test('a function that is not there is refused, unless nobody can say whether it is', async () => {
  const { deliver, losesQuorum } = begin({ known: [] });
  assert.equal((await deliver(functionTarget)).kind, 'refused');
  losesQuorum();
  assert.equal((await deliver(functionTarget)).kind, 'retry');
});
