/**
 * A scenario's transformers: each changes the answers or notes replacements that are made last, over the
 * whole text. References get numbers in the order in which they are met, so that equal values stay equal.
 */
import { withoutBranchIds } from './branches.js';
import { findPlaces, write } from './json-path.js';
import { isMembers, type Members, type TransformerSpec, type Value } from './scenario.js';

export type Transformer = (answers: Members, replacements: Replacements) => void;

/** What is to be replaced in the text of the answers once all transformers have run. */
export class Replacements {
  readonly #all: ((text: string) => string)[] = [];
  readonly #known = new Set<string>();
  readonly #counts = new Map<string, number>();

  /** The next `<label:N>` in place of a value, once. */
  reference(value: string, label: string): void {
    const text = value.replaceAll('"', '\\"');
    if (this.#known.has(text) || text === '') return;
    this.#known.add(text);
    const number = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, number);
    this.#all.push((whole) => whole.replaceAll(text, () => `<${label}:${number}>`));
  }

  pattern(pattern: RegExp, replacement: string): void {
    this.#all.push((whole) => whole.replace(pattern, () => replacement));
  }

  apply(text: string): string {
    return this.#all.reduce((whole, replace) => replace(whole), text);
  }
}

export function transformerOf(spec: TransformerSpec): Transformer {
  const { replacement = '', reference = true } = spec;
  switch (spec.type) {
    case 'keyValue':
      return byKeyValue(matcherOf(spec), replacement, reference);
    case 'regex': {
      const pattern = new RegExp(spec.regex ?? '', 'g');
      return (_answers, replacements) => replacements.pattern(pattern, replacement);
    }
    case 'jsonpath':
      return byPath(spec.jsonpath ?? '', replacement, reference);
    case 'sort':
      return sorted(spec.key ?? '', /\["(\w+)"\]/.exec(spec.fn ?? '')?.[1]);
    case 'SfnNoneRecursiveParallelTransformer':
      return (answers) => withoutBranchIds(answers);
    // in both the recorded and the real answers: see settled.ts
    case '_SfnSortVariableReferences':
    case 'generic':
      return () => {};
    default:
      throw new Error(`transformer ${spec.type} is unknown; add it to transformers.ts`);
  }
}

/** What of a member is replaced, or null for nothing. */
type Matcher = (key: string, value: Value) => Value;

/** Walks all members; where the matcher finds something, its value is replaced or referred to. */
export function byKeyValue(match: Matcher, label: string, reference: boolean): Transformer {
  const walk = (members: Members, replacements: Replacements): void => {
    for (const [key, value] of Object.entries(members)) {
      const found = match(key, value);
      if (found !== null) {
        if (reference) replacements.reference(String(found), label);
        else if (typeof value !== 'string') members[key] = label;
        else members[key] = value.replaceAll(String(found), () => label);
        continue;
      }
      for (const entry of Array.isArray(value) ? value : [value]) {
        if (isMembers(entry)) walk(entry, replacements);
      }
    }
  };
  return walk;
}

function byPath(path: string, label: string, reference: boolean): Transformer {
  return (answers, replacements) => {
    for (const place of findPlaces(answers, path)) {
      if (reference) replacements.reference(String(place.value), label);
      else write(place, label);
    }
  };
}

/** Sorts the lists under a name, by a member of their entries. */
function sorted(key: string, by: string | undefined): Transformer {
  const text = (entry: Value): string =>
    by !== undefined && isMembers(entry) ? String(entry[by]) : JSON.stringify(entry);
  return (answers) => {
    for (const { value } of findPlaces(answers, `$..${key}`)) {
      if (Array.isArray(value)) value.sort((a, b) => (text(a) < text(b) ? -1 : 1));
    }
  };
}

function matcherOf({ key: wanted, matchFn }: TransformerSpec): Matcher {
  if (wanted !== undefined) return (key, value) => (key === wanted ? value : null);
  const named = matchFn === undefined ? undefined : matchers[matchFn];
  if (named === undefined)
    throw new Error(`matcher ${matchFn} is unknown; add it to transformers.ts`);
  return named;
}

const arnPattern = /^arn:(?:aws[a-zA-Z-]*)?:(?:[a-zA-Z0-9-_.]+)?:[^:]*:(?:\d{12})?:(?<resource>.*)/;
const logStreamPattern = /^\d{4}\/\d{2}\/\d{2}\/\[(?:\$LATEST|\d+)\][0-9a-f]{32}/;

/** By the names that the sets give them. */
const matchers: Readonly<Record<string, Matcher>> = {
  /** The name of the resource that an ARN names, without its kind and qualifier. */
  _resource_name_transformer: (_key, value) => {
    if (typeof value !== 'string') return null;
    const resource = arnPattern.exec(value)?.groups?.resource;
    if (resource === undefined || /^<.*>$/.test(resource)) return null;
    if (resource.includes('/')) return resource.slice(resource.lastIndexOf('/') + 1);
    if (resource.startsWith('function:')) {
      return (resource.slice('function:'.length).split('$')[0] ?? '').replace(/:$/, '');
    }
    if (resource.startsWith('layer:')) return resource.split(':')[1] ?? null;
    return resource.slice(resource.lastIndexOf(':') + 1);
  },
  /** The input of a state, which the cause of a failure may hold as a whole. */
  _transform_stepfunctions_cause_details: (key, value) => {
    if (key !== 'cause' || typeof value !== 'string') return null;
    const input = /^.*'(\{.*\})'/.exec(value)?.[1];
    return input !== undefined && isJson(input) ? input : null;
  },
  _log_stream_name_transformer: (key, value) =>
    /^log_?stream_?name$/i.test(key) && typeof value === 'string' && logStreamPattern.test(value)
      ? value
      : null,
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
