import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTurn } from '../../../src/lib/index.js';
import { executionArn, expressArn } from '../../../src/workflow/arns.js';
import { BoundedTasks } from '../../../src/workflow/executions/bounded-tasks.js';
import type { TaskReport, TaskRequest } from '../../../src/workflow/tasks/types.js';
import { Latch } from '../tasks/task-bench.js';

const done: TaskReport = { kind: 'succeeded', output: '1' };

function makeTasks(runningMax: number, isCaughtUp = true) {
  const tells = new Map<string, (report: TaskReport) => void>();
  const told: string[] = [];
  const cancelled: string[] = [];
  const caughtUp = new Latch();
  if (isCaughtUp) caughtUp.open();
  const tasks = new BoundedTasks(
    {
      begin: ({ id }, tell) => {
        tells.set(id, tell);
        return () => cancelled.push(id);
      },
    },
    runningMax,
    () => caughtUp.opened,
  );
  const begin = (id: string, other: Partial<TaskRequest> = {}) => {
    const resource = { kind: 'function', arn: 'f' } as const;
    const more = { executionArn: executionArn('m', 'e'), taskToken: null };
    const request = { id, resource, ...more, ...other } as TaskRequest;
    return tasks.begin(request, () => told.push(id));
  };
  return { tasks, caughtUp, begin, tells, told, cancelled, begun: () => [...tells.keys()] };
}

test('so many tasks wait for an answer at a time, and the next begins when one has ended', async () => {
  const { begin, tells, told, begun } = makeTasks(2);
  for (const id of ['a', 'b', 'c', 'd']) begin(id);
  assert.deepEqual(begun(), ['a', 'b']);
  tells.get('a')?.({ kind: 'started' });
  assert.deepEqual(begun(), ['a', 'b']);
  tells.get('a')?.(done);
  await nextTurn();
  assert.deepEqual(begun(), ['a', 'b', 'c']);
  tells.get('a')?.(done);
  assert.deepEqual(told, ['a', 'a']);
});

test('a task that is cancelled gives its turn away, and one that waits for it is never begun', async () => {
  const { begin, tasks, begun, cancelled } = makeTasks(1);
  const first = begin('a');
  const second = begin('b');
  begin('c');
  second();
  first();
  first();
  await nextTurn();
  assert.deepEqual(
    [begun(), cancelled],
    [
      ['a', 'c'],
      ['a', 'a'],
    ],
  );
  assert.equal(tasks.running, 1);
});

test("one that has waited begins once its node knows whose it is, and not where it is another node's", async () => {
  const { begin, tells, begun, caughtUp } = makeTasks(1, false);
  begin('a');
  const dropped = begin('b');
  begin('c');
  tells.get('a')?.(done);
  await nextTurn();
  assert.deepEqual(begun(), ['a']);
  dropped();
  caughtUp.open();
  await nextTurn();
  assert.deepEqual(begun(), ['a', 'c']);
});

test('one of an Express execution that has waited asks nobody', async () => {
  const { begin, tells, begun } = makeTasks(1, false);
  begin('a');
  begin('b', { executionArn: expressArn('m', 'e', 'r') });
  tells.get('a')?.(done);
  await nextTurn();
  assert.deepEqual(begun(), ['a', 'b']);
});

test('what the outside ends, or another execution, takes no turn', () => {
  const { begin, begun } = makeTasks(1);
  begin('a');
  begin('b', { taskToken: 't' });
  begin('c', {
    resource: {
      kind: 'service',
      service: 'states',
      action: 'startExecution',
      mode: 'sync',
      resource: 'startExecution.sync',
    },
  });
  assert.deepEqual(begun(), ['a', 'b', 'c']);
});
