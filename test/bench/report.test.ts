/** The lines of the benchmark's table: what they say of the values, and when a promise is held. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf, quantile, tableOf } from '../../bench/harness/index.js';

test('a quantile is the smallest value that so large a share does not exceed', () => {
  const values = [40, 10, 30, 20];
  const found = [0, 0.25, 0.26, 0.5, 0.99, 1].map((share) => quantile(values, share));
  assert.deepEqual(found, [10, 10, 20, 20, 40, 40]);
  assert.deepEqual(values, [40, 10, 30, 20]);
  assert.equal(quantile([], 0.5), Number.NaN);
});

test('a line tells the median, the extremes and how many there are', () => {
  const line = lineOf('an echo', 'requests/s', [3, 1, 2]);
  const { what, unit, median, min, max, count } = line;
  assert.deepEqual([what, unit, median, min, max, count], ['an echo', 'requests/s', 2, 1, 3, 3]);
});

test('the median decides whether a promise is held, and what equals the bound holds it', () => {
  const values = [0.1, 0.4, 9];
  const held = (relation: '<=' | '>=', bound: number): boolean =>
    lineOf('', 'ratio', values, [relation, bound]).held;
  assert.deepEqual([held('>=', 0.4), held('>=', 0.41)], [true, false]);
  assert.deepEqual([held('<=', 0.4), held('<=', 0.39)], [true, false]);
});

test('nothing measured holds no promise', () => {
  for (const relation of ['<=', '>='] as const) {
    assert.equal(lineOf('', 'ratio', [], [relation, 1]).held, false);
  }
});

test('what nothing was promised of is held, and its verdict is left out of the table', () => {
  const free = lineOf('free', 'ms', [1]);
  assert.equal(free.held, true);
  assert.doesNotMatch(tableOf([free]), /held/i);
});

test('the table tells each line with its promise and its verdict, and three digits of what is not whole', () => {
  const table = tableOf([
    lineOf('quick', 'ratio', [1.23456], ['>=', 1.1]),
    lineOf('slow', 'ratio', [0.5], ['>=', 1.1]),
  ]);
  const [quick, slow] = ['quick', 'slow'].map((what) =>
    (table.split('\n').find((row) => row.includes(what)) ?? '')
      .split('│')
      .map((cell) => cell.trim()),
  );
  assert.deepEqual(quick?.slice(1, -1), [
    ...['quick', 'ratio', '1.23', '1.23', '1.23', '1', '>= 1.1', 'held'],
  ]);
  assert.deepEqual(slow?.slice(-3, -1), ['>= 1.1', 'NOT HELD']);
});
