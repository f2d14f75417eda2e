import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { createBody, functions, makeHarness } from './harness.js';

const arn = 'arn:aws:lambda:us-east-1:123456789012:function';
const pattern =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?';
const newPattern =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';

describe('the name of a function', () => {
  for (const name of [
    'f',
    'f:$LATEST',
    '123456789012:function:f',
    'function:f',
    `${arn}:f`,
    `${arn}:f:$LATEST`,
  ]) {
    it(`is understood as ${name}`, async () => {
      const harness = makeHarness();
      await harness.call('POST', functions, { body: createBody('f') });
      for (const written of [name, encodeURIComponent(name)]) {
        const answer = await harness.call('GET', `${functions}/${written}/configuration`);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.json().FunctionName, 'f');
      }
    });
  }

  // recorded on live AWS
  for (const name of [
    'my-function!',
    '*',
    'invalid-account:function:my-function',
    'arn:aws:lambda:invalid-region:123456789012:function:my-function',
    'arn:aws:ec2:us-east-1:123456789012:instance:i-1234567890abcdef0',
    `${arn}:my-function:1:2`,
    'function:my-function:$LATEST:extra',
    `${arn}:my-function:$LATES`,
    'arn:aws:lambda::123456789012:function:my-function',
  ]) {
    it(`is refused in AWS's words as ${name}`, async () => {
      const answer = await makeHarness().call('GET', `${functions}/${encodeURIComponent(name)}`);
      assert.equal(answer.status, 400);
      assert.equal(answer.headers['x-amzn-errortype'], 'ValidationException');
      assert.deepEqual(answer.json(), {
        message: `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
      });
    });
  }

  it('and its qualifier are both told when both are wrong', async () => {
    const long = 'a'.repeat(129);
    const answer = await makeHarness().call('DELETE', `${functions}/a!?Qualifier=${long}`);
    assert.equal(
      answer.json().message,
      `2 validation errors detected: Value '${long}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128; ` +
        `Value 'a!' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
    );
  });

  it('is held against another pattern when a function is created', async () => {
    const answer = await makeHarness().call('POST', functions, { body: createBody('a:$latest') });
    assert.equal(
      answer.json().message,
      `1 validation error detected: Value 'a:$latest' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${newPattern}`,
    );
  });

  it('is at most 64 characters long, which AWS tells with another exception', async () => {
    const long = 'a'.repeat(65);
    const created = await makeHarness().call('POST', functions, { body: createBody(long) });
    assert.equal(created.headers['x-amzn-errortype'], 'InvalidParameterValueException');
    assert.match(created.json().message, /Member must have length less than or equal to 64$/);
    const read = await makeHarness().call('GET', `${functions}/${long}`);
    assert.equal(read.status, 404);
  });

  it('may not contradict the qualifier beside it', async () => {
    const answer = await makeHarness().call('GET', `${functions}/${arn}:f:$LATEST?Qualifier=1`);
    assert.deepEqual(
      [answer.status, answer.json()],
      [
        400,
        {
          Type: 'User',
          message:
            'The derived qualifier from the function name does not match the specified qualifier.',
        },
      ],
    );
  });

  it('of another region is not reachable here', async () => {
    const elsewhere = arn.replace('us-east-1', 'eu-central-1');
    const answer = await makeHarness().call('POST', `${functions}/${elsewhere}:f/invocations`);
    assert.deepEqual(
      [answer.status, answer.json()],
      [
        404,
        {
          Type: 'User',
          Message: "Functions from 'eu-central-1' are not reachable in this region ('us-east-1')",
        },
      ],
    );
  });

  it('with a version that does not exist is not found, with the version in the text', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    for (const target of ['f?Qualifier=1221', 'f:1221']) {
      const answer = await harness.call('GET', `${functions}/${target}`);
      assert.deepEqual(
        [answer.status, answer.json()],
        [404, { Type: 'User', Message: `Function not found: ${arn}:f:1221` }],
      );
    }
  });

  it('that is badly percent-encoded is a name like any other wrong one', async () => {
    const answer = await makeHarness().call('GET', `${functions}/%E0%A4%A`);
    assert.equal(answer.headers['x-amzn-errortype'], 'ValidationException');
  });
});
