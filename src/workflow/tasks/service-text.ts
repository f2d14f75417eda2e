/**
 * Members of services that hold JSON as a text, such as `Payload` and `Input`: what a state machine gives as a text is
 * taken as it is, any other value is written as JSON, and nothing is an empty object.
 */
import type { JsonValue } from '../json.js';

export function serviceText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '{}';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
