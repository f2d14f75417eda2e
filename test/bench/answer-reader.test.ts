/** Answers as the load program reads them: in whatever pieces they come, and what makes one a bad one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerReader, type Verdict } from '../../bench/harness/answer-reader.js';

const answer = (body: string, status = '200 OK'): string =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nx: y\r\n\r\n${body}`;

function read(text: string, expected: string | null = null): Verdict {
  return new AnswerReader(expected === null ? null : Buffer.from(expected)).take(Buffer.from(text));
}

test('an answer is good however it is cut, and so is the next one', () => {
  const bytes = Buffer.from(answer('{"ü":1}'));
  const reader = new AnswerReader(Buffer.from('{"ü":1}'));
  for (let cut = 1; cut < bytes.length; cut++) {
    assert.equal(reader.take(bytes.subarray(0, cut)), 'more', `${cut}`);
    assert.equal(reader.take(bytes.subarray(cut)), 'good', `${cut}`);
  }
  for (const byte of bytes.subarray(0, -1)) assert.equal(reader.take(Buffer.of(byte)), 'more');
  assert.equal(reader.take(bytes.subarray(-1)), 'good');
});

test('what is held is a copy: the bytes may be written over', () => {
  const bytes = Buffer.from(answer('{"n":1}'));
  const shared = Buffer.from(bytes.subarray(0, 20));
  const reader = new AnswerReader(null);
  assert.equal(reader.take(shared), 'more');
  shared.fill(0);
  assert.equal(reader.take(bytes.subarray(20)), 'good');
});

test('a short answer after a long one is read at once', () => {
  const reader = new AnswerReader(null);
  assert.equal(reader.take(Buffer.from(answer('[1,2,3,4,5,6,7,8,9]'))), 'good');
  assert.equal(reader.take(Buffer.from(answer('[]'))), 'good');
});

test('an answer without a body is complete with its head', () => {
  assert.equal(read(answer(''), ''), 'good');
});

test('any status but 200 to 299 is an error, told by its number', () => {
  assert.equal(read(answer('{}', '202 Accepted')), 'good');
  for (const status of [429, 502, 301]) {
    assert.equal(read(answer('{}', `${status} Wrong`), '{}'), `status ${status}`);
  }
});

test('another body than expected is an error, also where it only begins or ends like it', () => {
  for (const body of ['{"n":2}', '{"n":1', '{"n":1} ', '']) {
    assert.equal(read(answer(body), '{"n":1}'), 'another body');
  }
  assert.equal(read(answer('{"n":2}')), 'good');
});

test('an answer without its length and more than one answer are errors', () => {
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n';
  assert.equal(read(chunked), 'answer without its length');
  assert.equal(read(answer('{}') + answer('{}')), 'more than one answer');
});

test('after a bad answer, and on a new connection, nothing is held', () => {
  const reader = new AnswerReader(null);
  assert.equal(reader.take(Buffer.from(answer('{}', '500 Oh'))), 'status 500');
  assert.equal(reader.take(Buffer.from(answer('{}').slice(0, 30))), 'more');
  reader.reset();
  assert.equal(reader.take(Buffer.from(answer('{}'))), 'good');
});
