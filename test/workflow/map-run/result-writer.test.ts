import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parts } from '../../../src/workflow/map-run/result-writer.js';
import { MapBench, runArn, runId } from './map-bench.js';

const Resource = 'arn:aws:states:::s3:putObject';
const Parameters = { Bucket: 'b', Prefix: 'out' };

/** Two that succeed and one that fails. */
function bench(): MapBench {
  const made = new MapBench();
  made.child = ({ input }) =>
    input === '3'
      ? { status: 'FAILED', failure: { error: 'Oops', cause: 'why' } }
      : { output: `[${input}]` };
  return made;
}

const request = { items: [1, 2, 3], toleratedFailureCount: 1 };

test('results are written to a bucket, with a manifest that names them', async () => {
  const made = bench();
  const report = await made.run({ ...request, writer: { Resource, Parameters } });
  if (report.kind !== 'succeeded') assert.fail(JSON.stringify(report));
  assert.deepEqual(JSON.parse(report.output), {
    MapRunArn: runArn,
    ResultWriterDetails: { Bucket: 'b', Key: `out/${runId}/manifest.json` },
  });
  const file = (name: string) => made.files.get(`b/out/${runId}/${name}`) ?? '';
  const [succeeded, failed] = [file('SUCCEEDED_0.json'), file('FAILED_0.json')];
  assert.deepEqual(JSON.parse(file('manifest.json')), {
    DestinationBucket: 'b',
    MapRunArn: runArn,
    ResultFiles: {
      FAILED: [{ Key: `out/${runId}/FAILED_0.json`, Size: failed.length }],
      PENDING: [],
      SUCCEEDED: [{ Key: `out/${runId}/SUCCEEDED_0.json`, Size: succeeded.length }],
    },
  });
  const [first = assert.fail()] = JSON.parse(succeeded);
  const { name } = made.started[0] ?? assert.fail();
  assert.deepEqual(first, {
    ExecutionArn: `arn:aws:states:us-east-1:123456789012:execution:orders/Each:${name}`,
    Input: '1',
    InputDetails: { Included: true },
    Name: name,
    Output: '[1]',
    OutputDetails: { Included: true },
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    StartDate: '1970-01-01T00:00:00.000Z',
    StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:orders/Each',
    Status: 'SUCCEEDED',
    StopDate: '1970-01-01T00:00:01.000Z',
  });
  const [{ Error: error, Cause, Status, RedriveStatus } = assert.fail()] = JSON.parse(failed);
  assert.deepEqual(
    [error, Cause, Status, RedriveStatus],
    ['Oops', 'why', 'FAILED', 'REDRIVABLE_BY_MAP_RUN'],
  );
});

for (const [Transformation, OutputType, name, written] of [
  ['COMPACT', 'JSON', 'SUCCEEDED_0.json', '[[1],[2]]'],
  ['FLATTEN', 'JSON', 'SUCCEEDED_0.json', '[1,2]'],
  ['COMPACT', 'JSONL', 'SUCCEEDED_0.jsonl', '[1]\n[2]'],
] as const) {
  test(`${Transformation} as ${OutputType} writes ${JSON.stringify(written)}`, async () => {
    const made = bench();
    const WriterConfig = { Transformation, OutputType };
    await made.run({ ...request, writer: { Resource, Parameters, WriterConfig } });
    assert.equal(made.files.get(`b/out/${runId}/${name}`), written);
  });
}

test('without a bucket the result of the state is what would have been written', async () => {
  const made = bench();
  const writer = { WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSON' } };
  const report = await made.run({ items: [1, 2], writer });
  assert.deepEqual(report, { kind: 'succeeded', output: '[1,2]' });
});

/** Of five, two at a time: the first succeeds, the second fails, the third runs then. */
function broken(): MapBench {
  const made = new MapBench();
  made.child = ({ input }) => {
    if (input === '1') return { output: '"one"' };
    return input === '2' ? { status: 'FAILED', failure: { error: 'Oops', cause: 'why' } } : null;
  };
  return made;
}

const five = {
  items: [1, 2, 3, 4, 5],
  maxConcurrency: 2,
  writer: { Resource, Parameters },
};

// as recorded of AWS: https://github.com/radkawar/stackd, testdata/aws/stepfunctions/distributed_map.json
test('a run that fails writes what has come of its children, and what was never started', async () => {
  const made = broken();
  const report = await made.run(five);
  assert.equal(report.kind === 'failed' && report.error, 'States.ExceedToleratedFailureThreshold');
  const file = (name: string) =>
    JSON.parse(made.files.get(`b/out/${runId}/${name}`) ?? 'null') as Record<string, unknown>[];
  const pending = (Input: string) => ({
    Input,
    InputDetails: { Included: true },
    Status: 'PENDING',
  });
  assert.deepEqual(file('PENDING_0.json'), [pending('4'), pending('5')]);
  const inputsOf = (name: string) => file(name).map(({ Input, Status }) => [Input, Status]);
  assert.deepEqual(inputsOf('SUCCEEDED_0.json'), [['1', 'SUCCEEDED']]);
  assert.deepEqual(inputsOf('FAILED_0.json'), [
    ['2', 'FAILED'],
    ['3', 'ABORTED'],
  ]);
  assert.deepEqual(made.ends, [
    { status: 'FAILED', resultsWritten: 0 },
    { status: 'FAILED', resultsWritten: 5 },
  ]);
  const manifest = JSON.parse(made.files.get(`b/out/${runId}/manifest.json`) ?? '');
  assert.deepEqual(
    Object.values(manifest.ResultFiles).map((files) => (files as unknown[]).length),
    [1, 1, 1],
  );
});

test('a run that is aborted writes its results, too', async () => {
  const made = broken();
  made.child = ({ input }) => (input === '1' ? { output: '"one"' } : null);
  const cancel = made.begin(five, () => assert.fail('told'));
  await made.settled();
  cancel('given-up');
  await made.settled();
  assert.deepEqual(made.ends, [
    { status: 'ABORTED', resultsWritten: 0 },
    { status: 'ABORTED', resultsWritten: 5 },
  ]);
  const failed = JSON.parse(made.files.get(`b/out/${runId}/FAILED_0.json`) ?? '') as unknown[];
  assert.equal(failed.length, 2);
});

test('a run that goes on elsewhere leaves the results to that', async () => {
  const made = broken();
  made.child = () => null;
  const cancel = made.begin(five, () => assert.fail('told'));
  await made.settled();
  cancel();
  await made.settled();
  assert.deepEqual([made.ends, made.files.size], [[], 0]);
});

test('what a redriven run writes stands beside what it had written before', async () => {
  const made = bench();
  const report = await made.run({
    ...request,
    redriveCount: 2,
    writer: { Resource, Parameters },
  });
  const output = report.kind === 'succeeded' ? JSON.parse(report.output) : null;
  const Key = `out/${runId}/Redrive-2/manifest.json`;
  assert.deepEqual(output.ResultWriterDetails, { Bucket: 'b', Key });
});

test('where the cluster has no buckets, a writer fails the run', async () => {
  const made = bench();
  made.objects = null;
  const report = await made.run({ ...request, writer: { Resource, Parameters } });
  assert.equal(report.kind === 'failed' && report.error, 'States.ResultWriterFailed');
});

test('results that one file cannot hold go to the next', () => {
  const bytesMax = Buffer.byteLength('[11,22]') + 1;
  assert.deepEqual(
    [...parts([11, 22, 33, 'longer than all', 44], bytesMax)],
    [['11', '22'], ['33'], ['"longer than all"'], ['44']],
  );
});
