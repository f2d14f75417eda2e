import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBeyond, withStep } from '../../../src/events/async/lineage.js';
import { parseXray } from '../../../src/types/index.js';

const root = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

test('a trace counts how often it came to each function, and stays the trace that it is', () => {
  let trace = root;
  for (const name of ['a', 'b', 'a', 'a']) trace = withStep(trace, name);
  assert.deepEqual(parseXray(trace), parseXray(root));
  assert.deepEqual([isBeyond(2, trace, 'a'), isBeyond(3, trace, 'a')], [true, false]);
  assert.deepEqual([isBeyond(0, trace, 'b'), isBeyond(1, trace, 'b')], [true, false]);
  assert.equal(isBeyond(0, trace, 'c'), false);
  assert.equal(trace.split('Lineage=').length, 2);
});

test('a request without a trace, or with nonsense in its place, is counted all the same', () => {
  for (const odd of ['', 'nonsense', 'Lineage=zz:1|8cd46b31:x', ';;=;']) {
    const trace = withStep(odd, 'a');
    assert.equal(parseXray(trace), undefined, odd);
    assert.equal(isBeyond(0, trace, 'a'), true, odd);
    assert.equal(isBeyond(1, trace, 'a'), false);
  }
});

test('a trace through many functions stays short, and remembers the last ones', () => {
  let trace = root;
  for (let n = 0; n < 500; n++) trace = withStep(trace, `f${n}`);
  assert.ok(trace.length < 400);
  assert.equal(isBeyond(0, trace, 'f499'), true);
});
