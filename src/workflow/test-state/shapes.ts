/** Whether a mocked result has the shape that the action of a service answers with. */
import { isJsonObject, type JsonValue } from '../json.js';
import type { TaskResource } from '../tasks/types.js';
import { serviceShapes } from './service-shapes.js';

/** Numbers are places in `shapes`. Members that have to be there end in `!`. */
type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'timestamp'
  | 'blob'
  | 'any'
  | readonly ['list' | 'map', number]
  | readonly ['enum', ...string[]]
  | readonly ['number', number | null, number | null]
  | { readonly [member: string]: number };

interface ServiceModel {
  /** -1: it answers nothing. */
  readonly actions: Readonly<Record<string, number>>;
  readonly shapes: readonly Shape[];
}

/** What optimised integrations call the services that have other names in the SDK. */
const sdkNames: Readonly<Record<string, string>> = { events: 'eventbridge', states: 'sfn' };
const models = new Map<string, ServiceModel>();

/**
 * What is wrong with the first field that is, in AWS's words; null where nothing is, and of actions that are not
 * known. `strict`: what has to be there is missed.
 */
export function shapeProblem(
  resource: TaskResource,
  result: JsonValue,
  strict: boolean,
): string | null {
  const known = resource.kind === 'service' ? shapeOf(resource) : undefined;
  if (known === undefined) return null;
  return problemOf(known.model, known.shape, '', result, strict);
}

function shapeOf(
  resource: TaskResource & { kind: 'service' },
): { model: ServiceModel; shape: Shape } | undefined {
  const short = resource.service.replace(/^aws-sdk:/, '');
  const model = modelOf(sdkNames[short] ?? short);
  const action = answeredAction(resource);
  const shape = model?.shapes[action === undefined ? -1 : (model.actions[action] ?? -1)];
  return model === undefined || shape === undefined ? undefined : { model, shape };
}

/** The action whose answer a task gives: where it waits for the end, the one that tells the end. */
function answeredAction({ service, action, mode }: TaskResource & { kind: 'service' }) {
  if (mode === 'request-response') return action;
  return service === 'states' && mode !== 'wait-for-task-token' ? 'describeExecution' : undefined;
}

function modelOf(service: string): ServiceModel | undefined {
  const text = Object.hasOwn(serviceShapes, service) ? serviceShapes[service] : undefined;
  if (text === undefined) return undefined;
  const model = models.get(service) ?? (JSON.parse(text) as ServiceModel);
  models.set(service, model);
  return model;
}

function problemOf(
  model: ServiceModel,
  shape: Shape,
  field: string,
  value: JsonValue,
  strict: boolean,
): string | null {
  const check = (at: number, name: string, part: JsonValue): string | null =>
    problemOf(model, model.shapes[at] ?? 'any', name, part, strict);
  if (typeof shape === 'string') return scalarProblem(shape, field, value);
  if (!Array.isArray(shape)) {
    const members = shape as Readonly<Record<string, number>>;
    return structureProblem(members, field, value, strict, check);
  }
  const [kind, ...rest] = shape as readonly [string, ...(string | number | null)[]];
  if (kind === 'list') {
    if (!Array.isArray(value)) return mustBe(field, 'an array');
    return first(value as readonly JsonValue[], (entry) => check(Number(rest[0]), field, entry));
  }
  if (kind === 'map') {
    if (!isJsonObject(value)) return mustBe(field, 'an object');
    return first(Object.entries(value), ([name, entry]) => check(Number(rest[0]), name, entry));
  }
  if (kind === 'enum') {
    if (typeof value !== 'string') return mustBe(field, 'a string');
    return rest.includes(value) ? null : `Field '${field}' is not an expected value`;
  }
  return scalarProblem('number', field, value) ?? rangeProblem(rest, field, Number(value));
}

function structureProblem(
  members: Readonly<Record<string, number>>,
  field: string,
  value: JsonValue,
  strict: boolean,
  check: (at: number, name: string, part: JsonValue) => string | null,
): string | null {
  if (!isJsonObject(value)) return mustBe(field, 'an object');
  const all = Object.entries(members).map(([name, at]) => {
    const required = name.endsWith('!');
    return { name: required ? name.slice(0, -1) : name, required, at };
  });
  const missing = all.find(({ name, required }) => required && !Object.hasOwn(value, name));
  if (strict && missing !== undefined) return `Required field '${missing.name}' is missing`;
  // what the model does not know may be newer than it
  return first(all, ({ name, at }) => {
    const part = value[name];
    return part === undefined || part === null ? null : check(at, name, part);
  });
}

function scalarProblem(kind: string, field: string, value: JsonValue): string | null {
  switch (kind) {
    case 'string':
    case 'timestamp':
      return typeof value === 'string' ? null : mustBe(field, 'a string');
    case 'number':
      return typeof value === 'number' ? null : mustBe(field, 'a number');
    case 'boolean':
      return typeof value === 'boolean' ? null : mustBe(field, 'a boolean');
    default:
      return null;
  }
}

function rangeProblem(limits: readonly unknown[], field: string, value: number): string | null {
  const [min, max] = limits;
  if (typeof min === 'number' && value < min) {
    return `Field '${field}' is less than the minimum value`;
  }
  if (typeof max === 'number' && value > max) return `Field '${field}' exceeds the maximum value`;
  return null;
}

function mustBe(field: string, what: string): string {
  return `Field '${field}' must be ${what}`;
}

function first<Item>(
  items: readonly Item[],
  problem: (item: Item) => string | null,
): string | null {
  for (const item of items) {
    const found = problem(item);
    if (found !== null) return found;
  }
  return null;
}
