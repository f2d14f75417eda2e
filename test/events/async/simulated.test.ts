/** Whatever dies and is lost on the way: what was accepted runs, and ends once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSnapshot } from '../../../src/events/async/snapshot.js';
import type { Submission } from '../../../src/events/index.js';
import { seedsOf } from '../../seeds.js';
import { idOf } from './commands.js';
import { SimulatedNodes } from './simulated-nodes.js';

const seeds = seedsOf({
  firstSeed: 'HEARTH_EVENTS_FIRST_SEED',
  seedCount: 'HEARTH_EVENTS_SEEDS',
  fixedSeeds: 20,
  freshSeeds: 10,
});

const submission = (n: number): Submission => ({
  id: idOf(n),
  functionName: n % 3 === 0 ? 'g' : 'f',
  qualifier: '$LATEST',
  invokedAs: '',
  payload: Buffer.from(String(n)),
  traceId: '',
  idempotencyKey: '',
});

for (const seed of seeds) {
  test(`with seed ${seed} every accepted event runs and ends once, on nodes that die, stand still and come back`, async () => {
    const sim = new SimulatedNodes({ seed, nodes: 4, lossOfAnswers: 0.1, functionErrors: 0.2 });
    const { cluster } = sim;
    const { random } = cluster;
    const accepted = new Set<string>();
    await cluster.pass(200);
    for (let n = 0; n < 120; n++) {
      const node = cluster.alive[random.below(cluster.alive.length)];
      node?.service?.submit(submission(n)).then(
        ({ id }) => accepted.add(id),
        () => {},
      );
      await cluster.pass(20 * random.below(4));
      cluster.mishap();
      if (n === 60) await cluster.dieTogether();
    }
    cluster.recover();
    // a delivery that fails time after time comes again after 16 s
    await cluster.pass(40_000);
    cluster.settle();
    assert.ok(accepted.size > 3, `${accepted.size} were accepted`);
    const ran = new Set<string>(sim.attempts);
    for (const { service: events } of cluster.alive) {
      for (const id of accepted) {
        const event = events?.replica.core.get(id);
        assert.equal(event?.status, 'done', `${id} has not ended`);
        if (event.functionName === 'g') assert.ok(sim.told.has(event.id), `${id} is not told of`);
        assert.ok(ran.has(id), `${id} has never run`);
      }
      assert.equal(events?.replica.core.openCount, 0);
      events?.replica.core.invariants();
    }
    const states = cluster.alive.map(({ service: events }) =>
      Buffer.concat(
        events === null ? [] : [...encodeSnapshot(events.replica.core.image())],
      ).toString(),
    );
    for (const state of states) assert.equal(state, states[0]);
  });
}

test('while nobody dies and nothing is lost, every event runs as often as it is tried, and no more', async () => {
  const sim = new SimulatedNodes({ seed: 1, nodes: 3, lossOfAnswers: 0, functionErrors: 0 });
  await sim.cluster.pass(200);
  for (let n = 0; n < 60; n++) {
    void sim.cluster.alive[n % 3]?.service?.submit(submission(n));
    void sim.cluster.alive[(n + 1) % 3]?.service?.submit(submission(n));
    await sim.cluster.pass(20);
  }
  await sim.cluster.pass(3000);
  assert.equal(sim.attempts.length, 60);
  const owners = sim.cluster.alive.map(({ service }) => service?.stats().attempts.ok ?? 0);
  assert.equal(
    owners.reduce((sum, count) => sum + count, 0),
    60,
  );
});
