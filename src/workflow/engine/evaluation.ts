/** JSONata in a state: what is asked of the evaluator, and what its answers must be. */
import { StateError } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';
import {
  type EvaluationField,
  type EvaluationRequest,
  type EvaluationResult,
  evaluateAtOnce,
} from '../jsonata/index.js';
import type { Definition, State } from '../language/index.js';

/** A phase of a state: it runs through, but for questions to the evaluator, and for null: others have a turn. */
export type Phase<Result> = Generator<
  EvaluationRequest | null,
  Result,
  EvaluationResult | undefined
>;

/** Becomes an EvaluationFailed event. */
export class EvaluationFailure extends StateError {
  constructor(
    error: string,
    cause: string,
    readonly location: string | undefined,
    /** Found while the state was executed: the event follows its Entered event then. */
    readonly late = false,
  ) {
    super(error, cause);
  }
}

export function isJsonata(definition: Definition, state: State): boolean {
  return (state.QueryLanguage ?? definition.QueryLanguage) === 'JSONata';
}

/** One value of each field; those without an expression are not asked for. */
export function* evaluateFields(
  fields: readonly EvaluationField[],
  states: () => JsonObject,
  variables: JsonObject,
): Phase<readonly JsonValue[]> {
  const asked = fields.filter(({ template }) => hasExpression(template));
  if (asked.length === 0) return fields.map(({ template }) => template);
  const request = { fields: asked, states: states(), variables };
  const result = evaluateAtOnce(request) ?? (yield request);
  if (!result) throw new Error('an evaluation was resumed without its result');
  if (result.kind === 'failed') {
    throw new EvaluationFailure(result.error, result.cause, result.location);
  }
  const values = result.values[Symbol.iterator]();
  return fields.map((field) =>
    asked.includes(field)
      ? ((values.next().value as JsonValue | undefined) ?? null)
      : field.template,
  );
}

export type JsonTypeName = 'array' | 'boolean' | 'number' | 'string' | 'object' | 'null';

/** @throws EvaluationFailure where the value is of another type. */
export function expectType(
  value: JsonValue,
  type: JsonTypeName,
  field: string,
  template: JsonValue,
): void {
  const given = typeName(value);
  if (given === type) return;
  throw new EvaluationFailure(
    'States.QueryEvaluationError',
    `The JSONata expression '${expressionOf(template)}' specified for the field '${field}' returned an unexpected result type. Expected '${type}', but was '${given}' for value: ${JSON.stringify(value)}`,
    field,
  );
}

export function typeName(value: JsonValue): JsonTypeName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonTypeName;
}

function expressionOf(template: JsonValue): string {
  return typeof template === 'string' && isExpression(template)
    ? template.slice(2, -2).trim()
    : JSON.stringify(template);
}

function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}');
}

const known = new WeakMap<object, boolean>();

function hasExpression(template: JsonValue): boolean {
  if (typeof template === 'string') return isExpression(template);
  if (typeof template !== 'object' || template === null) return false;
  const before = known.get(template);
  if (before !== undefined) return before;
  const has = Object.values(template).some(hasExpression);
  known.set(template, has);
  return has;
}
