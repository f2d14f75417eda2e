import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadLetterMessage, destinationRecord } from '../../../src/events/destinations/record.js';
import { endedEvent, id, outcome } from './ended-event.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('a success is told as AWS tells it, payloads to the letter', () => {
  assert.equal(
    text(destinationRecord(endedEvent()).body),
    `{"version":"1.0","timestamp":"2026-01-01T00:00:01.000Z","requestContext":{"requestId":"${id}",` +
      '"functionArn":"arn:aws:lambda:us-east-1:123456789012:function:work:$LATEST","condition":"Success",' +
      '"approximateInvokeCount":1},"requestPayload":{"n": 1.0},"responseContext":{"statusCode":200,' +
      '"executedVersion":"$LATEST"},"responsePayload":{"done":true}}',
  );
});

test('a failure carries the error of the last attempt', () => {
  const answer = Buffer.from('{"errorType":"Error","errorMessage":"no"}');
  const record = JSON.parse(
    text(
      destinationRecord(
        endedEvent({
          qualifier: 'live',
          attempts: 3,
          outcome: outcome({
            condition: 'RetriesExhausted',
            functionError: 'Unhandled',
            executedVersion: '7',
            answer,
          }),
        }),
      ).body,
    ),
  );
  assert.equal(
    record.requestContext.functionArn,
    'arn:aws:lambda:us-east-1:123456789012:function:work:live',
  );
  assert.equal(record.requestContext.condition, 'RetriesExhausted');
  assert.equal(record.requestContext.approximateInvokeCount, 3);
  assert.deepEqual(record.responseContext, {
    statusCode: 200,
    executedVersion: '7',
    functionError: 'Unhandled',
  });
  assert.deepEqual(record.responsePayload, { errorType: 'Error', errorMessage: 'no' });
});

test('an event whose function never answered has no response in its record', () => {
  const record = JSON.parse(
    text(
      destinationRecord(
        endedEvent({
          attempts: 0,
          outcome: outcome({
            condition: 'EventAgeExceeded',
            statusCode: 429,
            executedVersion: '',
            answer: Buffer.from('{"message":"Rate Exceeded."}'),
          }),
        }),
      ).body,
    ),
  );
  assert.equal(record.requestContext.condition, 'EventAgeExceeded');
  assert.ok(!('responseContext' in record) && !('responsePayload' in record));
});

test('an answer that is no JSON is told as a text, and one that was not kept by its length', () => {
  const odd = destinationRecord(endedEvent({ outcome: outcome({ answer: Buffer.from('a "b"') }) }));
  assert.equal(JSON.parse(text(odd.body)).responsePayload, 'a "b"');
  const long = destinationRecord(
    endedEvent({ outcome: outcome({ answer: new Uint8Array(), answerBytes: 5_000_000 }) }),
  );
  const record = JSON.parse(text(long.body));
  assert.equal(record.responsePayload, null);
  assert.equal(record.responseContext.responsePayloadOmittedBytes, 5_000_000);
});

test('a dead letter is the event itself, with what AWS says beside it', () => {
  const event = endedEvent({
    outcome: outcome({
      condition: 'RetriesExhausted',
      functionError: 'Unhandled',
      answer: Buffer.from(`{"errorMessage":"${'é'.repeat(1000)}"}`),
    }),
  });
  const { body, attributes } = deadLetterMessage(event);
  assert.equal(text(body), '{"n": 1.0}');
  assert.deepEqual(Object.keys(attributes), ['RequestID', 'ErrorCode', 'ErrorMessage']);
  assert.equal(attributes.RequestID, id);
  assert.equal(attributes.ErrorCode, '200');
  assert.equal(attributes.ErrorMessage, 'é'.repeat(512));
});
