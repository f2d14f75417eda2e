/** The context object that a state is tested with: one that the caller mocks, or one made up as AWS makes it up. */
import { HearthError } from '../../types/index.js';
import { expressArn, stateMachineArn } from '../arns.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';

/** What a mocked one may have. */
const fields: Readonly<Record<string, readonly string[]>> = {
  Execution: ['Id', 'Input', 'Name', 'RoleArn', 'StartTime', 'RedriveCount', 'RedriveTime'],
  State: ['EnteredTime', 'Name', 'RetryCount'],
  StateMachine: ['Id', 'Name'],
  Task: ['Token'],
};

/** Throws `validation`. */
export function mockedContext(text: string): JsonObject {
  const context = parsed(text);
  if (!isJsonObject(context)) throw invalid('must be a JSON object');
  for (const [name, part] of Object.entries(context)) {
    if (name === 'Map') throw invalid("'Map' field is not supported when mocking a Context object");
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (known === undefined) throw notAllowed(name);
    if (!isJsonObject(part)) throw invalid(`Field '${name}' must be a JSON object`);
    const unknown = Object.keys(part).find((field) => !known.includes(field));
    if (unknown !== undefined) throw notAllowed(unknown);
  }
  return context;
}

export interface MadeUp {
  readonly input: JsonValue;
  readonly roleArn: string | undefined;
  readonly stateName: string;
  readonly nowMs: number;
  uuid(): string;
}

export function madeUpContext({ input, roleArn, stateName, nowMs, uuid }: MadeUp): JsonObject {
  const [machine, name] = [uuid(), uuid()];
  const now = new Date(nowMs).toISOString();
  return {
    Execution: {
      // of a test, the ARN has no part for the run
      Id: expressArn(machine, name, '').slice(0, -1),
      Input: input,
      Name: name,
      ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
      StartTime: now,
    },
    StateMachine: { Id: stateMachineArn(machine), Name: machine },
    State: { Name: stateName, EnteredTime: now, RetryCount: 0 },
  };
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw invalid('must be valid JSON');
  }
}

function notAllowed(field: string): HearthError {
  return invalid(`Field '${field}' is not allowed`);
}

function invalid(why: string): HearthError {
  return new HearthError('validation', `Invalid Context object provided: ${why}`);
}
