/** What paths, templates and choice rules of one state can see, and where its chance comes from. */
import type { JsonObject, JsonValue } from '../json.js';
import type { Effort } from './effort.js';

export interface Scope {
  /** `$`. */
  readonly input: JsonValue;
  /** `$$`. */
  readonly context: JsonObject;
  /** By name, without `$`. */
  readonly variables: JsonObject;
  readonly effort: Effort;
  /** Between 0 and 1. */
  random(): number;
  uuid(): string;
}
