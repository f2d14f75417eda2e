import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rolloutMetrics } from '../../src/node/rollout-metrics.js';
import type { Release, RolloutState } from '../../src/rollout/index.js';
import { RolloutMachine } from '../../src/rollout/index.js';
import { view } from '../ingress/harness.js';

const { state } = new RolloutMachine(() => {});

function release(version: string): Release {
  return { version, digest: '', formatLevel: 2, artifact: '' };
}

test('where nothing is under way there are the nodes by release', () => {
  const lines = rolloutMetrics(state, view).split('\n');
  for (const line of [
    'hearth_rollout_step{step="none",from="",to=""} 1',
    'hearth_rollout_paused 0',
    'hearth_rollout_refused 0',
    `hearth_format_level ${state.formatLevel}`,
    'hearth_nodes{release="0.1.0"} 1',
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.doesNotMatch(rolloutMetrics(state, null), /hearth_nodes\{/);
});

test('a rollout shows its step, its releases, and that it is paused', () => {
  const current: RolloutState['current'] = {
    id: 1,
    revision: 3,
    from: release('0.1.0'),
    release: release('0.2.0'),
    by: 'source',
    beganMs: 1,
    step: 'draining',
    stepBeganMs: 2,
    paused: { by: 'somebody', atMs: 3 },
    size: 3,
    oldMaster: view.self,
    target: null,
    reason: null,
    starts: [],
    comparison: null,
    story: [],
    endedMs: null,
  };
  const paused = rolloutMetrics({ ...state, current }, view).split('\n');
  assert.ok(paused.includes('hearth_rollout_step{step="draining",from="0.1.0",to="0.2.0"} 1'));
  assert.ok(paused.includes('hearth_rollout_paused 1'));
  const past = [{ ...current, endedMs: 4 }];
  const ended = rolloutMetrics({ ...state, current: null, past }, view);
  assert.match(ended, /step="none"/);
});
