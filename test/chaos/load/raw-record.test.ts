/** What an answer says becomes a record: what failed and why, who had it, which version it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answered } from './balanced-client.js';
import { oddityOf, rawRecord, requestRecord, type Sent } from './raw-record.js';

const sent: Sent = { id: 'i', kind: 'invoke', functionName: 'f', dueMs: 100 };
const well: Answered = {
  through: 'nginx',
  status: 200,
  headers: {
    'x-upstream': '10.0.0.2:80, 10.0.0.1:80 : 10.0.0.9:80',
    'x-hearth-node': 'abc',
    'x-hearth-hops': '1',
    'x-amzn-requestid': 'r',
    'x-amz-executed-version': '7',
  },
  text: '{"id":"i","version":7,"pid":1}',
  error: null,
};
const hosts = new Map([
  ['10.0.0.1:80', 1],
  ['10.0.0.2:80', 2],
]);
const errorOf = (answered: Partial<Answered>) =>
  rawRecord(sent, { ...well, ...answered }, 120).error;

test('an answer tells whom its balancer asked, who ran it, after how many forwards and which version', () => {
  const raw = rawRecord({ ...sent, leastVersion: 6 }, well, 120);
  assert.deepEqual(
    requestRecord(raw, hosts, (id) => (id === 'abc' ? 3 : null)),
    {
      ...{ id: 'i', kind: 'invoke', functionName: 'f', through: 'nginx', dueMs: 100, endMs: 120 },
      ...{
        status: 200,
        error: null,
        answeredBy: 'node',
        entered: [2, 1],
        ranOn: 3,
        hops: 1,
        version: 7,
      },
      ...{ label: null, leastVersion: 6 },
    },
  );
  const none = rawRecord(sent, { ...well, status: 0, headers: {}, text: '', error: 'E' }, 120);
  const { entered, ranOn, hops, version, error, answeredBy } = requestRecord(none, hosts, () => 1);
  assert.deepEqual([entered, ranOn, hops, version, error], [[], null, null, null, 'E']);
  assert.equal(answeredBy, null);
  const own = { ...well, status: 502, headers: { 'x-amzn-errortype': 'ServiceException' } };
  assert.equal(rawRecord(sent, own, 120).answeredBy, 'balancer');
});

test('what went wrong goes by its code, else by what the answer says', () => {
  assert.equal(errorOf({}), null);
  assert.equal(errorOf({ status: 412, text: '{}' }), null);
  assert.equal(errorOf({ status: 502, headers: {}, text: '<html>Bad' }), '<html>Bad');
  const headers = { 'x-amzn-errortype': 'ServiceException' };
  assert.equal(errorOf({ status: 503, headers, text: '{}' }), 'ServiceException');
  const failed = { 'x-amz-function-error': 'Unhandled' };
  const text = '{"errorType":"Runtime.ExitError"}';
  assert.equal(errorOf({ headers: failed, text }), 'Runtime.ExitError');
});

test('versions are numbers: $LATEST is 0, a publish tells the one that it made', () => {
  const latest = { ...well, headers: { 'x-amz-executed-version': '$LATEST' } };
  assert.equal(rawRecord(sent, latest, 120).version, 0);
  const publish = { ...sent, kind: 'publish', label: '12' } as const;
  const made = { ...well, status: 201, headers: {}, text: '{"Version":"4"}' };
  assert.deepEqual(pick(rawRecord(publish, made, 120)), [4, '12']);
  assert.deepEqual(pick(rawRecord(publish, { ...made, status: 503 }, 120)), [null, '12']);
  const moved = { ...sent, kind: 'switch', version: 5 } as const;
  assert.deepEqual(pick(rawRecord(moved, { ...made, status: 503 }, 120)), [5, null]);
});

test('an answer to somebody else, or of another version than it says, is odd', () => {
  assert.equal(oddityOf(sent, well), null);
  assert.match(String(oddityOf({ ...sent, id: 'j' }, well)), /invoke j of f was answered with/);
  const other = { ...well, text: '{"id":"i","version":8}' };
  assert.match(String(oddityOf(sent, other)), /ran version 8, and the answer says 7/);
  assert.equal(oddityOf({ ...sent, id: 'j' }, { ...well, status: 503 }), null);
});

function pick({ version, label }: { version: number | null; label: string | null }) {
  return [version, label];
}
