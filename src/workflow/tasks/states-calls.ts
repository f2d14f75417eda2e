/**
 * The API of Step Functions as tasks call it: members as the SDKs write them (`StateMachineArn`), and the API itself has
 * them (`stateMachineArn`); JSON inside of texts; times as ISO 8601.
 */
import type { Cancelled } from '../../types/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { serviceText } from './service-text.js';

/**
 * One operation of the API, such as `StartExecution`, with members as its requests have them, and answers with times in
 * seconds. Throws HearthError: `not-offered` for an operation that there is not.
 */
export type StatesApi = (
  operation: string,
  input: JsonObject,
  signal: Cancelled,
) => Promise<JsonObject>;

/** Those that hold JSON, or a definition, as a text. */
const textMembers = new Set(['input', 'output', 'definition', 'cause']);
const timeMember = /(?:Date|[tT]imestamp)$/;

/** `startExecution` -> `StartExecution`. */
export function operationOf(action: string): string {
  return action.charAt(0).toUpperCase() + action.slice(1);
}

/** What a state machine asks, as a request of the API: what is null is not asked. */
export function statesInput(parameters: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => {
        const member = name.charAt(0).toLowerCase() + name.slice(1);
        return [member, textMembers.has(member) ? serviceText(value) : lowered(value)];
      }),
  );
}

/** An answer of the API as a state machine gets it. */
export function statesOutput(answer: JsonValue): JsonValue {
  if (Array.isArray(answer)) return answer.map(statesOutput);
  if (!isJsonObject(answer)) return answer;
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [
        operationOf(name),
        typeof value === 'number' && timeMember.test(name)
          ? new Date(value * 1000).toISOString()
          : statesOutput(value),
      ]),
  );
}

function lowered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(lowered);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      lowered(inner),
    ]),
  );
}
