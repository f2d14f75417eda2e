/** What is asked of a Task: a resource that there is, for this type of state machine, and what that must be told. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Check } from './checks.js';
import type { Place } from './place.js';
import { resourceOf } from './resource.js';
import { type ServiceParameters, serviceAction } from './services.js';
import { template } from './templates.js';

export const resource: Check = (value, place) => {
  if (typeof value !== 'string') {
    place.refuse('Expected value of type String');
    return;
  }
  if (!value.startsWith('arn:')) {
    place.refuse('Value is not a valid resource ARN');
    return;
  }
  const named = resourceOf(value);
  const action = named?.kind === 'service' ? serviceAction(named.service, named.action) : undefined;
  const isKnown = named?.kind === 'service' ? action?.modes.includes(named.mode) : named;
  if (!named || !isKnown) {
    place.refuse(
      `The resource provided ${value} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
    );
    return;
  }
  if (place.rules.type === 'EXPRESS') checkExpress(value, place);
};

export const credentials: Check = (value, place) => {
  const isRole =
    isJsonObject(value) && (Object.hasOwn(value, 'RoleArn') || Object.hasOwn(value, 'RoleArn.$'));
  if (isJsonObject(value) && !isRole) {
    place.refuse("The field 'RoleArn' is required but was missing");
  } else template(value, place);
};

/** What concerns the parameters and the resource together. */
export function checkTask(task: JsonObject, place: Place): void {
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = task;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    place.field('HeartbeatSeconds').refuse('Value must be less than the value of TimeoutSeconds');
  }
  const arn = task.Resource;
  const named = typeof arn === 'string' ? resourceOf(arn) : undefined;
  if (named?.kind === 'activity' && Object.hasOwn(task, 'Credentials')) {
    place.refuse("The field 'Credentials' is not supported for activities");
  }
  if (named?.kind !== 'service') return;
  const action = serviceAction(named.service, named.action);
  if (!action?.modes.includes(named.mode)) return;
  const field = place.rules.language === 'JSONata' ? 'Arguments' : 'Parameters';
  if (!Object.hasOwn(task, field)) {
    place.refuse(`${field} field is required for resource ARN: ${arn}`);
    return;
  }
  checkParameters(task[field] as JsonValue, action.parameters, place.field(field));
}

function checkParameters(
  given: JsonValue,
  { required, optional }: ServiceParameters,
  place: Place,
): void {
  if (!isJsonObject(given)) return;
  const plain = (name: string): string =>
    place.rules.language === 'JSONPath' && name.endsWith('.$') ? name.slice(0, -2) : name;
  const names = Object.keys(given).map(plain);
  for (const name of names) {
    if (optional !== undefined && !optional.includes(name) && !required.includes(name)) {
      place.refuse(`The field '${name}' is not supported by Step Functions`);
    }
  }
  for (const name of required) {
    if (!names.includes(name)) place.refuse(`The field '${name}' is required but was missing`);
  }
}

function checkExpress(arn: string, place: Place): void {
  const named = resourceOf(arn);
  if (named?.kind === 'activity') {
    place.refuse('Express state machine does not support Activity ARN');
  } else if (named?.kind === 'service' && named.mode !== 'request-response') {
    const pattern = named.mode === 'wait-for-task-token' ? '.waitForTaskToken' : '.sync';
    // the space at the end is AWS's
    place.refuse(`Express state machine does not support '${pattern}' service integration `);
  }
}
