import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedTasks } from '../../../src/workflow/executions/bounded-tasks.js';
import type { TaskReport, TaskRequest } from '../../../src/workflow/tasks/types.js';

const done: TaskReport = { kind: 'succeeded', output: '1' };

function makeTasks(runningMax: number) {
  const tells = new Map<string, (report: TaskReport) => void>();
  const told: string[] = [];
  const cancelled: string[] = [];
  const tasks = new BoundedTasks(
    {
      begin: ({ id }, tell) => {
        tells.set(id, tell);
        return () => cancelled.push(id);
      },
    },
    runningMax,
  );
  const begin = (id: string, more: Partial<TaskRequest> = {}) => {
    const resource = { kind: 'function', arn: 'f' } as const;
    const request = { id, resource, taskToken: null, ...more } as TaskRequest;
    return tasks.begin(request, () => told.push(id));
  };
  return { tasks, begin, tells, told, cancelled, begun: () => [...tells.keys()] };
}

test('so many tasks wait for an answer at a time, and the next begins when one has ended', () => {
  const { begin, tells, told, begun } = makeTasks(2);
  for (const id of ['a', 'b', 'c', 'd']) begin(id);
  assert.deepEqual(begun(), ['a', 'b']);
  tells.get('a')?.({ kind: 'started' });
  assert.deepEqual(begun(), ['a', 'b']);
  tells.get('a')?.(done);
  assert.deepEqual(begun(), ['a', 'b', 'c']);
  tells.get('a')?.(done);
  assert.deepEqual(told, ['a', 'a']);
});

test('a task that is cancelled gives its turn away, and one that waits for it is never begun', () => {
  const { begin, tasks, begun, cancelled } = makeTasks(1);
  const first = begin('a');
  const second = begin('b');
  begin('c');
  second();
  first();
  first();
  assert.deepEqual(
    [begun(), cancelled],
    [
      ['a', 'c'],
      ['a', 'a'],
    ],
  );
  assert.equal(tasks.running, 1);
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
