/** Which nodes of `hearth up` are started again, when, and how often. */
import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import type { NodeProcess } from '../../src/cli/node-process.js';
import { Restarts } from '../../src/cli/restarts.js';
import { planUp } from '../../src/cli/up-plan.js';
import { SimulatedClock } from '../../src/lib/index.js';

type May = 'now' | 'wait' | 'never';

function begin(context: TestContext, { startFails = false, may = () => 'now' as May } = {}) {
  const clock = new SimulatedClock();
  const said: string[] = [];
  const started: NodeProcess[] = [];
  const ready: (() => void)[] = [];
  const node = (plan: NodeProcess['plan']): NodeProcess => ({
    plan,
    pid: 1,
    ready: new Promise((resolve) => ready.push(resolve)),
    exited: new Promise(() => {}),
    terminate: () => {},
    kill: () => {},
  });
  const restarts = new Restarts({
    clock,
    say: (line) => said.push(line),
    start: (plan) => {
      if (startFails) throw new Error('too many files');
      const made = node(plan);
      started.push(made);
      return made;
    },
    mayStart: async () => may(),
  });
  context.after(() => restarts.stop());
  const [plan] = planUp({ nodes: 1, http: 8080, sandbox: 'auto', data: '/d' }, []).nodes;
  assert.ok(plan);
  /** It dies, and a second passes. */
  const dies = async () => {
    restarts.died(started.at(-1) ?? node(plan), 'node 1 ended', Promise.resolve());
    await settled();
    clock.advance(1000);
    await Promise.all(restarts.pending);
  };
  return { clock, restarts, said, started, ready, first: node(plan), dies };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a node that died is started again a second after what it left was swept', async (context) => {
  const { clock, restarts, said, started, first } = begin(context);
  let swept = () => {};
  restarts.died(first, 'node 1 ended', new Promise((resolve) => (swept = resolve)));
  assert.deepEqual(said, ['node 1 ended; the others go on, and it is started again.']);
  await settled();
  clock.advance(5000);
  swept();
  await settled();
  clock.advance(999);
  assert.equal(started.length, 0);
  assert.equal(restarts.pending.size, 1);
  clock.advance(1);
  await Promise.all(restarts.pending);
  assert.deepEqual(
    started.map(({ plan }) => plan),
    [first.plan],
  );
  assert.equal(restarts.pending.size, 0);
});

test('a node that ends three times in a row before it is up stays down', async (context) => {
  const { said, started, dies } = begin(context);
  for (let count = 0; count < 4; count++) await dies();
  assert.equal(started.length, 3);
  assert.match(said.at(-1) ?? '', /it ended 3 times before it was up and stays down/);
});

test('a node that comes up in between may die as often as it likes', async (context) => {
  const { started, ready, dies } = begin(context);
  for (let count = 0; count < 20; count++) {
    await dies();
    if (count % 2 === 0) ready.at(-1)?.();
  }
  assert.equal(started.length, 20);
});

test('after a stop nothing is started, and nothing is pending', async (context) => {
  const { restarts, started, first } = begin(context);
  restarts.died(first, 'node 1 ended', Promise.resolve());
  await settled();
  restarts.stop();
  await Promise.all(restarts.pending);
  assert.deepEqual([started.length, restarts.pending.size], [0, 0]);
});

test('a process that cannot be started is told', async (context) => {
  const { said, dies } = begin(context, { startFails: true });
  await dies();
  assert.equal(said.at(-1), 'node 1 cannot be started: too many files');
});

test('a node waits while a rollout is under way, which may have put another in its stead', async (context) => {
  for (const [answer, starts] of [
    ['now', 1],
    ['never', 0],
  ] as const) {
    let may: May = 'wait';
    const { clock, restarts, started, first } = begin(context, { may: () => may });
    restarts.died(first, 'node 1 ended', Promise.resolve());
    for (let second = 0; second < 5; second++) {
      await settled();
      clock.advance(1000);
    }
    assert.equal(started.length, 0);
    may = answer;
    await settled();
    clock.advance(1000);
    await Promise.all(restarts.pending);
    assert.equal(started.length, starts, answer);
  }
});
