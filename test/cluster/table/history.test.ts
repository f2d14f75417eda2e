import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type Claim, claimBytes } from '../../../src/cluster/table/claim.js';
import { History } from '../../../src/cluster/table/history.js';
import type { Epoch, Position } from '../../../src/cluster/table/messages.js';
import { idOf, warm } from './cores.js';

const epoch = (number: number, master = 1): Epoch => ({
  number,
  master: idOf(master),
  generation: 1,
});
const at = (number: number, offset: number, master = 1): Position => ({
  epoch: epoch(number, master),
  offset,
});
const claim = (sequence: number): Claim => ({
  ...warm(`f${sequence}`),
  node: idOf(1),
  generation: 1,
  sequence,
});

function historyOf(claims: number, claimsMax = 100): History {
  const history = new History(claimsMax);
  history.begin(epoch(1));
  for (let sequence = 1; sequence <= claims; sequence++) history.append(claim(sequence));
  return history;
}

const after = (history: History, offset: number, bytesMax = 1e6): number[] =>
  history.after(offset, bytesMax, claimBytes).map(({ sequence }) => sequence);

test('a history without an epoch stands nowhere, with one at the number of its changes', () => {
  assert.equal(new History(10).end, null);
  assert.deepEqual(historyOf(3).end, at(1, 3));
});

test('whoever stands on the lineage is told what follows, and whoever does not needs a snapshot', () => {
  const history = historyOf(3);
  history.begin(epoch(2));
  history.append(claim(4));
  assert.ok(history.meets(at(1, 2)) && history.meets(at(1, 3)) && history.meets(at(2, 4)));
  assert.ok(!history.meets(at(1, 2, 9)), 'another epoch of that number');
  assert.ok(!history.meets(at(3, 4)));
  assert.ok(!history.meets(at(2, 2)), 'before its epoch began');
});

test('whoever has heard more of an ended epoch than is known needs a snapshot', () => {
  const history = historyOf(3);
  history.begin(epoch(2));
  history.append(claim(4));
  assert.ok(!history.meets(at(1, 4)));
});

test('old changes are cut, at most twice as many are held, and positions before the cut are not met', () => {
  const history = historyOf(25, 10);
  assert.deepEqual(history.end, at(1, 25));
  assert.equal(history.reaches(0), false);
  assert.ok(!history.meets(at(1, 0)));
  assert.deepEqual(after(history, 20), [21, 22, 23, 24, 25]);
  assert.ok(history.meets(at(1, 20)));
});

test('a history that starts from a snapshot reaches no further back', () => {
  const history = historyOf(3);
  history.reset(at(7, 40));
  history.append(claim(1));
  assert.deepEqual(history.end, at(7, 41));
  assert.deepEqual(
    [history.reaches(39), history.reaches(40), history.reaches(42)],
    [false, true, false],
  );
  history.reset(null);
  assert.equal(history.end, null);
});

test('changes are told up to a number of bytes, but at least one', () => {
  const history = historyOf(5);
  assert.deepEqual(after(history, 1, 1), [2]);
  assert.deepEqual(after(history, 1, 2 * claimBytes(claim(1))), [2, 3]);
  assert.deepEqual(after(history, 5), []);
});
