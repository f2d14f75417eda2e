import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batched } from '../../../src/workflow/map-run/batches.js';
import { csvConfigOf, csvItems } from '../../../src/workflow/map-run/csv.js';
import { MapBench } from './map-bench.js';

const getObject = 'arn:aws:states:::s3:getObject';
const Parameters = { Bucket: 'b', Key: 'k' };

for (const [what, text, config, expected] of [
  ['a JSON array', '[1,{"a":2}]', { InputType: 'JSON' }, [1, { a: 2 }]],
  ['a JSON object', '{"a":1}', { InputType: 'JSON' }, [{ Key: 'a', Value: 1 }]],
  [
    'a part of a JSON document',
    '{"x":{"a/b":[1]}}',
    { InputType: 'JSON', ItemsPointer: '/x/a~1b' },
    [1],
  ],
  ['lines of JSON', '{"a":1}\n\n{"a":2}\n', { InputType: 'JSONL' }, [{ a: 1 }, { a: 2 }]],
  [
    'rows of CSV',
    'a,b\r\n1,"x, ""y"""\n2,\n',
    { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
    [
      { a: '1', b: 'x, "y"' },
      { a: '2', b: '' },
    ],
  ],
  [
    'rows of CSV with headers given',
    '1|2|3',
    { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'], CSVDelimiter: 'PIPE' },
    [{ a: '1', b: '2' }],
  ],
  ['no more than MaxItems', '[1,2,3]', { InputType: 'JSON', MaxItems: 2 }, [1, 2]],
] as const) {
  test(`items are read of ${what}`, async () => {
    const bench = new MapBench();
    bench.files.set('b/k', text);
    const report = await bench.run({
      reader: { Resource: getObject, Parameters, ReaderConfig: config },
    });
    assert.equal(report.kind, 'succeeded', JSON.stringify(report));
    assert.deepEqual(bench.inputs, expected);
  });
}

test('items are what a bucket lists', async () => {
  const bench = new MapBench();
  bench.files.set('b/in/1', '').set('b/in/2', '').set('b/out', '');
  const reader = {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Parameters: { Bucket: 'b', Prefix: 'in/' },
  };
  await bench.run({ reader });
  assert.deepEqual(bench.inputs[1], {
    Key: 'in/2',
    Etag: '"e"',
    LastModified: 1,
    Size: 2,
    StorageClass: 'STANDARD',
  });
  assert.equal(bench.inputs.length, 2);
});

test('items are what the listed objects hold, where they are to be loaded', async () => {
  const bench = new MapBench();
  bench.files.set('b/in/1', '[1,2]').set('b/in/2', '[3,4]');
  const reader = {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Parameters: { Bucket: 'b', Prefix: 'in/' },
    ReaderConfig: { InputType: 'JSON', Transformation: 'LOAD_AND_FLATTEN', MaxItems: 3 },
  };
  await bench.run({ reader });
  assert.deepEqual(bench.inputs, [1, 2, 3]);
});

for (const [what, config] of [
  ['PARQUET', { InputType: 'PARQUET' }],
  ['manifests of Athena', { InputType: 'MANIFEST', ManifestType: 'ATHENA_DATA' }],
] as const) {
  test(`a reader of ${what} is told that they cannot be read`, async () => {
    const bench = new MapBench();
    bench.files.set('b/k', '[]');
    const report = await bench.run({
      reader: { Resource: getObject, Parameters, ReaderConfig: config },
    });
    assert.deepEqual(report, {
      kind: 'failed',
      error: 'States.ItemReaderFailed',
      cause: `This cluster cannot read ${what}; it reads CSV, JSON, JSONL, and manifests of S3 Inventory in CSV.`,
    });
  });
}

test('a reader without buckets names the setting that is missing', async () => {
  const bench = new MapBench();
  bench.objects = null;
  const report = await bench.run({ reader: { Resource: getObject, Parameters } });
  if (report.kind !== 'failed') assert.fail(report.kind);
  assert.equal(report.error, 'States.ItemReaderFailed');
  assert.match(report.cause, /'workflowObjects' in the --config/);
});

for (const [what, reader] of [
  ['no such object', { Resource: getObject, Parameters }],
  ['no bucket', { Resource: getObject }],
  ['another service', { Resource: 'arn:aws:states:::dynamodb:query', Parameters }],
] as const) {
  test(`a reader with ${what} fails the run`, async () => {
    const report = await new MapBench().run({ reader });
    assert.equal(report.kind === 'failed' && report.error, 'States.ItemReaderFailed');
  });
}

test('items that were read are selected', async () => {
  const bench = new MapBench();
  bench.files.set('b/k', '[5]');
  const selection = { input: { shop: 's' }, context: {}, variables: {} };
  const state = {
    Type: 'Map',
    ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Succeed' } } },
    ItemSelector: { 'shop.$': '$.shop', 'item.$': '$$.Map.Item' },
    End: true,
  } as const;
  await bench.run({ state, selection, reader: { Resource: getObject, Parameters } });
  const item = { Index: 0, Value: 5, Source: 's3://b/k' };
  assert.deepEqual(bench.inputs, [{ shop: 's', item }]);
});

test('a selector that names nothing fails the run', async () => {
  const bench = new MapBench();
  bench.files.set('b/k', '[5]');
  const selection = { input: {}, context: {}, variables: {} };
  const state = {
    Type: 'Map',
    ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Succeed' } } },
    ItemSelector: { 'shop.$': '$.shop' },
    End: true,
  } as const;
  const report = await bench.run({ state, selection, reader: { Resource: getObject, Parameters } });
  assert.equal(report.kind, 'failed');
});

test('items go in batches of so many', () => {
  assert.deepEqual(batched({ MaxItemsPerBatch: 2, BatchInput: { a: 1 } }, [1, 2, 3]), [
    { BatchInput: { a: 1 }, Items: [1, 2] },
    { BatchInput: { a: 1 }, Items: [3] },
  ]);
});

test('items go in batches of so many bytes', () => {
  const bytes = Buffer.byteLength(JSON.stringify({ Items: [11, 22] }));
  assert.deepEqual(batched({ MaxInputBytesPerBatch: bytes }, [11, 22, 33, 44, 55]), [
    { Items: [11, 22] },
    { Items: [33, 44] },
    { Items: [55] },
  ]);
});

test('an item that fits into no batch fails the run', async () => {
  const bench = new MapBench();
  const report = await bench.run({
    items: ['x'.repeat(50)],
    batcher: { MaxInputBytesPerBatch: 40 },
  });
  assert.equal(report.kind === 'failed' && report.error, 'States.DataLimitExceeded');
});

test('a quoted cell that does not end is no CSV', () => {
  assert.throws(() => csvItems('a\n"b', csvConfigOf({ CSVHeaderLocation: 'FIRST_ROW' })));
});
