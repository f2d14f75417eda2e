/** Whatever dies, stands still and is lost on the way: each accepted execution goes on, in one line, and ends once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Random } from '../../../src/lib/index.js';
import { seedsOf } from '../../seeds.js';
import { execution, recordsOf, SimulatedWorkflows } from './simulated-workflows.js';
import type { ToyStep } from './toy-engine.js';

const seeds = seedsOf({
  firstSeed: 'HEARTH_WORKFLOW_FIRST_SEED',
  seedCount: 'HEARTH_WORKFLOW_SEEDS',
  fixedSeeds: 20,
  freshSeeds: 10,
});

function stepsOf(random: Random): ToyStep[] {
  const waits: ToyStep[] = [{ waitMs: 700 }, { waitMs: 2500 }];
  const kinds: ToyStep[] = ['task', 'task', 'evaluate', 'token', 'activity', ...waits];
  return Array.from({ length: 1 + random.below(6) }, () => kinds[random.below(7)] ?? 'task');
}

for (const seed of seeds) {
  test(`with seed ${seed} every accepted execution goes on and ends once, on nodes that die, stand still and come back`, async () => {
    const sim = new SimulatedWorkflows({ seed, nodes: 4, lossOfAnswers: 0.1 });
    const { cluster } = sim;
    const { random } = cluster;
    const accepted = new Map<string, number>();
    const anyone = () => cluster.alive[random.below(cluster.alive.length)];
    await cluster.pass(200);
    for (let n = 0; n < 60; n++) {
      const steps = stepsOf(random);
      anyone()
        ?.service?.executions.start(execution(`e${n}`, steps))
        .then(
          ({ arn }) => accepted.set(arn, steps.length),
          () => {},
        );
      await cluster.pass(20 * random.below(5));
      signalSome(sim, random);
      cluster.mishap();
      for (const { service } of cluster.alive) if (service) sim.witness.checkNode(service.replica);
      if (n === 30) await cluster.dieTogether();
    }
    cluster.recover();
    for (let round = 0; round < 60; round++) {
      await cluster.pass(400);
      signalSome(sim, random);
    }
    assert.deepEqual(sim.witness.violations, []);
    assert.ok(accepted.size > 3, `${accepted.size} were accepted`);
    const { executions } = sim.truth;
    executions.invariants();
    for (const [arn, steps] of accepted) {
      const stored = executions.get(arn);
      assert.equal(stored?.status, 'SUCCEEDED', `${arn} has not ended: ${JSON.stringify(stored)}`);
      const types = recordsOf(stored).map(({ event }) => event.type);
      const ends = types.filter((type) => type === 'ExecutionSucceeded');
      assert.equal(ends.length, 1);
      assert.equal(types.filter((type) => type.endsWith('StateExited')).length, steps);
      recordsOf(stored).forEach(({ event }, at) => {
        assert.equal(event.id, at + 1);
      });
    }
    assert.equal(executions.counts.RUNNING, 0);
    const states = sim.states();
    for (const state of states) assert.equal(state, states[0]);
  });
}

test('while nobody dies and nothing is lost, each task begins once', async () => {
  const sim = new SimulatedWorkflows({ seed: 1, nodes: 3, lossOfAnswers: 0 });
  await sim.cluster.pass(200);
  for (let n = 0; n < 30; n++) {
    const service = sim.cluster.alive[n % 3]?.service;
    void service?.executions.start(execution(`e${n}`, ['task', 'evaluate', 'task']));
    await sim.cluster.pass(20);
  }
  await sim.cluster.pass(3000);
  assert.equal(sim.begun, 60);
  assert.equal(sim.truth.executions.counts.SUCCEEDED, 30);
});

/** Tells some of the tasks that wait for the outside that they have succeeded, and takes activities' tasks. */
function signalSome(sim: SimulatedWorkflows, random: Random): void {
  const { cluster } = sim;
  const service = cluster.alive[random.below(cluster.alive.length)]?.service;
  service?.executions.takeActivityTask('an activity', null, 0).then(
    () => {},
    () => {},
  );
  for (const token of sim.tokens) {
    if (sim.truth.executions.tokens.get(token)?.isOpen !== true) sim.tokens.delete(token);
    else if (random.next() < 0.5) {
      service?.executions.signal(token, { kind: 'succeeded', output: '{}' }).then(
        () => {},
        () => {},
      );
    }
  }
}

test('what an execution says of its items is kept to its end', async () => {
  const sim = new SimulatedWorkflows({ seed: 1, nodes: 1, lossOfAnswers: 0 });
  await sim.cluster.pass(200);
  const asked = { ...execution('child', ['task']), itemCount: 3 };
  const started = sim.cluster.alive[0]?.service?.executions.start(asked);
  await sim.cluster.pass(2000);
  const stored = sim.truth.executions.get((await started)?.arn ?? '');
  assert.deepEqual([stored?.status, stored?.itemCount], ['SUCCEEDED', 3]);
});
