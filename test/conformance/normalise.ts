/** Answers as the recordings hold them: without what differs from run to run. */
import { isMembers, type Members, type TransformerSpec, type Value } from './scenario.js';
import { byKeyValue, Replacements, type Transformer, transformerOf } from './transformers.js';

/** Where the answers come from. */
export interface Origin {
  readonly account: string;
  readonly region: string;
}

/** `answers` by the names of their matches, in the order in which they were made. */
export function normalise(
  answers: Members,
  transformers: readonly TransformerSpec[],
  { account, region }: Origin,
): Members {
  const ordered: Members = {};
  for (const [name, answer] of Object.entries(answers)) ordered[name] = inOrder(answer);
  parseTexts(ordered);
  const replacements = new Replacements();
  const own = [...transformers].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  for (const spec of own) transformerOf(spec)(ordered, replacements);
  replacements.pattern(new RegExp(account, 'g'), '1'.repeat(12));
  replacements.pattern(new RegExp(region, 'g'), '<region>');
  replacements.pattern(/arn:aws:/g, 'arn:<partition>:');
  for (const transformer of basic) transformer(ordered, replacements);
  for (const [name, answer] of Object.entries(ordered)) {
    ordered[name] = JSON.parse(replacements.apply(JSON.stringify(answer ?? null))) as Value;
  }
  return ordered;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const isoTime =
  /[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-][01]\d:?(?:[0-5]\d)?)/g;

/** What every scenario has after its own. */
const basic: readonly Transformer[] = [
  plainMetadata,
  byKeyValue(
    (key, value) =>
      /id$/i.test(key) && typeof value === 'string' && uuid.test(value) ? value : null,
    'uuid',
    true,
  ),
  (_answers, replacements) => replacements.pattern(isoTime, 'date'),
  byKeyValue((_key, value) => (value instanceof Date ? value : null), 'datetime', false),
  byKeyValue(
    (key, value) => (/timestamp/i.test(key) && !isIsoTime(value) ? value : null),
    'timestamp',
    false,
  ),
];

/** Those become `date`, whatever they are called. */
function isIsoTime(value: Value): boolean {
  return typeof value === 'string' && value.search(isoTime) === 0;
}

function plainMetadata(members: Members): void {
  for (const [key, value] of Object.entries(members)) {
    if (!isMembers(value)) continue;
    if (key !== 'ResponseMetadata') plainMetadata(value);
    else members[key] = { HTTPHeaders: {}, HTTPStatusCode: value.HTTPStatusCode ?? null };
  }
}

/** Members by name, `ResponseMetadata` last: references are numbered in this order. */
function inOrder(value: Value): Value {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isMembers(value)) return value;
  const { ResponseMetadata, ...rest } = value;
  const names = Object.keys(rest).sort();
  const ordered: Members = {};
  for (const name of names) ordered[name] = inOrder(rest[name] ?? null);
  if (ResponseMetadata !== undefined) ordered.ResponseMetadata = ResponseMetadata;
  return ordered;
}

/** Strings that begin like an object become what they say, one level deep. */
function parseTexts(members: Members): void {
  for (const [key, value] of Object.entries(members)) {
    for (const entry of Array.isArray(value) ? value : [value]) {
      if (isMembers(entry)) parseTexts(entry);
    }
    if (typeof value !== 'string' || !value.startsWith('{')) continue;
    try {
      members[key] = JSON.parse(value) as Value;
    } catch {
      // text that only looks like JSON
    }
  }
}
