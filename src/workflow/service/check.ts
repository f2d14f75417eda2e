/**
 * A value held against a shape, as AWS's front does it: first its types (one wrong is a SerializationException), then
 * every broken constraint at once, in one ValidationException. Texts as recorded on live AWS.
 */
import { HearthError } from '../../types/index.js';
import type { InputOf, ListShape, Members, NumberShape, Shape, TextShape } from './shape.js';

/** The members that the shape knows. Throws `invalid-json`, `validation`. */
export function checked<const M extends Members>(value: unknown, members: M): InputOf<M> {
  const input = typedMembers(value, members, 0);
  const failures: string[] = [];
  checkMembers(input, members, '', failures);
  const count = failures.length;
  if (count === 0) return input as InputOf<M>;
  const head = `${count} validation error${count === 1 ? '' : 's'} detected: `;
  throw new HearthError('validation', head + failures.join('; '));
}

export function wrongBody(message: string): HearthError {
  return new HearthError('invalid-json', message);
}

type Typed = Readonly<Record<string, unknown>>;

/** AWS shows all; an answer need not repeat a megabyte. What is recorded is shorter. */
const shownCharsMax = 2048;
/** More than any shape has. */
const depthMax = 8;
const ascii = String.raw`\p{ASCII}*`;

function typedMembers(value: unknown, members: Members, depth: number): Typed {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > depthMax) {
    throw wrongBody('Unexpected value type in payload');
  }
  const typed: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(members)) {
    const given: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    if (given !== undefined && given !== null) typed[name] = typedValue(given, shape, depth + 1);
  }
  return typed;
}

function typedValue(value: unknown, shape: Shape, depth: number): unknown {
  switch (shape.kind) {
    case 'structure':
      return typedMembers(value, shape.members, depth);
    case 'list':
      if (!Array.isArray(value)) throw wrongBody('Unexpected value type in payload');
      return value.map((item: unknown) =>
        item === null ? '' : typedValue(item, shape.item, depth),
      );
    default:
      return scalar(value, shape.kind);
  }
}

const scalarNames = { text: 'a String', whole: 'an Integer', number: 'a Float', flag: 'a Boolean' };

function scalar(value: unknown, kind: keyof typeof scalarNames): unknown {
  const given = typeof value;
  const isRight =
    kind === 'text'
      ? given === 'string'
      : kind === 'flag'
        ? given === 'boolean'
        : given === 'number' && (kind === 'number' || Number.isSafeInteger(value));
  if (isRight) return value;
  if (given === 'object') {
    throw wrongBody('Start of structure or map found where not expected.');
  }
  const word = given === 'boolean' ? `${String(value).toUpperCase()}_VALUE` : tokens[given];
  throw wrongBody(`${word ?? 'VALUE'} can not be converted to ${scalarNames[kind]}`);
}

const tokens: Readonly<Record<string, string>> = {
  string: 'STRING_VALUE',
  number: 'NUMBER_VALUE',
};

function checkMembers(input: Typed, members: Members, prefix: string, failures: string[]): void {
  for (const [name, shape] of Object.entries(members)) {
    const value = input[name];
    const at = prefix + name;
    if (value !== undefined) checkValue(value, shape, at, failures);
    else if (shape.isRequired) failures.push(failure('null', at, 'Member must not be null'));
  }
}

function checkValue(value: unknown, shape: Shape, at: string, failures: string[]): void {
  switch (shape.kind) {
    case 'structure':
      checkMembers(value as Typed, shape.members, `${at}.`, failures);
      return;
    case 'list':
      checkList(value as readonly unknown[], shape, at, failures);
      return;
    case 'text':
      checkText(value as string, shape, at, failures);
      return;
    case 'flag':
      return;
    default:
      checkNumber(value as number, shape, at, failures);
  }
}

function checkText(value: string, shape: TextShape, at: string, failures: string[]): void {
  const { min, max, pattern, oneOf } = shape;
  const fail = (constraint: string): number =>
    failures.push(failure(shape.isSecret ? undefined : `'${value}'`, at, constraint));
  if (oneOf !== undefined && !oneOf.includes(value)) {
    fail(`Member must satisfy enum value set: [${oneOf.join(', ')}]`);
  }
  if (pattern !== undefined && !wholly(pattern).test(value)) {
    fail(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  if (shape.isUtf8) {
    if (max !== undefined && Buffer.byteLength(value) > max) {
      fail(`Member must have size less than or equal to ${max} bytes in UTF-8 encoding`);
    }
    return;
  }
  checkLength(value.length, min, max, fail);
}

function checkList(
  items: readonly unknown[],
  shape: ListShape,
  at: string,
  failures: string[],
): void {
  const { min, max, item } = shape;
  checkLength(items.length, min, max, (constraint) =>
    failures.push(failure(`'${shown(items, shape)}'`, at, constraint)),
  );
  items.forEach((each, index) => {
    checkValue(each, item, `${at}.${index + 1}.member`, failures);
  });
}

function checkNumber(value: number, shape: NumberShape, at: string, failures: string[]): void {
  const { min = -(2 ** 31), max = 2 ** 53 } = shape;
  if (value > max) {
    failures.push(failure(`'${value}'`, at, `Member must have value less than or equal to ${max}`));
  }
  if (value < min) {
    failures.push(
      failure(`'${value}'`, at, `Member must have value greater than or equal to ${min}`),
    );
  }
}

function checkLength(
  length: number,
  min: number | undefined,
  max: number | undefined,
  fail: (constraint: string) => void,
): void {
  if (max !== undefined && length > max) {
    fail(`Member must have length less than or equal to ${max}`);
  }
  if (min !== undefined && length < min) {
    fail(`Member must have length greater than or equal to ${min}`);
  }
}

function failure(value: string | undefined, at: string, constraint: string): string {
  const shownValue = value === undefined ? '' : `${value.slice(0, shownCharsMax)} `;
  return `Value ${shownValue}at '${at}' failed to satisfy constraint: ${constraint}`;
}

/** As Java prints it: `[Name(member=value, ...), ...]`. */
function shown(value: unknown, shape: Shape): string {
  if (shape.kind === 'list') {
    return `[${(value as readonly unknown[]).map((item) => shown(item, shape.item)).join(', ')}]`;
  }
  if (shape.kind !== 'structure') return String(value);
  const input = value as Typed;
  const members = Object.entries(shape.members)
    .filter(([name]) => input[name] !== undefined)
    .map(([name, member]) => `${name}=${shown(input[name], member)}`);
  return `${shape.name}(${members.join(', ')})`;
}

const compiled = new Map<string, RegExp>();

/** There are as many as the table of shapes has. */
function wholly(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  // a class of Java's that needs a flag here
  const made = pattern === ascii ? /^\p{ASCII}*$/u : new RegExp(`^(?:${pattern})$`);
  compiled.set(pattern, made);
  return made;
}
