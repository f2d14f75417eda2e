/** A moment of what `npm run chaos:churn` does for an hour: what comes and goes in a cluster leaves nothing behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaksOf } from '../chaos/churn/bounds.js';
import { runChurn } from '../chaos/churn/churn.js';

test('sandboxes, functions, events, connections and nodes come and go, and leave nothing behind', {
  timeout: 200_000,
}, async (t) => {
  const record = await runChurn({
    nodes: 2,
    share: 0.008,
    countMs: 1500,
    snapshots: null,
    say: (text) => t.diagnostic(text),
    signal: t.signal,
  });
  assert.deepEqual(leaksOf(record), []);
  // it did what it says
  const { quotas, sandboxesMade, good, other } = record;
  assert.ok(sandboxesMade >= quotas.sandboxes / 2, `${sandboxesMade} sandboxes were made`);
  assert.ok(good >= quotas.requests, `${good} good answers, and others: ${JSON.stringify(other)}`);
});
