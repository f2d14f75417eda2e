/** Whatever dies, stands still and is lost on the way: each execution ends as it would have ended without it. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { StoredExecution } from '../../../src/workflow/executions/index.js';
import { seedsOf } from '../../seeds.js';
import { activity, corpus } from './corpus.js';
import { isLater, SimulatedMachines } from './simulated-machines.js';
import { recordsOf } from './simulated-workflows.js';

const seeds = seedsOf({
  firstSeed: 'HEARTH_MACHINE_FIRST_SEED',
  seedCount: 'HEARTH_MACHINE_SEEDS',
  fixedSeeds: 10,
  freshSeeds: 4,
});
const names = [...corpus.keys()];
const expected = new Map<string, string>();

before(async () => {
  const sim = new SimulatedMachines({ seed: 1, nodes: 3, lossOfAnswers: 0 });
  await sim.cluster.pass(200);
  await sim.create();
  const accepted = new Map<string, string>();
  for (const name of names) {
    void sim.start(name, 'e').then((arn) => accepted.set(String(arn), name));
  }
  await sim.cluster.pass(200);
  await untilEnded(sim, accepted);
  for (const [arn, name] of accepted) expected.set(name, endOf(sim.get(arn)));
  assert.equal(expected.size, names.length);
});

for (const seed of seeds) {
  test(`with seed ${seed} every machine ends as without faults, on nodes that die, stand still and come back`, async () => {
    const sim = new SimulatedMachines({ seed, nodes: 4, lossOfAnswers: 0.1 });
    const { cluster } = sim;
    const { random } = cluster;
    const accepted = new Map<string, string>();
    await cluster.pass(200);
    await sim.create();
    for (let n = 0; n < 60; n++) {
      const name = names[random.below(names.length)] ?? '';
      void sim.start(name, `e${n}`).then((arn) => arn !== null && accepted.set(arn, name));
      await cluster.pass(20 * random.below(5));
      await act(sim, random.next() < 0.1 ? [...accepted.keys()] : [], accepted);
      fault(sim);
      for (const replica of sim.replicas()) sim.witness.checkNode(replica);
      if (n === 30) await cluster.dieTogether();
    }
    cluster.recover();
    await untilEnded(sim, accepted);
    assert.deepEqual(sim.witness.violations, []);
    assert.ok(accepted.size > 3, `${accepted.size} were accepted`);
    for (const [arn, name] of accepted) {
      const stored = sim.get(arn);
      assert.equal(endOf(stored), expected.get(name), `${arn} ${typesOf(stored)}`);
    }
    for (const stored of sim.truth.executions.all()) checkHistory(stored);
    nothingOpen(sim);
    const states = sim.states();
    for (const state of states) assert.deepEqual(state, states[0]);
  });
}

/** One fault, or the end of one; or a node loses what it drives, or leaves. */
function fault(sim: SimulatedMachines): void {
  const { cluster } = sim;
  cluster.mishap();
  const dice = cluster.random.next();
  const one = cluster.alive[cluster.random.below(cluster.alive.length)];
  if (dice < 0.07 && one !== undefined) sim.adopt(one.id);
  else if (dice < 0.1 && cluster.alive.length > 1 && one !== undefined) sim.leave(one);
}

/** What comes from the outside: workers, tokens, somebody who stops and redrives. */
async function act(
  sim: SimulatedMachines,
  toStop: readonly string[],
  accepted: ReadonlyMap<string, string>,
): Promise<void> {
  const { random } = sim.cluster;
  const executions = ():
    | NonNullable<ReturnType<typeof sim.anyone>>['workflows']['executions']
    | undefined => sim.anyone()?.workflows.executions;
  const quiet = (work: Promise<unknown> | undefined): void => {
    work?.catch((error: unknown) => assert.ok(isLater(error) || isOver(error), String(error)));
  };
  quiet(
    executions()
      ?.takeActivityTask(activity, 'worker', 0)
      .then((task) => task && sim.tokens.add(task.taskToken)),
  );
  for (const token of sim.tokens) {
    const dice = random.next();
    if (sim.truth.executions.tokens.get(token)?.isOpen === false) sim.tokens.delete(token);
    else if (dice < 0.3)
      quiet(executions()?.signal(token, { kind: 'succeeded', output: '{"n":7}' }));
    else if (dice < 0.5) quiet(executions()?.signal(token, { kind: 'heartbeat' }));
  }
  const stopped = toStop[random.below(toStop.length)];
  if (stopped !== undefined) quiet(executions()?.stop(stopped, 'Stopped', 'by hand'));
  for (const [arn, name] of accepted) {
    const status = sim.get(arn)?.status;
    if (status === 'ABORTED' || (status === 'FAILED' && name.startsWith('redrive'))) {
      quiet(executions()?.redrive(arn, `redrive of ${sim.get(arn)?.redriveCount}`));
    }
  }
}

async function untilEnded(
  sim: SimulatedMachines,
  accepted: ReadonlyMap<string, string>,
): Promise<void> {
  const { executions } = sim.truth;
  for (let round = 0; round < 400; round++) {
    const [first] = sim.cluster.nodes;
    // the last that was there may have left
    if (sim.cluster.alive.length === 0 && first !== undefined) sim.cluster.start(first);
    await sim.cluster.pass(200);
    await act(sim, [], accepted);
    const isWaiting = [...accepted].some(([arn, name]) => {
      const status = sim.get(arn)?.status;
      return status === 'ABORTED' || (status === 'FAILED' && name.startsWith('redrive'));
    });
    if (executions.counts.RUNNING === 0 && !isWaiting) break;
  }
  const running = [...executions.all()].filter(({ status }) => status === 'RUNNING');
  assert.deepEqual(
    running.map((each) => `${each.arn} ${typesOf(each)}`),
    [],
  );
}

function endOf(stored: StoredExecution | undefined): string {
  const last = stored && recordsOf(stored).at(-1)?.event;
  const { inputDetails: _, outputDetails: __, ...details } = last?.details ?? {};
  const text = JSON.stringify({ status: stored?.status, ...details });
  return text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uuid');
}

function typesOf(stored: StoredExecution | undefined): string {
  return stored
    ? recordsOf(stored)
        .map(({ event }) => `${event.id}<${event.previousEventId} ${event.type}`)
        .join('\n')
    : 'unknown';
}

const ofTask = /^(Task|LambdaFunction|Activity)(?!State)/;

function checkHistory(stored: StoredExecution): void {
  const events = recordsOf(stored).map(({ event }) => event);
  const followed = new Set<number>();
  events.forEach((event, at) => {
    const { id, previousEventId, type } = event;
    assert.equal(id, at + 1);
    assert.ok(previousEventId < id, `${previousEventId} < ${id}`);
    if (!ofTask.test(type) || /Scheduled$/.test(type)) return;
    const where = `${stored.arn}: ${id} ${type} after ${previousEventId}\n${typesOf(stored)}`;
    assert.ok(!followed.has(previousEventId), where);
    followed.add(previousEventId);
    const before = events[previousEventId - 1]?.type ?? '';
    const kind = type.replace(/^.*(Started|Submitted|Succeeded|Failed|TimedOut)$/, '$1');
    const after =
      kind === 'Started'
        ? /Scheduled$/
        : kind === 'Submitted'
          ? /Started$/
          : /(Scheduled|Started|Submitted)$/;
    assert.match(before, after, where);
  });
  const ends = events.filter(({ type }) =>
    /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(type),
  );
  assert.equal(ends.length, stored.redriveCount + 1, typesOf(stored));
}

function nothingOpen({ truth }: SimulatedMachines): void {
  const { executions } = truth;
  executions.invariants();
  assert.deepEqual(
    [...executions.tokens.all()].filter(({ isOpen }) => isOpen),
    [],
  );
  assert.deepEqual(
    [...executions.mapRuns.all()].filter(({ status }) => status === 'RUNNING'),
    [],
  );
  assert.deepEqual([...executions.owners()], []);
}

function isOver(error: unknown): boolean {
  const { code } = error as { code?: string };
  return /^(task-timed-out|task-does-not-exist|execution-not-redrivable)$/.test(code ?? '');
}
