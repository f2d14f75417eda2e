import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextTurn, SharedTurns, SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { nodeId } from '../../../src/types/index.js';
import { ExecutionsCore } from '../../../src/workflow/executions/core.js';
import { ParsedDefinitions } from '../../../src/workflow/executions/parsed-definitions.js';
import { Runner } from '../../../src/workflow/executions/runner.js';
import type { Definition } from '../../../src/workflow/language/types.js';
import { ToyEngine, type ToyStep } from '../sim/toy-engine.js';
import { startOf } from './commands.js';

const nodeA = nodeId('a'.repeat(32));
const nodeB = nodeId('b'.repeat(32));
/** Longer than it takes until what is idle is looked for. */
const sleepMs = 1500;

/** A runner of a node that keeps no engine which only waits, over a log that takes everything at once. */
function makeRunner() {
  const clock = new SimulatedClock();
  const core = new ExecutionsCore();
  const world = { engines: 0, begun: 0, cancelled: 0 };
  const tell = (): void => {
    for (const execution of core.takeChanged()) runner.changed(execution);
  };
  const apply = (command: Parameters<ExecutionsCore['apply']>[0], node = nodeA) => {
    const result = core.apply(command, node, clock.wallMs());
    tell();
    return result;
  };
  const runner: Runner = new Runner({
    ledger: {
      self: () => nodeA,
      core: () => core,
      ask: async (command) => apply(command),
      catchUp: async () => true,
    },
    clock,
    logger: silentLogger,
    nextTurn,
    turns: new SharedTurns(clock, 3),
    caughtUp: async () => {},
    makeEngine: (...of) => {
      world.engines++;
      return new ToyEngine(...of);
    },
    definitions: new ParsedDefinitions(() => ({}) as Definition),
    evaluator: { evaluate: async () => ({ kind: 'values', values: [] }) },
    tasks: {
      begin: () => {
        world.begun++;
        return () => {
          world.cancelled++;
        };
      },
    },
    mapRuns: { begin: () => () => {} },
    random: () => 0.5,
    idleEnginesMax: 0,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      for (let turn = 0; turn < 10; turn++) await nextTurn();
      clock.advance(100);
    }
    for (let turn = 0; turn < 10; turn++) await nextTurn();
  };
  runner.start();
  const start = (name: string, ...steps: readonly ToyStep[]) =>
    apply(startOf(name, JSON.stringify(steps)));
  return { runner, core, world, apply, start, pass };
}

describe('an execution that waits for nothing but the time', () => {
  it('goes on when the time has come, with an engine made anew', async () => {
    const { core, world, start, pass } = makeRunner();
    start('x', { waitMs: 10_000 }, { waitMs: 10_000 });
    await pass(sleepMs);
    assert.equal(world.engines, 1);
    await pass(8000);
    assert.equal(core.get('x')?.records, 2);
    await pass(1000);
    assert.equal(core.get('x')?.records, 4);
    assert.equal(world.engines, 2);
    await pass(10_000);
    assert.equal(core.get('x')?.status, 'SUCCEEDED');
  });

  it('is let go where it is stopped, or another node has it', async () => {
    const { runner, core, world, apply, start, pass } = makeRunner();
    start('x', { waitMs: 10_000 });
    await pass(sleepMs);
    apply({ kind: 'stop', arn: 'x', error: null, cause: null });
    start('y', { waitMs: 10_000 });
    await pass(sleepMs);
    apply({ kind: 'adopt', from: nodeA, to: [nodeB], itemsMax: 1 });
    start('z', { waitMs: 10_000 });
    await pass(sleepMs);
    runner.replace([]);
    await pass(20_000);
    assert.equal(world.engines, 3);
    assert.equal(core.get('y')?.records, 2);
  });

  it('is loaded where it comes back to its node', async () => {
    const { core, apply, start, pass } = makeRunner();
    start('x', { waitMs: 10_000 });
    await pass(sleepMs);
    apply({ kind: 'adopt', from: nodeA, to: [nodeB], itemsMax: 1 });
    apply({ kind: 'adopt', from: nodeB, to: [nodeA], itemsMax: 1 });
    await pass(10_000);
    assert.equal(core.get('x')?.status, 'SUCCEEDED');
  });

  it('counts with what it did', async () => {
    const { runner, start, pass } = makeRunner();
    start('x', { waitMs: 10_000 });
    await pass(100);
    const { transitions } = runner;
    await pass(sleepMs);
    assert.equal(runner.transitions, transitions);
  });
});

it('a task under way is not begun again by an execution whose engine was given away', async () => {
  const { core, runner, world, apply, start, pass } = makeRunner();
  start('x', 'token', { waitMs: 1000 });
  await pass(sleepMs);
  assert.equal(runner.tasksUnderWay, 1);
  const [{ token = '' } = {}] = [...core.tokens.of('x')];
  const output = Buffer.from('1');
  apply({ kind: 'signal', token, signal: 'succeeded', output, error: '', cause: '' });
  await pass(3000);
  assert.equal(core.get('x')?.status, 'SUCCEEDED');
  assert.deepEqual([world.begun, world.engines], [1, 3]);
});
