/**
 * The text of a definition becomes a state machine, or the diagnostics that say why it is none: first whether it is
 * JSON, then each object for itself, and then, of what is right so far, the graphs that the states make.
 */
import { limits } from '../../types/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { checkGraph } from './graph-rules.js';
import { jsonProblem } from './json-scanner.js';
import { ParsingEffort } from './jsonata-expression.js';
import { checkMachine } from './machine-rules.js';
import { Place } from './place.js';
import type { Definition, Diagnostic, ParsedDefinition, StateMachineType } from './types.js';

/** Never throws. */
export function parseDefinition(text: string, type: StateMachineType): ParsedDefinition {
  const read = readObject(text);
  if (read.kind === 'invalid') return read;
  const place = rootPlace(type);
  checkMachine(read.value, place);
  if (errorsOf(place).length === 0) checkGraph(read.value, place);
  const errors = errorsOf(place);
  if (errors.length > 0) return invalid(errors, place.diagnostics);
  const warnings = place.diagnostics;
  return { kind: 'valid', definition: read.value as unknown as Definition, warnings };
}

type Invalid = Extract<ParsedDefinition, { readonly kind: 'invalid' }>;
type ReadObject = { readonly kind: 'read'; readonly value: JsonObject } | Invalid;

function readObject(text: string): ReadObject {
  if (text.trim() === '') return notAnObject();
  if (text.length > limits.definitionCharsMax) {
    return refused(
      'SCHEMA_VALIDATION_FAILED',
      `Definition exceeds ${limits.definitionCharsMax} characters`,
    );
  }
  const problem = jsonProblem(text);
  if (problem) {
    const { message, location, isTooDeep } = problem;
    const code = isTooDeep ? 'TOO_DEEPLY_NESTED' : 'INVALID_JSON_DESCRIPTION';
    return refused(code, message, location);
  }
  const value = JSON.parse(text) as JsonValue;
  return isJsonObject(value) ? { kind: 'read', value } : notAnObject();
}

function notAnObject(): Invalid {
  return refused('SCHEMA_VALIDATION_FAILED', 'Definition must be a valid JSON object');
}

function refused(code: string, message: string, location?: string): Invalid {
  const diagnostic: Diagnostic = {
    severity: 'ERROR',
    code,
    message,
    ...(location === undefined ? {} : { location }),
  };
  return invalid([diagnostic], [diagnostic]);
}

function invalid(errors: readonly Diagnostic[], diagnostics: readonly Diagnostic[]): Invalid {
  const texts = errors.map(
    ({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`,
  );
  const message = `Invalid State Machine Definition: '${texts.join(', ')}'`;
  return { kind: 'invalid', diagnostics, message };
}

function errorsOf(place: Place): readonly Diagnostic[] {
  return place.diagnostics.filter(({ severity }) => severity === 'ERROR');
}

function rootPlace(type: StateMachineType): Place {
  return Place.root({
    language: 'JSONPath',
    machineLanguage: 'JSONPath',
    type,
    tellsLanguage: true,
    isInCatcher: false,
    effort: new ParsingEffort(),
  });
}
