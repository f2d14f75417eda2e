/** What ended badly in other ways than by a failure can be redriven, too. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type EngineOptions, makeEngine } from '../../../src/workflow/engine/index.js';
import type { HistoryRecord } from '../../../src/workflow/history.js';
import type { Definition } from '../../../src/workflow/language/index.js';
import type { TaskReport, TaskRequest } from '../../../src/workflow/tasks/types.js';
import { type LabReport, type LabRun, runLab, stopLab } from '../lab.js';

after(stopLab);

const options: EngineOptions = { keepsHistory: true, random: () => 0, uuid: () => 'uuid' };
const definition: Definition = {
  StartAt: 'P',
  TimeoutSeconds: 50,
  States: {
    P: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: { Type: 'Pass', Result: 'a', End: true } } },
        { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 100, End: true } } },
      ],
      End: true,
    },
  },
};

test('an execution that was aborted waits again for what it had waited for, and only for that', async () => {
  const run = await runLab({ definition, untilMs: Date.UTC(2026, 0, 1) });
  const last = run.records.at(-1)?.event;
  assert.ok(last);
  const id = last.id + 1;
  const timestampMs = last.timestampMs + 1000;
  const aborted: HistoryRecord = {
    event: { id, previousEventId: last.id, timestampMs, type: 'ExecutionAborted', details: {} },
  };
  const engine = makeEngine(definition, run.facts, options);
  for (const record of [...run.records, aborted]) engine.replay(record);
  assert.deepEqual(engine.resume(timestampMs).effects, [], 'nothing is under way');
  const redriven = engine.handle({ kind: 'redrive', redriveCount: 1 }, timestampMs + 5000);
  assert.deepEqual(
    redriven.records.map(({ event }) => [event.id, event.previousEventId, event.type]),
    [[id + 1, id, 'ExecutionRedriven']],
  );
  const dueMs = timestampMs + 5000 + 100_000;
  assert.deepEqual(redriven.effects, [
    { kind: 'set-timer', timer: 'execution', dueMs: timestampMs + 5000 + 50_000 },
    { kind: 'set-timer', timer: 'wait/1.1', dueMs },
  ]);
  const { end } = engine.handle({ kind: 'timer', timer: 'wait/1.1' }, dueMs);
  assert.deepEqual(end, { status: 'SUCCEEDED', output: '["a",{}]' });
});

test('an execution that timed out has all of its time again', async () => {
  const run = await runLab({ definition, redrives: 1 });
  assert.equal(run.end?.status, 'TIMED_OUT');
  assert.equal(run.endedAtMs - run.facts.startedAtMs, 100_000);
});

test('what has ended well is not redriven', async () => {
  const done: Definition = { StartAt: 'S', States: { S: { Type: 'Succeed' } } };
  const run = await runLab({ definition: done });
  const engine = makeEngine(done, run.facts, options);
  for (const record of run.records) engine.replay(record);
  assert.deepEqual(engine.handle({ kind: 'redrive', redriveCount: 1 }, 0).records, []);
});

// The next four as recorded of AWS: https://github.com/radkawar/stackd, testdata/aws/stepfunctions/redrive_execution.json
const activity = 'arn:aws:states:us-east-1:123456789012:activity:a';
const work = { Type: 'Task', Resource: activity, End: true };
const linesOf = ({ records }: LabRun, from: number): (readonly [number, number, string])[] =>
  records
    .slice(from - 1)
    .map(({ event: { id, previousEventId, type } }) => [id, previousEventId, type] as const);

/** Each item or branch fails once, where it is `bad`. */
function failingOnce(): (request: TaskRequest) => readonly LabReport[] {
  const failed = new Set<string>();
  return ({ input }) => {
    const isBad = input.includes('bad') && !failed.has(input);
    failed.add(input);
    const report: TaskReport = isBad
      ? { kind: 'failed', at: 'task', error: 'Probe.Retry', cause: 'once' }
      : { kind: 'succeeded', output: input };
    return [{ report: { kind: 'started' } }, { afterMs: 10, report }];
  };
}

test('a task that is redriven follows its Entered event, and was entered when it was', async () => {
  const definition = {
    StartAt: 'T',
    States: { T: { ...work, Parameters: { 'state.$': '$$.State', 'bad.$': '$$.State.Name' } } },
  };
  const run = await runLab({ definition, task: failingOnce(), redrives: 1 });
  assert.deepEqual(linesOf(run, 5), [
    [5, 4, 'ActivityFailed'],
    [6, 5, 'ExecutionFailed'],
    [7, 6, 'ExecutionRedriven'],
    [8, 2, 'ActivityScheduled'],
    [9, 8, 'ActivityStarted'],
    [10, 9, 'ActivitySucceeded'],
    [11, 10, 'TaskStateExited'],
    [12, 11, 'ExecutionSucceeded'],
  ]);
  const [first, second] = run.begun.map(({ input }) => input);
  assert.equal(first, second);
});

test('a Fail state that is redriven fails again, after the redrive', async () => {
  const definition = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } };
  const run = await runLab({ definition, redrives: 1 });
  assert.deepEqual(linesOf(run, 3), [
    [3, 2, 'ExecutionFailed'],
    [4, 3, 'ExecutionRedriven'],
    [5, 4, 'ExecutionFailed'],
  ]);
});

test('of a Map that is redriven only the iterations that failed, or had not begun, are done', async () => {
  const processor = { StartAt: 'I', States: { I: work } };
  const map = { Type: 'Map', MaxConcurrency: 1, ItemProcessor: processor, End: true };
  const definition = { StartAt: 'M', States: { M: map } };
  const input = JSON.stringify(['good', 'bad', 'later']);
  const run = await runLab({ definition, input, task: failingOnce(), redrives: 1 });
  assert.deepEqual(linesOf(run, 15), [
    [15, 14, 'ActivityFailed'],
    [16, 15, 'MapIterationFailed'],
    [17, 15, 'TaskStateAborted'],
    [18, 15, 'MapStateFailed'],
    [19, 18, 'ExecutionFailed'],
    [20, 19, 'ExecutionRedriven'],
    [21, 12, 'ActivityScheduled'],
    [22, 21, 'ActivityStarted'],
    [23, 22, 'ActivitySucceeded'],
    [24, 23, 'TaskStateExited'],
    [25, 24, 'MapIterationSucceeded'],
    [26, 24, 'MapIterationStarted'],
    [27, 26, 'TaskStateEntered'],
    [28, 27, 'ActivityScheduled'],
    [29, 28, 'ActivityStarted'],
    [30, 29, 'ActivitySucceeded'],
    [31, 30, 'TaskStateExited'],
    [32, 31, 'MapIterationSucceeded'],
    [33, 32, 'MapStateSucceeded'],
    [34, 32, 'MapStateExited'],
    [35, 34, 'ExecutionSucceeded'],
  ]);
});

test('branches that are given up with one that failed are told to be, after its failure', async () => {
  const branch = (Parameters: string) => ({
    StartAt: Parameters,
    States: { [Parameters]: { ...work, Parameters: { name: Parameters } } },
  });
  const parallel = { Type: 'Parallel', Branches: [branch('bad'), branch('slow')], End: true };
  const run = await runLab({
    definition: { StartAt: 'P', States: { P: parallel } },
    task: (request) =>
      request.input.includes('slow') ? [{ report: { kind: 'started' } }] : failingOnce()(request),
  });
  const failed = run.records.findIndex(({ event }) => event.type === 'ActivityFailed') + 1;
  assert.deepEqual(linesOf(run, failed + 1), [
    [failed + 1, failed, 'TaskStateAborted'],
    [failed + 2, failed, 'TaskStateAborted'],
    [failed + 3, failed, 'ParallelStateFailed'],
    [failed + 4, failed + 3, 'ExecutionFailed'],
  ]);
});

// redrive_map.json there
test('a map run that is redriven follows what its start followed', async () => {
  const processor = {
    StartAt: 'I',
    States: { I: work },
    ProcessorConfig: { Mode: 'DISTRIBUTED' },
  };
  const definition = {
    StartAt: 'M',
    States: { M: { Type: 'Map', ItemProcessor: processor, End: true } },
  };
  const task = (): LabReport[] => [
    { report: { kind: 'failed', at: 'task', error: 'E', cause: '' } },
  ];
  const run = await runLab({ definition, input: '[1]', task, redrives: 1 });
  assert.deepEqual(linesOf(run, 4), [
    [4, 3, 'MapRunStarted'],
    [5, 4, 'MapRunFailed'],
    [6, 5, 'MapStateFailed'],
    [7, 6, 'ExecutionFailed'],
    [8, 7, 'ExecutionRedriven'],
    [9, 3, 'MapRunRedriven'],
    [10, 9, 'MapRunFailed'],
    [11, 10, 'MapStateFailed'],
    [12, 11, 'ExecutionFailed'],
  ]);
});

test('that an execution timed out follows nothing', async () => {
  const run = await runLab({ definition });
  const last = run.records.at(-1)?.event;
  assert.deepEqual(
    [last?.type, last?.previousEventId, last?.details],
    ['ExecutionTimedOut', 0, { error: 'States.Timeout' }],
  );
});
