/** What an engine makes of records that tell less, and of reports that come again, after a restart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Engine, makeEngine } from '../../../src/workflow/engine/index.js';
import type { HistoryRecord } from '../../../src/workflow/history.js';
import type { Definition } from '../../../src/workflow/language/index.js';

const definition = {
  StartAt: 'S',
  States: {
    S: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync',
      Parameters: { 'Input.$': '$' },
      End: true,
    },
  },
} as unknown as Definition;

function made(): Engine {
  const facts = {
    arn: 'execution',
    name: 'e',
    input: '{"n":1}',
    roleArn: 'role',
    stateMachineArn: 'machine',
    stateMachineName: 'm',
    type: 'STANDARD',
    startedAtMs: 0,
    traceId: '',
  } as const;
  return makeEngine(definition, facts, { keepsHistory: true, random: () => 0, uuid: () => 'uuid' });
}

test('what a task has submitted stands in the history once, though it is told again after a restart', () => {
  const records: HistoryRecord[] = [];
  const first = made();
  records.push(...first.handle({ kind: 'begin' }, 0).records);
  const task = String(records.length);
  const submitted = { kind: 'task', task, report: { kind: 'submitted', output: '{}' } } as const;
  records.push(...first.handle(submitted, 1).records);
  assert.equal(records.at(-1)?.event.type, 'TaskSubmitted');
  const second = made();
  for (const record of records) second.replay(record);
  assert.equal(second.resume(2).effects[0]?.kind, 'start-task');
  assert.deepEqual(second.handle(submitted, 3).records, []);
});

test('an execution that was stopped before it began has its input when it is redriven', () => {
  const engine = made();
  const details = { input: '{"n":1}', roleArn: 'role' };
  const started = {
    id: 1,
    previousEventId: 0,
    timestampMs: 0,
    type: 'ExecutionStarted',
    details,
  } as const;
  const aborted = { id: 2, previousEventId: 1, timestampMs: 0, type: 'ExecutionAborted' } as const;
  for (const event of [started, aborted]) engine.replay({ event });
  const { effects } = engine.handle({ kind: 'redrive', redriveCount: 1 }, 5);
  const [effect] = effects;
  assert.equal(effect?.kind === 'start-task' && effect.request.input, '{"Input":{"n":1}}');
});
