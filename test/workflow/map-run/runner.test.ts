import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MapBench, runArn } from './map-bench.js';

const items = [1, 2, 3, 4, 5, 6];
const failed = { status: 'FAILED', failure: { error: 'Oops', cause: 'why' } } as const;
const threshold = {
  kind: 'failed',
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
};

test('each item is an execution of its own, and what they give is gathered in the order of the items', async () => {
  const bench = new MapBench();
  bench.child = ({ input }) => ({ output: `{"twice":${Number(input) * 2}}` });
  assert.deepEqual(await bench.run({ items: [3, 4] }), {
    kind: 'succeeded',
    output: '[{"twice":6},{"twice":8}]',
  });
  const [first = assert.fail()] = bench.started;
  assert.equal(
    first.stateMachineArn,
    'arn:aws:states:us-east-1:123456789012:stateMachine:orders/Each',
  );
  assert.equal(first.mapRunArn, runArn);
  assert.deepEqual(JSON.parse(first.definition), {
    StartAt: 'Work',
    States: { Work: { Type: 'Pass', End: true } },
  });
  const [run, end] = bench.book;
  assert.deepEqual(typeof run === 'object' && [run.arn, run.total], [runArn, 2]);
  assert.equal(end, 'SUCCEEDED');
});

test('whoever goes on with a run asks for children of the same names', async () => {
  const [one, other] = [new MapBench(), new MapBench()];
  await one.run({ items });
  await other.run({ items });
  const names = (bench: MapBench) => bench.started.map(({ name }) => name);
  assert.deepEqual(names(one), names(other));
  assert.equal(new Set(names(one)).size, items.length);
});

test('children speak the query language of the state machine where they name none', async () => {
  const bench = new MapBench();
  bench.parentDefinition = '{"QueryLanguage":"JSONata","StartAt":"Each","States":{}}';
  await bench.run({ items: [1] });
  assert.equal(JSON.parse(bench.started[0]?.definition ?? '').QueryLanguage, 'JSONata');
});

test('no more children run at the same time than the state allows', async () => {
  const bench = new MapBench();
  await bench.run({ items, maxConcurrency: 2 });
  assert.equal(bench.mostRunning, 2);
  assert.deepEqual(bench.inputs, items);
});

test('what is changed while the run is under way counts from then on', async () => {
  const bench = new MapBench();
  bench.child = ({ input }) => {
    if (input === '1' && bench.settings) bench.settings = { ...bench.settings, maxConcurrency: 3 };
    return { output: input };
  };
  await bench.run({ items, maxConcurrency: 1 });
  assert.equal(bench.mostRunning, 3);
});

test('children of type EXPRESS run in memory', async () => {
  const bench = new MapBench();
  const report = await bench.run({ items: [7], executionType: 'EXPRESS' });
  assert.deepEqual(report, { kind: 'succeeded', output: '[7]' });
  assert.equal(bench.started[0]?.type, 'EXPRESS');
});

test('a run without items gives nothing', async () => {
  const bench = new MapBench();
  assert.deepEqual(await bench.run({ items: [] }), { kind: 'succeeded', output: '[]' });
});

test('a child that fails makes the run fail, where nothing else is said', async () => {
  const bench = new MapBench();
  bench.child = ({ input }) => (input === '2' ? failed : null);
  assert.deepEqual(await bench.run({ items }), threshold);
  assert.equal(bench.book.at(-1), 'FAILED');
});

for (const [toleratedFailureCount, toleratedFailurePercentage, ends] of [
  [2, null, 'succeeded'],
  [1, null, 'failed'],
  [null, 34, 'succeeded'],
  [null, 33, 'failed'],
  [5, 33, 'failed'],
] as const) {
  test(`two of six that fail, where ${toleratedFailureCount} or ${toleratedFailurePercentage} % may, end as ${ends}`, async () => {
    const bench = new MapBench();
    bench.child = ({ input }) => (Number(input) < 3 ? failed : { output: input });
    const report = await bench.run({ items, toleratedFailureCount, toleratedFailurePercentage });
    assert.equal(report.kind, ends);
    if (report.kind === 'succeeded') assert.equal(report.output, '[3,4,5,6]');
  });
}

test('more than 256 KiB together are too many', async () => {
  const bench = new MapBench();
  bench.child = () => ({ output: JSON.stringify('x'.repeat(100_000)) });
  const report = await bench.run({ items: [1, 2, 3] });
  assert.equal(report.kind === 'failed' && report.error, 'States.DataLimitExceeded');
});

for (const [why, kept] of [
  ['given-up', ['ABORTED']],
  [undefined, []],
] as const) {
  test(`a run that is ${why ?? 'gone on with elsewhere'} is ${why ? 'ended' : 'left as it is'}`, async () => {
    const bench = new MapBench();
    bench.child = () => null;
    const cancel = bench.begin({ items }, () => assert.fail('told'));
    await bench.settled();
    assert.equal(bench.started.length, items.length);
    cancel(why);
    await bench.settled();
    assert.deepEqual(bench.book.slice(1), kept);
  });
}

test('a child has as many items as its batch, and the run as many as all of them', async () => {
  const bench = new MapBench();
  const batcher = { MaxItemsPerBatch: 2 };
  await bench.run({ items: [1, 2, 3], executionType: 'EXPRESS', batcher });
  assert.deepEqual(
    bench.started.map(({ itemCount }) => itemCount),
    [2, 1],
  );
  const [run] = bench.book;
  assert.deepEqual(typeof run === 'object' && [run.total, run.itemCount], [2, 3]);
  assert.deepEqual([bench.express?.executions.succeeded, bench.express?.items.succeeded], [2, 3]);
});

test('how children of type EXPRESS have ended is told with the end of the run', async () => {
  const bench = new MapBench();
  bench.child = ({ input }) => (input === '2' ? failed : { output: input });
  await bench.run({ items: [1, 2, 3], executionType: 'EXPRESS', toleratedFailureCount: 1 });
  const ended = { succeeded: 2, failed: 1, timedOut: 0, aborted: 0 };
  assert.deepEqual(bench.express, { executions: ended, items: ended });
});

test('with a redrive the children that had failed are redriven, and the others left as they are', async () => {
  const bench = new MapBench();
  bench.child = ({ input }) =>
    input === '2' && bench.redriven.length === 0
      ? { ...failed, redriveCount: 0 }
      : { output: input };
  const report = await bench.run({ items: [1, 2], redriveCount: 1 });
  assert.deepEqual(report, { kind: 'succeeded', output: '[1,2]' });
  assert.equal(bench.redriven.length, 1);
});
