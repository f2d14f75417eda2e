import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionsMax } from '../../src/node/connections-max.js';
import { limits } from '../../src/types/index.js';

test('connections leave open files for the rest of the node', () => {
  assert.equal(connectionsMax(1024), 512);
  assert.equal(connectionsMax(20_000), 20_000 - 4096);
  assert.equal(connectionsMax(1_000_000), limits.connectionsMax);
  assert.equal(connectionsMax(Number.POSITIVE_INFINITY), limits.connectionsMax);
  assert.ok(connectionsMax() > 0);
});
