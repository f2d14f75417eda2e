/**
 * Transformers of what does not count in an answer, such as the order of events of branches that run side by side:
 * made to both the recorded and the real one.
 */
import { findPlaces, write } from './json-path.js';
import { isMembers, type Members, type TransformerSpec, type Value } from './scenario.js';

export function settled(answers: Members, specs: readonly TransformerSpec[]): Members {
  return specs.reduce((value, { type, fn, jsonpath = '', replacement = '', reference }) => {
    // some recordings are older than the transformer of their scenario
    if (type === 'jsonpath' && reference === false) return labelled(value, jsonpath, replacement);
    if (type === 'SfnNoneRecursiveParallelTransformer') return withLists(value, branchesInOrder);
    if (type === '_SfnSortVariableReferences') return withLists(value, textsInOrder);
    if (type === 'generic' && fn === '_convert_output_to_json') return outputsRead(value);
    if (type === 'generic') throw new Error(`transformer ${fn} is unknown; add it to settled.ts`);
    return value;
  }, answers as Value) as Members;
}

function labelled(value: Value, path: string, label: string): Value {
  const copy = structuredClone(value);
  for (const place of findPlaces(copy, path)) write(place, label);
  return copy;
}

function withLists(value: Value, change: (list: Value[]) => Value[]): Value {
  if (Array.isArray(value)) return change(value.map((entry) => withLists(entry, change)));
  if (!isMembers(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, withLists(entry, change)]),
  );
}

function textsInOrder(list: Value[]): Value[] {
  return list.every((entry) => typeof entry === 'string') ? list.sort() : list;
}

/** Events that lost their ids, because branches ran side by side, in an order of their own. */
function branchesInOrder(list: Value[]): Value[] {
  const ordered: Value[] = [];
  let run: Value[] = [];
  for (const event of [...list, null]) {
    if (isMembers(event) && Array.isArray(event.id)) run.push(event);
    else {
      ordered.push(...run.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1)), event);
      run = [];
    }
  }
  return ordered.slice(0, -1);
}

function textOf(value: Value): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    isMembers(entry) ? Object.fromEntries(Object.entries(entry).sort()) : entry,
  );
}

/** `output` as what its text says, at any depth. */
function outputsRead(value: Value): Value {
  if (Array.isArray(value)) return value.map(outputsRead);
  if (!isMembers(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      name === 'output' && typeof entry === 'string' ? read(entry) : outputsRead(entry),
    ]),
  );
}

function read(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
