/**
 * What a state makes of its input before its work, and of the result after it.
 * JSONPath: InputPath, Parameters, (work), ResultSelector, Assign, ResultPath, OutputPath. JSONata: Arguments, (work), Assign and Output.
 */
import { applyTemplate, readPath, writeResult } from '../data/index.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { EvaluationField } from '../jsonata/types.js';
import { evaluateFields, type Phase } from './evaluation.js';
import type { Machine } from './machine.js';
import { Payload } from './payload.js';
import type { Thread } from './thread.js';

/** The fields that some states have. */
export interface InputFields {
  readonly InputPath?: string | null;
  readonly Parameters?: JsonValue;
  readonly Arguments?: JsonValue;
}

export interface OutputFields {
  readonly ResultSelector?: JsonValue;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Assign?: JsonObject;
  readonly Output?: JsonValue;
}

export interface Outcome {
  readonly output: Payload;
  readonly assigned: JsonObject | undefined;
}

/** After InputPath. */
export function selectInput(machine: Machine, thread: Thread, fields: InputFields): Payload {
  const { input } = thread.kept;
  const selected = select(machine, thread, input, fields.InputPath);
  return selected;
}

/** What a task, the branches of a Parallel or the result of a Pass begins with. */
export function* giveInput(machine: Machine, thread: Thread, fields: InputFields): Phase<Payload> {
  if (machine.isJsonata(thread)) {
    if (fields.Arguments === undefined) return thread.kept.input;
    const [given] = yield* evaluateFields(
      [{ name: 'Arguments', template: fields.Arguments }],
      machine.states(thread),
      thread.variables,
    );
    return Payload.ofValue(given ?? null);
  }
  const selected = selectInput(machine, thread, fields);
  if (fields.Parameters === undefined) {
    return selected;
  }
  const given = applyTemplate(fields.Parameters, machine.scope(thread, selected.value));
  return Payload.ofValue(given);
}

/** The output and the variables that a result makes. `usual`: the output of JSONata without Output. */
export function* takeResult(
  machine: Machine,
  thread: Thread,
  result: Payload,
  fields: OutputFields,
  usual: Payload = result,
): Phase<Outcome> {
  if (machine.isJsonata(thread)) {
    const more = result === thread.kept.input ? {} : { result: result.value };
    return yield* evaluateOutput(machine, thread, fields, more, usual);
  }
  const { ResultSelector } = fields;
  const selected =
    ResultSelector === undefined
      ? result
      : Payload.ofValue(applyTemplate(ResultSelector, machine.scope(thread, result.value)));
  const assigned = assignments(machine, thread, fields.Assign, selected);
  const written = writeInto(thread.kept.input, fields.ResultPath, selected);
  return { output: select(machine, thread, written, fields.OutputPath), assigned };
}

/** With JSONata. */
export function* evaluateOutput(
  machine: Machine,
  thread: Thread,
  fields: { readonly Assign?: JsonObject; readonly Output?: JsonValue },
  more: JsonObject,
  usual: Payload,
): Phase<Outcome> {
  const { Assign, Output } = fields;
  const asked: EvaluationField[] = [];
  if (Assign !== undefined) asked.push({ name: 'Assign', template: Assign });
  if (Output !== undefined) asked.push({ name: 'Output', template: Output });
  if (asked.length === 0) return { output: usual, assigned: undefined };
  const values = yield* evaluateFields(asked, machine.states(thread, more), thread.variables);
  const assigned = Assign === undefined ? undefined : (values[0] as JsonObject);
  const output = Output === undefined ? usual : Payload.ofValue(values.at(-1) ?? null);
  return { output, assigned };
}

/** Assign with JSONPath. */
export function assignments(
  machine: Machine,
  thread: Thread,
  template: JsonObject | undefined,
  input: Payload,
): JsonObject | undefined {
  if (template === undefined) return undefined;
  const assigned = applyTemplate(template, machine.scope(thread, input.value)) as JsonObject;
  return assigned;
}

/** InputPath and OutputPath; null gives an empty object. */
export function select(
  machine: Machine,
  thread: Thread,
  from: Payload,
  path: string | null | undefined,
): Payload {
  if (path === undefined || path === '$') return from;
  if (path === null) return Payload.ofValue({});
  return Payload.ofValue(readPath(path, machine.scope(thread, from.value)));
}

export function writeInto(
  input: Payload,
  path: string | null | undefined,
  result: Payload,
): Payload {
  if (path === undefined || path === '$') return result;
  if (path === null) return input;
  return input.become(writeResult(path, input.value, result.value));
}
