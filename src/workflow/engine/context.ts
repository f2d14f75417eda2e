/** The context object: `$$` and `$states.context`. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
import type { JsonObject, JsonValue } from '../json.js';
import type { Machine } from './machine.js';
import { Payload } from './payload.js';
import type { Thread } from './thread.js';

const inputs = new WeakMap<object, Payload>();

/** `item`: of the iteration whose input is being selected. */
export function contextOf(machine: Machine, thread: Thread, item?: JsonObject): JsonObject {
  const { facts } = machine;
  const { taskToken } = thread.kept;
  const map = item ?? itemOf(thread);
  return {
    Execution: {
      Id: facts.arn,
      Input: executionInput(machine),
      StartTime: new Date(facts.startedAtMs).toISOString(),
      Name: facts.name,
      RoleArn: facts.roleArn,
      ...(facts.type === 'STANDARD' ? { RedriveCount: machine.redriveCount } : {}),
      ...(machine.redriveCount > 0
        ? { RedriveTime: new Date(machine.redrivenAtMs).toISOString() }
        : {}),
    },
    // recorded: a child of a map run has the label of its run in the ARN alone
    StateMachine: {
      Id: facts.stateMachineArn,
      Name: facts.stateMachineName.split('/', 1)[0] ?? '',
    },
    State: stateOf(thread),
    ...(map ? { Map: map } : {}),
    ...(taskToken === null ? {} : { Task: { Token: taskToken } }),
  };
}

function stateOf(thread: Thread): JsonObject {
  const { state, enteredMs, retryCount } = thread.kept;
  const type = thread.definition.Type;
  return {
    Name: state,
    EnteredTime: new Date(enteredMs).toISOString(),
    ...(type === 'Task' || type === 'Map' || type === 'Parallel' ? { RetryCount: retryCount } : {}),
  };
}

/** What the context has under `Map`: of the innermost iteration around the thread; of a map run's child there is none, as recorded. */
function itemOf(thread: Thread): JsonValue | undefined {
  for (let inner = thread; inner.parent; inner = inner.parent) {
    if (inner.parent.definition.Type === 'Map') {
      const items = inner.parent.kept.given.value as readonly JsonValue[];
      return mapItem(items, inner.index);
    }
  }
  return undefined;
}

/** `source`: where the items of a distributed Map are from, `STATE_DATA` or the URI of an object. */
export function mapItem(
  items: readonly JsonValue[],
  index: number,
  source?: string,
): { readonly Item: JsonObject } {
  const from = source === undefined ? {} : { Source: source };
  return { Item: { Index: index, Value: items[index] ?? null, ...from } };
}

function executionInput(machine: Machine): JsonValue {
  const { facts } = machine;
  let input = inputs.get(facts);
  if (!input) {
    input = Payload.ofText(facts.input);
    inputs.set(facts, input);
  }
  return input.value;
}
