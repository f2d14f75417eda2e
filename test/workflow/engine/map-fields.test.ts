import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runLab, stopLab } from '../lab.js';

after(stopLab);

const ItemProcessor = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: 'Work',
  States: { Work: { Type: 'Pass', End: true } },
};
const Resource = 'arn:aws:states:::s3:getObject';

for (const [language, state] of [
  [
    'JSONPath',
    {
      ItemReader: {
        Resource,
        Parameters: { 'Bucket.$': '$.bucket', Key: 'k' },
        ReaderConfig: { InputType: 'JSON', MaxItemsPath: '$.most' },
      },
      ItemBatcher: { MaxItemsPerBatchPath: '$.size', MaxInputBytesPerBatchPath: '$.bytes' },
    },
  ],
  [
    'JSONata',
    {
      ItemReader: {
        Resource,
        Arguments: { Bucket: '{% $states.input.bucket %}', Key: 'k' },
        ReaderConfig: { InputType: 'JSON', MaxItems: '{% $number($states.input.most) %}' },
      },
      ItemBatcher: {
        MaxItemsPerBatch: '{% $states.input.size %}',
        MaxInputBytesPerBatch: '{% $states.input.bytes %}',
      },
    },
  ],
] as const) {
  test(`the numbers of a reader and a batcher come from the input, in ${language}`, async () => {
    const run = await runLab({
      definition: machine(language, state),
      input: '{"bucket":"b","most":"7","size":2,"bytes":100}',
    });
    const [request = assert.fail()] = run.mapRuns;
    const where = language === 'JSONata' ? 'Arguments' : 'Parameters';
    assert.deepEqual(request.reader, {
      Resource,
      [where]: { Bucket: 'b', Key: 'k' },
      ReaderConfig: { InputType: 'JSON', MaxItems: 7 },
    });
    assert.deepEqual(request.batcher, { MaxItemsPerBatch: 2, MaxInputBytesPerBatch: 100 });
  });
}

for (const [what, input] of [
  ['no number', '{"most":"many"}'],
  ['nothing', '{}'],
] as const) {
  test(`a path to ${what} fails the execution`, async () => {
    const ItemReader = { Resource, ReaderConfig: { InputType: 'JSON', MaxItemsPath: '$.most' } };
    const { end } = await runLab({ definition: machine('JSONPath', { ItemReader }), input });
    assert.equal(end?.status === 'FAILED' && end.failure.error, 'States.Runtime');
  });
}

function machine(QueryLanguage: string, state: object): object {
  return {
    QueryLanguage,
    StartAt: 'Each',
    States: { Each: { Type: 'Map', ItemProcessor, ...state, End: true } },
  };
}
