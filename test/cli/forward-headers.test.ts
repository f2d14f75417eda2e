import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { hasBody, requestHeaders, responseHeaders } from '../../src/cli/forward-headers.js';

const by = { address: '192.0.2.1', host: 'example.com' };
const forwarded = ['x-forwarded-for', '192.0.2.1', 'x-forwarded-proto', 'http'];

test('the host and repeated headers reach the node as the client sent them', () => {
  const raw = ['Host', 'example.com', 'X-One', 'a', 'x-one', 'b', 'Cookie', 'c=1'];
  assert.deepEqual(requestHeaders(raw, by), [
    ...raw,
    ...forwarded,
    'x-forwarded-host',
    'example.com',
  ]);
});

test('hop-by-hop headers end at the balancer, those named by Connection too', () => {
  const raw = ['Connection', 'keep-alive, X-Private', 'X-Private', '1', 'TE', 'trailers'];
  const more = [
    'Transfer-Encoding',
    'chunked',
    'Upgrade',
    'h2c',
    'Expect',
    '100-continue',
    'A',
    'b',
  ];
  assert.deepEqual(requestHeaders([...raw, ...more], by).slice(0, 2), ['A', 'b']);
  assert.deepEqual(responseHeaders([...raw, 'A', 'b']), ['A', 'b']);
});

test('the client is added to X-Forwarded-For and cannot forge the other two', () => {
  const raw = ['X-Forwarded-For', '198.51.100.9', 'X-Forwarded-Proto', 'https'];
  assert.deepEqual(requestHeaders(raw, by), [
    'x-forwarded-for',
    '198.51.100.9, 192.0.2.1',
    'x-forwarded-proto',
    'http',
    'x-forwarded-host',
    'example.com',
  ]);
});

test('a value beyond ASCII is sent as the bytes that came', () => {
  assert.deepEqual(responseHeaders(['X', 'ü']), ['X', Buffer.from('ü').toString('latin1')]);
});

test('a body is announced by a length above zero or by an encoding', () => {
  assert.equal(hasBody({}), false);
  assert.equal(hasBody({ 'content-length': '0' }), false);
  assert.equal(hasBody({ 'content-length': '1' }), true);
  assert.equal(hasBody({ 'transfer-encoding': 'chunked' }), true);
});
