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

const waiting = {
  QueryLanguage: 'JSONata',
  StartAt: 'S',
  States: {
    S: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' },
      Output: '{% $uppercase($states.context.Task.Token) %}',
      End: true,
    },
  },
} as unknown as Definition;

function made(of = definition): Engine {
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
  return makeEngine(of, facts, { keepsHistory: true, random: () => 0, uuid: () => 'uuid' });
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

test('a task was started when it was begun, which is kept with what comes next, and told once', () => {
  const engine = made();
  const task = String(engine.handle({ kind: 'begin' }, 0).records.length);
  const started = { kind: 'task', task, report: { kind: 'started' } } as const;
  assert.deepEqual(engine.handle(started, 5).records, []);
  assert.deepEqual(engine.handle(started, 6).records, []);
  const submitted = { kind: 'task', task, report: { kind: 'submitted', output: '{}' } } as const;
  const { records } = engine.handle(submitted, 9);
  assert.deepEqual(
    records.map(({ event }) => [event.type, event.timestampMs]),
    [
      ['TaskStarted', 5],
      ['TaskSubmitted', 9],
    ],
  );
});

test('the output of a task that is evaluated after a restart sees the token that the task had', () => {
  const first = made(waiting);
  const { records } = first.handle({ kind: 'begin' }, 0);
  const task = String(records.length);
  const report = { kind: 'succeeded', output: '{}' } as const;
  const done = first.handle({ kind: 'task', task, report }, 1);
  assert.equal(done.effects.at(-1)?.kind, 'evaluate');
  const second = made(waiting);
  for (const record of [...records, ...done.records]) second.replay(record);
  const [effect] = second.resume(2).effects;
  const context = effect?.kind === 'evaluate' ? effect.request.states.context : null;
  assert.deepEqual((context as { Task?: unknown } | null)?.Task, { Token: 'uuid' });
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
