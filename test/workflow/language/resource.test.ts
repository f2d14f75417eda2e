import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findState, parseDefinition, resourceOf } from '../../../src/workflow/language/index.js';
import { machineOf } from './definitions.js';

test('a resource is a function, an activity, or an action of a service and how it is waited for', () => {
  const fn = 'arn:aws:lambda:us-east-1:123456789012:function:f:1';
  assert.deepEqual(resourceOf(fn), { kind: 'function', arn: fn });
  const activity = 'arn:aws:states:us-east-1:123456789012:activity:a';
  assert.deepEqual(resourceOf(activity), { kind: 'activity', arn: activity });
  const service = (service: string, action: string, mode: string, resource = action) => ({
    kind: 'service',
    service,
    action,
    mode,
    resource,
  });
  const services = {
    'lambda:invoke': service('lambda', 'invoke', 'request-response'),
    'lambda:invoke.waitForTaskToken': service(
      'lambda',
      'invoke',
      'wait-for-task-token',
      'invoke.waitForTaskToken',
    ),
    'states:startExecution.sync': service(
      'states',
      'startExecution',
      'sync',
      'startExecution.sync',
    ),
    'states:startExecution.sync:2': service(
      'states',
      'startExecution',
      'sync:2',
      'startExecution.sync:2',
    ),
    'aws-sdk:sfn:startExecution': service('aws-sdk:sfn', 'startExecution', 'request-response'),
  };
  for (const [text, expected] of Object.entries(services)) {
    assert.deepEqual(resourceOf(`arn:aws:states:::${text}`), expected);
  }
  for (const text of [
    '',
    'x',
    'arn:aws',
    'arn:aws:states:::',
    'arn:aws:states:::x',
    'arn:aws:states:::x:',
  ]) {
    assert.equal(resourceOf(text), undefined, text);
  }
});

test('a state is found by its name at any depth, and not by a name of JavaScript', () => {
  const inner = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };
  const parallel = {
    Type: 'Parallel',
    End: true,
    Branches: [{ StartAt: 'M', States: { M: { Type: 'Map', ItemProcessor: inner, End: true } } }],
  };
  const parsed = parseDefinition(machineOf(parallel), 'STANDARD');
  assert.ok(parsed.kind === 'valid');
  assert.equal(findState(parsed.definition, 'I')?.Type, 'Pass');
  assert.equal(findState(parsed.definition, 'A')?.Type, 'Parallel');
  assert.equal(findState(parsed.definition, 'toString'), undefined);
});
