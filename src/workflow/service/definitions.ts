/** Operations on definitions that are not kept: what is wrong with one, and what a state of it does. */
import { parseDefinition } from '../language/index.js';
import type { Operations, WorkflowDeps } from './deps.js';

type DefinitionOperation = 'ValidateStateMachineDefinition' | 'TestState';

/** Without a number, or with 0 (AWS). */
const diagnosticsUsual = 100;

export function definitionOperations({ testState }: WorkflowDeps): Operations<DefinitionOperation> {
  return {
    ValidateStateMachineDefinition: async (input) => {
      const { definition, type = 'STANDARD', severity = 'ERROR', maxResults } = input;
      const parsed = parseDefinition(definition, type);
      const found = parsed.kind === 'valid' ? parsed.warnings : parsed.diagnostics;
      const shown = found.filter((each) => severity === 'WARNING' || each.severity === 'ERROR');
      const max = maxResults || diagnosticsUsual;
      return {
        result: parsed.kind === 'valid' ? 'OK' : 'FAIL',
        diagnostics: shown.slice(0, max),
        truncated: shown.length > max,
      };
    },
    TestState: async (input) => ({ ...(await testState(input)) }),
  };
}
