import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HearthError } from '../../../src/types/index.js';
import { TaskBench, turn } from './task-bench.js';

const arn = 'arn:aws:states:us-east-1:123456789012:activity:a';

test('a task of an activity that there is not fails instead of waiting for ever', async () => {
  const bench = new TaskBench();
  bench.api = async () => {
    throw new HearthError('activity-does-not-exist', 'no');
  };
  assert.deepEqual(await bench.run(arn, {}), [
    {
      kind: 'failed',
      at: 'schedule',
      error: 'States.Runtime',
      cause: `The activity ${arn} does not exist.`,
    },
  ]);
  assert.deepEqual(bench.asked, [{ operation: 'DescribeActivity', input: { activityArn: arn } }]);
});

test('it waits for its workers where this node knows the activity, and where nobody can tell', async () => {
  const bench = new TaskBench();
  const told = (): unknown[] => {
    const reports: unknown[] = [];
    bench.begin(arn, {}, {}, (report) => reports.push(report));
    return reports;
  };
  bench.activities.add(arn);
  const known = told();
  await turn();
  assert.deepEqual([known, bench.asked], [[], []]);

  bench.activities.clear();
  bench.api = async () => {
    throw new HearthError('no-quorum', 'nobody tells');
  };
  const unknown = told();
  await turn();
  assert.deepEqual(unknown, []);
  assert.equal(bench.asked.length, 1);
});
