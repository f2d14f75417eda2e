import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputOf, ownId, TaskBench } from './task-bench.js';

const kinesis = 'arn:aws:states:::aws-sdk:kinesis';

test('a record goes to a stream of the cluster, once for the same try', async () => {
  const bench = new TaskBench();
  const record = { StreamName: 'clicks', Data: { a: 1 }, PartitionKey: 'p' };
  const output = outputOf(await bench.run(`${kinesis}:putRecord`, record));
  assert.deepEqual(output, { SequenceNumber: '1', ShardId: 'shardId-000000000000' });
  assert.deepEqual(bench.records, [{ stream: 'clicks', id: ownId, data: '{"a":1}' }]);
});

test('many records go in their order, each under an id of its own', async () => {
  const bench = new TaskBench();
  const StreamARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/clicks';
  const Records = [
    { Data: 'a', PartitionKey: 'p' },
    { Data: 'b', PartitionKey: 'q' },
  ];
  const output = outputOf(await bench.run(`${kinesis}:putRecords`, { StreamARN, Records }));
  assert.equal(output.FailedRecordCount, 0);
  assert.deepEqual(bench.records, [
    { stream: 'clicks', id: `${ownId}/0`, data: 'a' },
    { stream: 'clicks', id: `${ownId}/1`, data: 'b' },
  ]);
});

for (const [wrong, parameters] of [
  ['no stream', { Data: 'a', PartitionKey: 'p' }],
  ['no key', { StreamName: 's', Data: 'a' }],
] as const) {
  test(`a record with ${wrong} is refused`, async () => {
    const bench = new TaskBench();
    const [report] = await bench.run(`${kinesis}:putRecord`, parameters);
    assert.equal(report?.kind === 'failed' && report.error, 'Kinesis.ValidationException');
    assert.equal(bench.records.length, 0);
  });
}
