/** Who may ask for which operation of Step Functions, on what. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { operationNames } from '../../../src/workflow/index.js';
import { nameOf, newKey, signedCall } from '../auth/signing.js';
import { guardedHarness, type Harness } from '../harness.js';
import { headersOf } from './asking.js';
import { furnish, rightInputs } from './right-values.js';

const ofCluster = new Set(['ListStateMachines', 'ListActivities', 'TestState']);
/** Their right is the token, or what is sent. */
const ofNothing = new Set([
  'SendTaskSuccess',
  'SendTaskFailure',
  'SendTaskHeartbeat',
  'ValidateStateMachineDefinition',
]);

describe('keys for workflows', () => {
  for (const name of operationNames) {
    it(`reach with ${name} what they name, and nothing else`, async () => {
      const harness = guardedHarness();
      await furnish(harness, 'mine', 'other');
      const key = await newKey(harness, {
        actions: [`states:${name}`],
        functions: ['stateMachine:mine*', 'activity:mine'],
      });
      const asked = async (by: typeof key, what: string): Promise<string | number> =>
        nameOf(await call(harness, by, name, rightInputs(what)[name]));
      const before = JSON.stringify([...harness.workflows.core.image()]);
      const isFree = ofNothing.has(name);
      const denied = 'AccessDeniedException';
      assert.equal((await asked(key, 'other')) === denied, !isFree, 'of others');
      if (!isFree) assert.equal(JSON.stringify([...harness.workflows.core.image()]), before);
      assert.equal((await asked(key, 'mine')) === denied, ofCluster.has(name), 'of its own');
      const without = await newKey(harness, { actions: ['lambda:*'] });
      assert.equal(await asked(without, 'mine'), denied, 'another action');
    });
  }

  it('are told in the words of AWS what they lack', async () => {
    const harness = guardedHarness();
    const key = await newKey(harness, { actions: ['states:*'], functions: ['stateMachine:mine'] });
    const answer = await call(
      harness,
      key,
      'DeleteStateMachine',
      rightInputs('m').DeleteStateMachine,
    );
    const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json(), {
      __type: 'com.amazon.coral.service#AccessDeniedException',
      Message: `User: arn:aws:iam::123456789012:user/${key.id} is not authorized to perform: states:DeleteStateMachine on resource: ${arn} because no identity-based policy allows the states:DeleteStateMachine action`,
    });
  });

  it('count for the service that they have signed for', async () => {
    const harness = guardedHarness();
    const key = await newKey(harness, { actions: ['*'] });
    const answer = await call(harness, key, 'ListStateMachines', {}, 'lambda');
    assert.equal(nameOf(answer), 'InvalidSignatureException');
    assert.match(answer.json().message, /scoped to correct service: 'states'/);
  });
});

function call(
  harness: Harness,
  key: Parameters<typeof signedCall>[1],
  operation: string,
  body: unknown,
  service = 'states',
) {
  return signedCall(harness, key, 'POST', '/', { body, headers: headersOf(operation), service });
}
