/** Mocked results beside the shapes of the APIs that they stand for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonValue } from '../../../src/workflow/json.js';
import { resourceOf } from '../../../src/workflow/language/index.js';
import { shapeProblem } from '../../../src/workflow/test-state/shapes.js';

function problem(resource: string, result: JsonValue, strict = false): string | null {
  const named = resourceOf(`arn:aws:states:::${resource}`);
  assert.ok(named);
  return shapeProblem(named, result, strict);
}

describe('a mocked result', () => {
  it('has values of the right kinds at any depth', () => {
    const events = 'events:putEvents';
    assert.equal(problem(events, { Entries: 'x' }), "Field 'Entries' must be an array");
    const second = { Entries: [{ EventId: 'a' }, { EventId: 1 }] };
    assert.equal(problem(events, second), "Field 'EventId' must be a string");
    const names = { Item: { any: { S: 1 } } };
    assert.equal(problem('dynamodb:getItem', names), "Field 'S' must be a string");
    const flag = { StatusCode: 200, Configuration: { State: 'Active' } };
    assert.equal(problem('aws-sdk:lambda:getFunction', flag), null);
  });

  it('keeps to ranges and to the values of an enumeration', () => {
    const sized = (MemorySize: number) => ({ Configuration: { MemorySize } });
    const get = 'aws-sdk:lambda:getFunction';
    assert.equal(problem(get, sized(127)), "Field 'MemorySize' is less than the minimum value");
    assert.equal(problem(get, sized(10_241)), "Field 'MemorySize' exceeds the maximum value");
    assert.equal(problem(get, sized(128)), null);
    assert.equal(
      problem('aws-sdk:s3:getObject', { StorageClass: 'Papyrus' }),
      "Field 'StorageClass' is not an expected value",
    );
  });

  it('has what has to be there, where that is asked for', () => {
    const describeMap = { ExecutionArn: 'a', StartDate: 'b' };
    assert.equal(problem('states:startExecution', describeMap, true), null);
    assert.equal(
      problem('states:startExecution.sync', describeMap, true),
      "Required field 'StateMachineArn' is missing",
    );
    assert.equal(problem('states:startExecution', {}, false), null);
  });

  it('may have more than is known, and be of a service or an action that is not', () => {
    assert.equal(problem('lambda:invoke', { pokemon: 1, Payload: { any: 1 } }, true), null);
    assert.equal(problem('aws-sdk:nothing:atAll', 1, true), null);
    assert.equal(problem('aws-sdk:lambda:toString', 1, true), null);
    assert.equal(problem('ecs:runTask.waitForTaskToken', 1, true), null);
  });
});
