import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeTime, SimulatedClock } from '../../src/lib/index.js';
import { timeKnown } from '../../src/node/time-known.js';
import type { ClusterView, NodeView } from '../../src/types/index.js';

function waiting(statuses: readonly string[], voters: readonly string[] = []) {
  const clock = new SimulatedClock();
  const time = new NodeTime(clock, undefined, () => clock.nowMs());
  const nodes = ['self', ...statuses].map((status, index) => ({
    id: index === 0 ? 'self' : `${index}`,
    status: index === 0 ? 'alive' : status,
  })) as unknown as NodeView[];
  const state = { known: false };
  const view = { self: 'self', nodes, voters } as unknown as ClusterView;
  void timeKnown(time, () => view, clock).then(() => {
    state.known = true;
  });
  const pass = async (ms: number): Promise<boolean> => {
    for (let passedMs = 0; passedMs < ms; passedMs += 10) {
      clock.advance(10);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
    return state.known;
  };
  return { time, pass };
}

test('with fewer than two others that live there is nothing to wait for', async () => {
  for (const statuses of [[], ['alive'], ['alive', 'dead', 'left']]) {
    assert.equal(await waiting(statuses).pass(10), true);
  }
});

test('with two a node waits until they have said what time it is', async () => {
  const { time, pass } = waiting(['alive', 'alive']);
  assert.equal(await pass(500), false);
  time.hold(1000, 0);
  assert.equal(await pass(30), true);
});

test('it waits shortly for others that vote and have not been heard of yet', async () => {
  const { pass } = waiting(['alive'], ['self', '1', '2']);
  assert.equal(await pass(400), false);
  assert.equal(await pass(200), true);
});

test('and if they do not say it, not for long', async () => {
  assert.equal(await waiting(['alive', 'alive']).pass(2000), true);
});
