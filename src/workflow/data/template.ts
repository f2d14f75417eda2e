/** Payload templates (Parameters, ItemSelector, ResultSelector, Assign): what keys that end in `.$` name is filled in. */
import { StateError } from '../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { readPath } from './read.js';
import type { Scope } from './scope.js';
import { fitsInto } from './size.js';

const suffix = '.$';
/** Far above the 256 KiB of a state's data: of what is too large, the engine tells which state it was. */
const resultBytesMax = 16 * 1024 * 1024;
const depthMax = 500;

/** Whether something is to be filled in; where not, the template is its own result. */
const dynamic = new WeakMap<object, boolean>();

/** @throws StateError */
export function applyTemplate(template: JsonValue, scope: Scope): JsonValue {
  if (!isDynamic(template, 0)) return template;
  const result = filled(template, scope);
  if (!fitsInto(result, resultBytesMax)) {
    throw new StateError('States.DataLimitExceeded', 'The result of a template is too large.');
  }
  return result;
}

function filled(template: JsonValue, scope: Scope): JsonValue {
  if (typeof template !== 'object' || template === null) return template;
  if (dynamic.get(template) === false) return template;
  if (Array.isArray(template)) return template.map((item: JsonValue) => filled(item, scope));
  const members = Object.entries(template as JsonObject);
  return Object.fromEntries(
    members.map(([name, member]) =>
      name.endsWith(suffix)
        ? [name.slice(0, -suffix.length), readPath(String(member), scope, name)]
        : [name, filled(member, scope)],
    ),
  );
}

function isDynamic(template: JsonValue, depth: number): boolean {
  if (typeof template !== 'object' || template === null) return false;
  const known = dynamic.get(template);
  if (known !== undefined) return known;
  if (depth > depthMax) throw new StateError('States.Runtime', 'The template is nested too deep.');
  let isIt = false;
  // all of them, as each is asked again when it is filled
  for (const item of Object.values(template)) isIt = isDynamic(item, depth + 1) || isIt;
  isIt ||= isJsonObject(template) && Object.keys(template).some((name) => name.endsWith(suffix));
  dynamic.set(template, isIt);
  return isIt;
}
