import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rightMs, TimeVotes, voteKeptMs, wrongMs } from '../../src/cluster/time-votes.js';
import { type NodeId, nodeId } from '../../src/types/index.js';

const hourMs = 3_600_000;
const idOf = (number: number): NodeId => nodeId(number.toString(16).padStart(32, '0'));

/** The time of this node as it goes on: what others' clocks are ahead of the right time, heard now. */
function votesOf(aheads: readonly number[], votes = new TimeVotes(), nowMs = 0): TimeVotes {
  for (const [index, aheadMs] of aheads.entries()) votes.heard(idOf(index), aheadMs, nowMs);
  return votes;
}

test('a node that hears nobody, or one other, follows its own clock at once', () => {
  for (const aheads of [[], [0]]) {
    const votes = votesOf(aheads);
    for (const ownMs of [0, hourMs, -hourMs]) {
      assert.deepEqual(votes.judge(ownMs, 0), { heldMs: null, aheadMs: 0, corrects: false });
    }
  }
});

test('a clock that is right is gone by', () => {
  const votes = votesOf([0, 40]);
  assert.deepEqual(votes.judge(10, 0), { heldMs: 10, aheadMs: 0, corrects: false });
});

test('one that is wrong is corrected, ahead or behind, from the first look on', () => {
  for (const ownMs of [hourMs, -hourMs]) {
    const verdict = votesOf([0, 0, 0, 0]).judge(ownMs, 0);
    assert.deepEqual(verdict, { heldMs: 0, aheadMs: ownMs, corrects: true });
  }
});

test('a majority that is wrong is followed, for nobody can know better', () => {
  const verdict = votesOf([hourMs, hourMs]).judge(0, 0);
  assert.deepEqual(verdict, { heldMs: hourMs, aheadMs: -hourMs, corrects: true });
});

test('half of the voices are not reason enough to change', () => {
  const votes = votesOf([0, 0, hourMs]);
  assert.equal(votes.judge(hourMs, 0).corrects, false);
  assert.equal(votes.judge(0, 0).corrects, false);
  const corrected = votesOf([0, 0, 0]);
  assert.equal(corrected.judge(hourMs, 0).heldMs, 0);
  corrected.heard(idOf(2), hourMs, 1000);
  assert.equal(corrected.judge(hourMs, 1000).heldMs, 0);
});

test('a correction begins beyond two seconds and ends within one', () => {
  const votes = votesOf([0, 0]);
  const corrects = [wrongMs, wrongMs + 1, rightMs + 1, rightMs, wrongMs].map(
    (ownMs) => votes.judge(ownMs, 0).corrects,
  );
  assert.deepEqual(corrects, [false, true, true, false, false]);
});

test('votes that differ by little do not move a corrected time', () => {
  const votes = votesOf([0, 0]);
  votes.judge(hourMs, 0);
  assert.equal(votesOf([100, 120], votes).judge(hourMs, 0).heldMs, 0);
  assert.equal(votesOf([500, 510], votes).judge(hourMs, 0).heldMs, 510);
});

test('after a sleep, in which only the steady clock stood still, the others tell that the clock is right', () => {
  const votes = votesOf([0, 0]);
  votes.judge(0, 0);
  assert.equal(votes.judge(hourMs, 50).heldMs, 0);
  votesOf([hourMs, hourMs], votes, 600);
  assert.deepEqual(votes.judge(hourMs, 650), { heldMs: hourMs, aheadMs: 0, corrects: false });
});

test('in a large cluster a few newer votes are enough for that', () => {
  const votes = votesOf(new Array(100).fill(0));
  for (let number = 0; number < 8; number++) votes.heard(idOf(200 + number), hourMs, 1000);
  assert.equal(votes.judge(hourMs, 1000).corrects, false);
});

test('what nodes said that are gone is gone by for a while', () => {
  const votes = votesOf([0, 0]);
  assert.equal(votes.judge(hourMs, voteKeptMs).heldMs, 0);
});

test('one that hears the others no more keeps its correction until its clock agrees', () => {
  const votes = votesOf([0, 0]);
  votes.judge(hourMs, 0);
  const laterMs = voteKeptMs + 1;
  assert.deepEqual(votes.judge(hourMs, laterMs), { heldMs: 0, aheadMs: hourMs, corrects: true });
  assert.equal(votes.judge(0, laterMs).heldMs, null);
  assert.equal(votes.judge(hourMs, laterMs).heldMs, null);
});

test('or until its clock is set to whatever time', () => {
  const votes = votesOf([0, 0]);
  votes.judge(hourMs, 0);
  assert.equal(votes.judge(2 * hourMs, voteKeptMs + 1).heldMs, null);
});
