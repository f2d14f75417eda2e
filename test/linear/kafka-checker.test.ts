/** The checker of append-only lists with offsets, on a good history and on one bad one per fault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KafkaChecker, type KafkaFault } from './kafka-checker.js';

function send(checker: KafkaChecker, key: string, value: number, offset: number): void {
  const calledAt = checker.now();
  checker.sendCalled(key, value);
  checker.sendAcknowledged(key, value, offset, calledAt);
}

/** Three records, all polled, the first two committed. */
function good(): KafkaChecker {
  const checker = new KafkaChecker();
  send(checker, 'k', 70, 0);
  send(checker, 'k', 71, 1);
  checker.sendCalled('k', 72);
  checker.polled('c', 'k', 0, [[0, 70]]);
  checker.polled('c', 'k', 1, [
    [1, 71],
    [2, 72],
  ]);
  checker.commitCalled('k', 1);
  checker.commitAcknowledged('k', 1);
  checker.committedListed('k', 1, checker.committedFloor('k'));
  return checker;
}

const spoiled: Record<KafkaFault, (checker: KafkaChecker) => void> = {
  'offset-twice': (checker) => {
    checker.sendCalled('k', 73);
    checker.polled('d', 'k', 1, [[1, 73]]);
  },
  duplicate: (checker) => checker.polled('c', 'k', 3, [[3, 70]]),
  gap: (checker) => send(checker, 'k', 75, 5),
  lost: (checker) => send(checker, 'k', 73, 3),
  'never-sent': (checker) => checker.polled('c', 'k', 3, [[3, 99]]),
  'failed-but-there': (checker) => {
    checker.sendCalled('k', 73);
    checker.sendFailed(73);
    checker.polled('c', 'k', 3, [[3, 73]]);
  },
  'poll-skips': (checker) => {
    checker.polled('d', 'k', 0, [
      [0, 70],
      [2, 72],
    ]);
  },
  'poll-goes-back': (checker) => checker.polled('c', 'k', 1, [[1, 71]]),
  'send-order': (checker) => {
    const calledAt = checker.now();
    checker.sendCalled('k', 73);
    checker.sendCalled('k', 74);
    checker.sendAcknowledged('k', 74, 4, calledAt);
    send(checker, 'k', 73, 3);
  },
  'committed-goes-back': (checker) => checker.committedListed('k', 0, checker.committedFloor('k')),
  'committed-unread': (checker) => {
    checker.commitCalled('k', 3);
    checker.commitAcknowledged('k', 3);
  },
};

test('a history in which everything sent is polled in order is valid', () => {
  assert.deepEqual(good().verdict(), {
    valid: true,
    counts: {},
    examples: [],
    acknowledged: 2,
    unknown: 1,
    polled: 3,
  });
});

test('a client that takes a key up again may go back', () => {
  const checker = good();
  checker.assigned('c', 'k', 0);
  checker.polled('c', 'k', 0, [[0, 70]]);
  assert.equal(checker.verdict().valid, true);
});

test('sends beside each other may get their offsets in any order', () => {
  const checker = good();
  const calledAt = checker.now();
  for (const value of [73, 74]) checker.sendCalled('k', value);
  checker.sendAcknowledged('k', 74, 4, calledAt);
  checker.sendAcknowledged('k', 73, 3, calledAt);
  checker.polled('c', 'k', 3, [
    [3, 73],
    [4, 74],
  ]);
  assert.equal(checker.verdict().valid, true);
});

for (const [fault, spoil] of Object.entries(spoiled)) {
  test(`the fault ${fault} is found`, () => {
    const checker = good();
    spoil(checker);
    const { valid, counts, examples } = checker.verdict();
    assert.equal(valid, false);
    assert.ok(Object.keys(counts).includes(fault), examples.join('; '));
  });
}
