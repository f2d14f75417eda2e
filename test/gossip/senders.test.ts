import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { RingKey } from '../../src/gossip/keyring.js';
import { type Sender, Senders } from '../../src/gossip/senders.js';
import { nodeId } from '../../src/types/index.js';

const ringKey: RingKey = { id: 1, root: Buffer.alloc(32) };
const senderKey = { ringKey, key: Buffer.from('key') };

function sender(number: number, generation = 1): Sender {
  return { id: nodeId(number.toString(16).padStart(32, '0')), generation };
}

test('of more senders than there is room for, who has been silent longest is forgotten', () => {
  const senders = new Senders(3);
  for (const number of [1, 2, 3]) senders.opened(sender(number), 10, senderKey);
  senders.opened(sender(1), 11, senderKey);
  senders.opened(sender(4), 10, senderKey);
  assert.equal(senders.size, 3);
  assert.deepEqual(
    [1, 2, 3, 4].map((number) => senders.seen(sender(number), 10)),
    [true, false, true, true],
  );
});

test('a later life takes the place of the earlier one, and keeps it when that one comes late', () => {
  const senders = new Senders(3);
  senders.opened(sender(1, 5), 10, senderKey);
  senders.opened(sender(1, 6), 3, senderKey);
  senders.opened(sender(1, 5), 11, senderKey);
  assert.equal(senders.size, 1);
  assert.equal(senders.seen(sender(1, 6), 3), true);
  assert.equal(senders.seen(sender(1, 5), 11), false);
  assert.equal(senders.key(sender(1, 5), ringKey), undefined);
});

test('a key is kept for the secret under which the last packet opened', () => {
  const senders = new Senders(3);
  senders.opened(sender(1), 10, senderKey);
  assert.equal(senders.key(sender(1), ringKey), senderKey.key);
  assert.equal(senders.key(sender(1), { ...ringKey }), undefined, 'another ring');
  assert.equal(senders.key(sender(1, 2), ringKey), undefined, 'another life');
  assert.equal(senders.key(sender(2), ringKey), undefined);
});
