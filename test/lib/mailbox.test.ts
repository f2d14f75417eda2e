import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mailbox } from '../../src/lib/index.js';

test('a message sent by a handler is handled after it, not inside it', () => {
  const seen: string[] = [];
  const mailbox = new Mailbox<string>((message) => {
    seen.push(`begin ${message}`);
    if (message === 'first') mailbox.send('second');
    seen.push(`end ${message}`);
  }, 10);
  mailbox.send('first');
  assert.deepEqual(seen, ['begin first', 'end first', 'begin second', 'end second']);
});

test('a full or closed mailbox refuses at once', () => {
  const mailbox = new Mailbox<number>((message) => {
    if (message !== 0) return;
    assert.equal(mailbox.send(1), true);
    assert.equal(mailbox.send(2), true);
    assert.equal(mailbox.send(3), false);
  }, 2);
  assert.equal(mailbox.send(0), true);
  mailbox.close();
  assert.equal(mailbox.send(4), false);
});
