import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Claim } from '../../../src/cluster/table/index.js';
import { RoutingTable } from '../../../src/cluster/table/routing-table.js';
import { cold, idOf, key, warm } from './cores.js';

const x = idOf(7);

function of(sequence: number, claim = warm('f'), generation = 1): Claim {
  return { ...claim, node: x, generation, sequence };
}

function tableOf(...claims: readonly Claim[]): RoutingTable {
  const table = new RoutingTable();
  for (const claim of claims) table.merge(claim);
  return table;
}

const shown = (claims: Iterable<Claim>): string[] =>
  [...claims].map(({ key: name, sequence }) => `${name.slice(0, 1)}${sequence}`).sort();

test('of two claims about a function the newer stands, in whatever order they come', () => {
  const table = tableOf(of(2, warm('f', 9)), of(1, warm('f', 1)));
  assert.deepEqual(
    [...table.holders(key('f'))].map(({ load }) => load),
    [9],
  );
  table.merge(of(1, cold('f')));
  assert.equal(table.size, 1);
  table.merge(of(3, cold('f')));
  assert.deepEqual([table.size, table.functions], [0, 0]);
});

test('what was ended is not brought back by an older claim than the newest that is known', () => {
  const table = tableOf(of(1), of(2, cold('f')), of(3, warm('g')));
  table.merge(of(1));
  assert.deepEqual(shown(table.claims()), ['g3']);
});

test('a new life ends the claims of the last one, and of the last one no more is taken in', () => {
  const table = tableOf(of(5), of(1, warm('g'), 2));
  table.merge(of(6, warm('h'), 1));
  assert.deepEqual(shown(table.claims()), ['g1']);
  assert.deepEqual(
    [table.sequenceOf(x, 1), table.sequenceOf(x, 2), table.generationOf(x)],
    [0, 1, 2],
  );
});

test('the end of a function does not say that what came before it is known', () => {
  const table = tableOf(of(1), of(5, cold('f')));
  assert.equal(table.sequenceOf(x, 1), 1);
});

test('a snapshot is of the moment when it began, whatever changes while it is read', () => {
  const table = tableOf(of(1, warm('a')), of(2, warm('b')), of(3, warm('c')));
  const snapshot = table.snapshot();
  const read = [snapshot.next().value];
  table.merge(of(4, cold('a')));
  table.merge(of(5, warm('d')));
  table.merge(of(6, warm('c', 50)));
  for (let next = snapshot.next(); next.done !== true; next = snapshot.next())
    read.push(next.value);
  const taken = new RoutingTable();
  for (const claim of read) taken.load(claim);
  assert.deepEqual(shown(taken.claims()), ['a1', 'b2', 'c3']);
  assert.equal(taken.sequenceOf(x, 1), 3);
});

test('a snapshot that is taken in in any order is complete', () => {
  const taken = new RoutingTable();
  for (const claim of [of(3, warm('c')), of(1, warm('a')), of(2, warm('b'))]) taken.load(claim);
  assert.deepEqual(shown(taken.claims()), ['a1', 'b2', 'c3']);
  assert.equal(taken.sequenceOf(x, 1), 3);
});

test('a node that is dropped leaves nothing behind', () => {
  const table = tableOf(of(1), of(2, warm('g')));
  table.drop(x);
  assert.deepEqual([table.size, table.functions, [...table.nodes()].length], [0, 0, 0]);
});
