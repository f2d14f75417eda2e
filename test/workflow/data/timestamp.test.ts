/** Timestamps: which texts are, and when they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTimestamp } from '../../../src/workflow/data/index.js';

test('the profile of RFC 3339 with capital T and Z is taken', () => {
  assert.equal(parseTimestamp('2016-12-05T21:29:29Z'), Date.UTC(2016, 11, 5, 21, 29, 29));
  assert.equal(parseTimestamp('2016-12-05T21:29:29.123000500Z'), 1480973369123.0005);
  assert.equal(parseTimestamp('2016-12-05T21:29:29+01:30'), Date.UTC(2016, 11, 5, 19, 59, 29));
  assert.equal(parseTimestamp('2016-02-29T00:00:00-00:00'), Date.UTC(2016, 1, 29));
});

test('other texts, and days that are not, are none', () => {
  const wrong = [
    '2016-12-05 21:29:29Z',
    '05-12-2016T21:29:29Z',
    '2016-12-05T25:29:29Z',
    '2016-13-05T21:29:29Z',
    '2015-02-29T21:29:29Z',
    '2016-12-05T21:60:29Z',
    '2016-12-05t21:29:29z',
    '2016-12-05T21:29:29',
    '2016-12-05',
    '2023-02-24 12:15:56.832957',
    '',
    '0',
  ];
  for (const text of wrong) assert.equal(parseTimestamp(text), undefined, text);
});

test('any instant is read back from its ISO text', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date(Date.UTC(9999, 0)), noInvalidDate: true }),
      (date) => assert.equal(parseTimestamp(date.toISOString()), date.getTime()),
    ),
  );
});
