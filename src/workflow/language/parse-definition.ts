/** The text of a definition becomes a state machine, or the diagnostics that say why it is none. */
import type { Definition, ParsedDefinition, StateMachineType } from './types.js';

/** Never throws. */
export function parseDefinition(text: string, _type: StateMachineType): ParsedDefinition {
  try {
    const definition = JSON.parse(text) as Definition;
    return { kind: 'valid', definition, warnings: [] };
  } catch (error) {
    const message = String(error);
    return {
      kind: 'invalid',
      diagnostics: [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message }],
      message: `Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: ${message}'`,
    };
  }
}
