/** The cache of what texts mean. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedCache } from '../../../src/workflow/data/index.js';

function countingCache(entriesMax: number): { get(text: string): void; readonly made: string[] } {
  const cache = new BoundedCache<string>(entriesMax);
  const made: string[] = [];
  const make = (text: string): string => {
    made.push(text.slice(0, 1));
    return text;
  };
  return { get: (text) => assert.equal(cache.get(text, make), text), made };
}

test('what was made is not made again until newer ones have taken its place', () => {
  const cache = countingCache(2);
  for (const text of ['a', 'b', 'a', 'b', 'c', 'b', 'a']) cache.get(text);
  assert.deepEqual(cache.made, ['a', 'b', 'c', 'a']);
});

test('long texts take the room of many, and one is always kept', () => {
  const cache = countingCache(1000);
  const long = 'l'.repeat(600_000);
  for (const text of ['a', long, long, 'a', long]) cache.get(text);
  assert.deepEqual(cache.made, ['a', 'l', 'a', 'l']);
});
