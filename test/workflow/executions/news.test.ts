/** When executions go on that were begun before, and tasks whose records were long on their way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTurn, SharedTurns, SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { nodeId } from '../../../src/types/index.js';
import { newsAgeMsMax } from '../../../src/workflow/abreast.js';
import type { ExecutionCommand } from '../../../src/workflow/executions/command.js';
import { ExecutionsCore } from '../../../src/workflow/executions/core.js';
import { ParsedDefinitions } from '../../../src/workflow/executions/parsed-definitions.js';
import { encodeRecords } from '../../../src/workflow/executions/record-codec.js';
import { Runner } from '../../../src/workflow/executions/runner.js';
import type { Definition } from '../../../src/workflow/language/types.js';
import type { TaskReport, TaskRequest } from '../../../src/workflow/tasks/types.js';
import { ToyEngine, type ToyStep } from '../sim/toy-engine.js';
import { Latch } from '../tasks/task-bench.js';
import { startOf } from './commands.js';

const self = nodeId('a'.repeat(32));
const other = nodeId('b'.repeat(32));

/** A node that drives what the log gives it: each command is in the log as soon as it is said. */
function makeRunner() {
  const clock = new SimulatedClock();
  const core = new ExecutionsCore();
  const begun: TaskRequest[] = [];
  const tells: ((report: TaskReport) => void)[] = [];
  const cancelled: (string | undefined)[] = [];
  const world = { asked: 0, news: new Latch(), keepMs: 0 };
  const say = (command: ExecutionCommand, node = self) => {
    const result = core.apply(command, node, clock.wallMs());
    for (const execution of core.takeChanged()) runner.changed(execution);
    runner.heard(core.takeHeard());
    return result;
  };
  const runner = new Runner({
    ledger: {
      self: () => self,
      core: () => core,
      ask: async (command) => {
        clock.advance(world.keepMs);
        return say(command);
      },
      catchUp: async () => true,
    },
    clock,
    logger: silentLogger,
    nextTurn,
    turns: new SharedTurns(clock, 3, nextTurn),
    caughtUp: () => {
      world.asked++;
      return world.news.opened;
    },
    makeEngine: (...of) => new ToyEngine(...of),
    definitions: new ParsedDefinitions(() => ({}) as Definition),
    evaluator: { evaluate: async () => ({ kind: 'values', values: [] }) },
    tasks: {
      begin: (request, tell) => {
        begun.push(request);
        tells.push(tell);
        return (why) => cancelled.push(why);
      },
    },
    mapRuns: { begin: () => () => {} },
    random: () => 0.5,
  });
  const start = (steps: readonly ToyStep[]) => say(startOf('e', JSON.stringify(steps)));
  const adopt = (from = self, to = other) =>
    say({ kind: 'adopt', from, to: [to], itemsMax: 1 }, other);
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 10; turns++) await nextTurn();
  };
  return { core, clock, runner, world, begun, tells, cancelled, say, start, adopt, settle };
}

test('one that another node has adopted is left: its task is ended here, and not given up', async () => {
  const { start, adopt, settle, begun, tells, cancelled, core } = makeRunner();
  start(['task', 'task']);
  await settle();
  adopt();
  assert.deepEqual([begun.length, cancelled], [1, [undefined]]);
  tells[0]?.({ kind: 'succeeded', output: '{}' });
  await settle();
  assert.equal(begun.length, 1);
  assert.equal(core.get('e')?.records, 2);
});

test('one that was begun before is gone on with once the node knows what has become of it', async () => {
  const { start, adopt, settle, begun, world, tells, core } = makeRunner();
  start(['task']);
  await settle();
  adopt();
  adopt(other, self);
  await settle();
  assert.deepEqual([begun.length, world.asked], [1, 1]);
  world.news.open();
  await settle();
  assert.equal(begun.length, 2);
  assert.equal(begun[1]?.requestId, begun[0]?.requestId);
  tells[1]?.({ kind: 'succeeded', output: '{}' });
  await settle();
  assert.equal(core.get('e')?.status, 'SUCCEEDED');
});

test('what comes for one meanwhile does not begin it, and is not lost', async () => {
  const { start, adopt, settle, begun, world, say, core } = makeRunner();
  start(['token', 'task']);
  await settle();
  const token = begun[0]?.taskToken ?? '';
  adopt();
  adopt(other, self);
  const signal = {
    kind: 'signal',
    token,
    output: Buffer.from('{}'),
    error: '',
    cause: '',
  } as const;
  say({ ...signal, signal: 'heartbeat' });
  say({ ...signal, signal: 'succeeded' });
  await settle();
  assert.deepEqual([begun.length, core.get('e')?.records], [1, 2]);
  world.news.open();
  await settle();
  assert.equal(begun.at(-1)?.input, '{"step":1}');
});

test("one that turns out to be another node's is not begun", async () => {
  const { start, adopt, settle, begun, world } = makeRunner();
  start(['task']);
  await settle();
  adopt();
  adopt(other, self);
  adopt();
  world.news.open();
  await settle();
  assert.equal(begun.length, 1);
});

test('a task whose record was long on its way begins once the node knows whose it is', async () => {
  const { start, adopt, settle, begun, world } = makeRunner();
  world.keepMs = newsAgeMsMax + 1;
  start(['task']);
  await settle();
  assert.deepEqual([begun.length, world.asked], [0, 1]);
  adopt();
  world.news.open();
  await settle();
  assert.equal(begun.length, 0);
});

test('a task whose record is kept at once begins without a question', async () => {
  const { start, settle, begun, world } = makeRunner();
  start(['task']);
  await settle();
  assert.deepEqual([begun.length, world.asked], [1, 0]);
});

test('what an earlier life of the node had on its way ends what this one has begun', async () => {
  const { start, adopt, settle, begun, cancelled, world, say, core } = makeRunner();
  world.news.open();
  start(['task', 'task']);
  await settle();
  adopt();
  adopt(other, self);
  await settle();
  const { epoch = 0, records = 0 } = core.get('e') ?? {};
  const at = { id: records + 1, previousEventId: records, timestampMs: 0 };
  const bytes = encodeRecords([{ event: { ...at, type: 'TaskStateExited' }, note: { at: 0 } }]);
  const of = { arn: 'e', epoch, at: records, step: 'earlier', records: 1, bytes };
  say({ kind: 'record', ...of, end: null, opened: [], closed: [], consumed: 0 });
  await settle();
  assert.deepEqual([begun.length, cancelled.length], [3, 2]);
  assert.equal(begun[2]?.input, '{"step":1}');
});
