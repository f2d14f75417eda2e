/** Definitions for tests, around what the test is about. */
import type { JsonValue } from '../../../src/workflow/json.js';
import { type Diagnostic, parseDefinition } from '../../../src/workflow/language/index.js';
import type { StateMachineType } from '../../../src/workflow/language/types.js';

type Fields = Readonly<Record<string, JsonValue>>;

/** A machine of one state, `A`, and what else is given. */
export function machineOf(state: Fields, machine: Fields = {}, others: Fields = {}): string {
  return JSON.stringify({ ...machine, StartAt: 'A', States: { A: state, ...others } });
}

export const done: Fields = { Type: 'Succeed' };

/** Items that are executions of their own. */
export const distributed: Fields = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: 'I',
  States: { I: { Type: 'Pass', End: true } },
};

export const inline: Fields = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };

/** `CODE message @ location` of each diagnostic; empty for what is valid. */
export function problemsOf(text: string, type: StateMachineType = 'STANDARD'): readonly string[] {
  const parsed = parseDefinition(text, type);
  return parsed.kind === 'valid' ? [] : parsed.diagnostics.map(line);
}

export function line({ code, message, location }: Diagnostic): string {
  return `${code} ${message} @ ${location ?? 'nowhere'}`;
}

/** As `problemsOf`, without the code of the schema, and with locations in the state `A` shortened to what comes after it. */
export function inState(state: Fields, machine: Fields = {}, type?: StateMachineType) {
  const others: Fields = JSON.stringify(state).includes('"Done"') ? { Done: done } : {};
  return problemsOf(machineOf(state, machine, others), type).map((problem) =>
    problem.replace(/^SCHEMA_VALIDATION_FAILED /, '').replace('@ /States/A', '@ A'),
  );
}
