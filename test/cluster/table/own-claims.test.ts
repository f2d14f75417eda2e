import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { OwnClaims } from '../../../src/cluster/table/own-claims.js';
import { cold, warm } from './cores.js';

const numbers = (own: OwnClaims, since: number): number[] =>
  own.since(since).claims.map(({ sequence }) => sequence);

test('claims are numbered from one without a gap, and what says nothing new has no number', () => {
  const own = new OwnClaims(10);
  const told = [warm('a'), warm('a'), cold('b'), warm('a', 5), cold('a'), cold('a')];
  assert.deepEqual(
    told.map((claim) => own.add(claim)),
    [true, false, false, true, true, false],
  );
  assert.equal(own.sequence, 3);
});

test('of each function only the newest claim is told, in the order of the numbers', () => {
  const own = new OwnClaims(10);
  for (const claim of [warm('a'), warm('b'), warm('c'), warm('a', 9), cold('b')]) own.add(claim);
  assert.deepEqual(numbers(own, 0), [3, 4, 5]);
  assert.deepEqual(numbers(own, 3), [4, 5]);
  assert.deepEqual(numbers(own, 5), []);
});

test('who knows less than the oldest end that is remembered is told all that is warm, and no other', () => {
  const own = new OwnClaims(1);
  for (const claim of [warm('a'), warm('b'), warm('c')]) own.add(claim);
  own.add(cold('a'));
  assert.equal(own.since(0).complete, false);
  own.add(cold('b'));
  const { complete, since, sequence } = own.since(3);
  assert.deepEqual([complete, since, sequence, numbers(own, 3)], [true, 0, 5, [3]]);
  assert.equal(own.since(4).complete, false);
  assert.deepEqual(numbers(own, 4), [5]);
});

test('a function that is warm again is no end any more', () => {
  const own = new OwnClaims(1);
  for (const claim of [warm('a'), cold('a'), warm('a'), warm('b'), cold('b')]) own.add(claim);
  assert.equal(own.since(0).complete, false);
  assert.deepEqual(numbers(own, 0), [3, 5]);
});
