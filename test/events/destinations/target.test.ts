import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTarget } from '../../../src/events/index.js';

const lambda = 'arn:aws:lambda:us-east-1:123456789012:function';

test('a destination is a function, a stream or a webhook', () => {
  assert.deepEqual(parseTarget(`${lambda}:work`), {
    kind: 'function',
    name: 'work',
    qualifier: null,
  });
  assert.deepEqual(parseTarget(`${lambda}:work:$LATEST`), {
    kind: 'function',
    name: 'work',
    qualifier: '$LATEST',
  });
  assert.deepEqual(parseTarget('arn:aws:kinesis:us-east-1:123456789012:stream/some.thing'), {
    kind: 'stream',
    name: 'some.thing',
  });
  assert.deepEqual(parseTarget('HTTPS://Example.com:8443/a?b=c'), {
    kind: 'webhook',
    url: 'https://example.com:8443/a?b=c',
  });
});

test('what cannot be delivered to is none', () => {
  for (const text of [
    '',
    'work',
    'arn:aws:sqs:us-east-1:123456789012:queue',
    'arn:aws:lambda:eu-west-1:123456789012:function:work',
    'arn:aws:lambda:us-east-1:999999999999:function:work',
    `${lambda}:work:a:b`,
    'arn:aws:kinesis:us-east-1:123456789012:stream/',
    'ftp://example.com/',
    'http://',
    'https://user:secret@example.com/',
    'https://example.com/#part',
    `https://example.com/${'a'.repeat(350)}`,
  ]) {
    assert.equal(parseTarget(text), null, text);
  }
});
