/** How Step Functions is carried: the header that tells the operation, JSON 1.0, and errors by their full names. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { passing, role } from '../../workflow/service/fake-workflows.js';
import { makeHarness } from '../harness.js';
import { ask, headersOf } from './asking.js';

const model = 'com.amazonaws.swf.service.v2.model#';
const machine = { name: 'm', definition: passing, roleArn: role };
const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';

describe('the wire of Step Functions', () => {
  it('answers in JSON 1.0, with times as seconds and an id of the request', async () => {
    const harness = makeHarness();
    const answer = await ask(harness, 'CreateStateMachine', machine);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.0');
    assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/);
    const creationDate = harness.clock.wallMs() / 1000;
    assert.deepEqual(answer.json(), { stateMachineArn: arn, creationDate });
  });

  it('tells what went wrong by its full name, and 400', async () => {
    const harness = makeHarness();
    const cases: readonly (readonly [string, unknown, string, string])[] = [
      [
        'DescribeStateMachine',
        { stateMachineArn: arn },
        `${model}StateMachineDoesNotExist`,
        `State Machine Does Not Exist: '${arn}'`,
      ],
      [
        'DescribeStateMachine',
        { stateMachineArn: 'x' },
        `${model}InvalidArn`,
        "Invalid Arn: 'Invalid ARN prefix: x'",
      ],
      [
        'DescribeStateMachine',
        {},
        'com.amazon.coral.validate#ValidationException',
        "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null",
      ],
      [
        'DescribeStateMachine',
        { stateMachineArn: 1 },
        'com.amazon.coral.service#SerializationException',
        'NUMBER_VALUE can not be converted to a String',
      ],
      [
        'ListStateMachines',
        '{"maxResults":',
        'com.amazon.coral.service#SerializationException',
        'The body of the request is no JSON in UTF-8.',
      ],
      [
        'FlyToTheMoon',
        {},
        'com.amazon.coral.service#UnknownOperationException',
        'There is no operation AWSStepFunctions.FlyToTheMoon here.',
      ],
    ];
    for (const [operation, input, __type, message] of cases) {
      const answer = await ask(harness, operation, input);
      assert.equal(answer.status, 400);
      assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.0');
      assert.deepEqual(answer.json(), { __type, message });
    }
  });

  it('takes any Host, such as the one with the prefix of StartSyncExecution', async () => {
    const harness = makeHarness();
    await ask(harness, 'CreateStateMachine', { ...machine, type: 'EXPRESS' });
    const answer = await harness.call('POST', '/', {
      headers: { ...headersOf('StartSyncExecution'), host: 'sync-states.hearth.test' },
      body: { stateMachineArn: arn, input: '{"a":1}' },
    });
    assert.equal(answer.json().status, 'SUCCEEDED', answer.text);
  });

  it('says how long a definition may be to who sends a longer one', async () => {
    const harness = makeHarness();
    const definition = 'x'.repeat(1_048_577);
    const answer = await ask(harness, 'CreateStateMachine', { ...machine, definition });
    assert.equal(
      answer.json().message,
      "1 validation error detected: Value at 'definition' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    );
    const more = await ask(harness, 'CreateStateMachine', {
      ...machine,
      definition: 'x'.repeat(4 * 1024 * 1024),
    });
    assert.deepEqual(
      [more.status, more.json().__type],
      [413, 'com.amazon.coral.service#RequestEntityTooLargeException'],
    );
  });

  it('leaves POST / without that header to say that there is nothing', async () => {
    const answer = await makeHarness().call('POST', '/', { body: {} });
    assert.equal(answer.status, 404);
  });
});
