/** The context object where map runs are: as recorded of AWS, https://github.com/radkawar/stackd, testdata/aws/stepfunctions/distributed_map.json */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runLab, stopLab } from '../lab.js';

after(stopLab);

test('what selects the items of a distributed Map sees where they are from; a child sees no Map', async () => {
  const child = { StartAt: 'C', States: { C: { Type: 'Pass', OutputPath: '$$', End: true } } };
  const definition = {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        ItemSelector: { 'item.$': '$$.Map.Item' },
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, ...child },
        End: true,
      },
    },
  };
  const run = await runLab({ definition, input: '[7]', stateMachineName: 'shop' });
  const [request = assert.fail()] = run.mapRuns;
  assert.deepEqual(request.items, [{ item: { Index: 0, Value: 7, Source: 'STATE_DATA' } }]);
  const [context] = JSON.parse(run.end?.status === 'SUCCEEDED' ? run.end.output : '[]');
  assert.deepEqual(Object.keys(context), ['Execution', 'StateMachine', 'State']);
});

test('the state machine of a child has the label of its run in the ARN alone', async () => {
  const definition = {
    StartAt: 'C',
    States: { C: { Type: 'Pass', OutputPath: '$$.StateMachine', End: true } },
  };
  const run = await runLab({ definition, stateMachineName: 'shop/Each' });
  const output = run.end?.status === 'SUCCEEDED' ? JSON.parse(run.end.output) : null;
  assert.match(output.Id, /:stateMachine:shop\/Each$/);
  assert.equal(output.Name, 'shop');
});
