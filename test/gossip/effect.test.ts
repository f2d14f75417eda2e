import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { timeTold } from '../../src/gossip/effect.js';
import type { Ack } from '../../src/gossip/packet.js';
import { parameters } from '../../src/gossip/parameters.js';
import { nodeId } from '../../src/types/index.js';

const target = nodeId('a'.repeat(32));
const ack: Ack = { kind: 'ack', sequence: 1, target, wallMs: 1_000_000 };

test('an ack that came straight and soon tells the time, with half of the way added', () => {
  const told = { kind: 'time', id: target, wallMs: 1_000_020 };
  assert.deepEqual(timeTold(ack, { way: 'direct', tookMs: 40 }), [told]);
});

test('one without a time, unasked, late, or by another way tells none', () => {
  const { wallMs: _, ...silent } = ack;
  assert.deepEqual(timeTold(silent, { way: 'direct', tookMs: 40 }), []);
  assert.deepEqual(timeTold(ack, null), []);
  const tookMs = parameters.timeRoundTripMaxMs + 1;
  assert.deepEqual(timeTold(ack, { way: 'direct', tookMs }), []);
  for (const way of ['helper', 'stream'] as const) {
    assert.deepEqual(timeTold(ack, { way, tookMs: 40 }), []);
  }
});
