/** A scope for the tests of data: chance that always gives the same. */
import { Effort, type Scope } from '../../../src/workflow/data/index.js';
import type { JsonObject, JsonValue } from '../../../src/workflow/json.js';

export function scopeOf(
  input: JsonValue,
  rest: { readonly context?: JsonObject; readonly variables?: JsonObject } = {},
): Scope {
  return {
    input,
    context: rest.context ?? {},
    variables: rest.variables ?? {},
    effort: new Effort(),
    random: () => 0.5,
    uuid: () => '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  };
}
