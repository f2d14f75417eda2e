import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SortedNames } from '../../src/catalog/sorted-names.js';
import { collectGarbage } from '../collect-garbage.js';

test('names are in order, each once, whatever went and came again', () => {
  const there = new Set<string>();
  const names = new SortedNames((name) => there.has(name));
  const come = (name: string): void => {
    there.add(name);
    names.add(name);
  };
  const go = (name: string): void => {
    there.delete(name);
    names.remove();
  };
  for (const name of ['c', 'a', 'b']) come(name);
  assert.deepEqual(names.page('', 10), ['a', 'b', 'c']);
  go('b');
  come('b');
  go('a');
  for (let index = 0; index < 5000; index++) {
    come(`passing-${index}`);
    go(`passing-${index}`);
  }
  come('d');
  assert.deepEqual(names.page('', 10), ['b', 'c', 'd']);
  assert.deepEqual(names.page('b', 1), ['c']);
});

test('names that are gone are held by nobody, even where nobody looks', () => {
  let there: string | null = null;
  const names = new SortedNames((name) => name === there);
  const heldBytes = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = heldBytes();
  for (let index = 0; index < 100_000; index++) {
    there = `${'x'.repeat(60)}${index}`;
    names.add(there);
    there = null;
    names.remove();
  }
  const grownBytes = heldBytes() - before;
  assert.ok(grownBytes < 2_000_000, `${grownBytes} bytes are held of none`);
  assert.deepEqual(names.page('', 10), []);
});
