/**
 * AWS's own model of the Lambda API, read out of the schemas that the SDK carries: which operation has which
 * method and path, which members go where, and of what type they are.
 */
import * as sdk from '@aws-sdk/client-lambda';

export type Shape =
  | { readonly kind: 'text' | 'number' | 'flag' | 'bytes' | 'time' | 'anything' }
  | { readonly kind: 'list' | 'map'; readonly of: Shape }
  | { readonly kind: 'members'; readonly members: readonly Member[] };

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
  /** Where it travels, and under which name in a header or query. */
  readonly place: 'body' | 'label' | 'payload' | 'status' | 'header' | 'query';
  readonly wireName: string;
}

export interface ModelOperation {
  /** As the SDK names its command. */
  readonly name: string;
  readonly method: string;
  /** With `{Member}` for labels, and the query that is part of it. */
  readonly path: string;
  readonly status: number;
  readonly input: readonly Member[];
  readonly output: readonly Member[];
}

/** Schemas are tuples: kind, namespace, name, traits, and what the kind needs. */
type Schema = readonly [number, string, string, unknown, ...unknown[]];

const exported = sdk as unknown as Readonly<Record<string, Schema | undefined>>;

export const modelOperations: readonly ModelOperation[] = Object.keys(sdk)
  .filter((name) => name.endsWith('Command') && name.length > 'Command'.length)
  .map((name) => name.slice(0, -'Command'.length))
  .filter((name) => schemaOf(name) !== undefined)
  .map(operationOf);

/** The members of an exception, or undefined where the model does not know it. */
export function exceptionMembers(name: string): readonly string[] | undefined {
  const schema = schemaOf(name);
  return schema?.[0] === -3 ? (schema[4] as readonly string[]) : undefined;
}

/** What is wrong with a value of this shape, as JSON carries it: paths with what was found there. */
export function misfits(shape: Shape, value: unknown, path = ''): string[] {
  if (value === null || value === undefined) return [];
  switch (shape.kind) {
    case 'anything':
      return [];
    case 'list':
      if (!Array.isArray(value)) return [`${path} is no list`];
      return value.flatMap((entry, at) => misfits(shape.of, entry, `${path}[${at}]`));
    case 'map':
      if (!isRecord(value)) return [`${path} is no map`];
      return Object.entries(value).flatMap(([key, entry]) =>
        misfits(shape.of, entry, `${path}.${key}`),
      );
    case 'members':
      return isRecord(value)
        ? misfitMembers(shape.members, value, path)
        : [`${path} has no members`];
    default:
      return typeof value === jsonTypes[shape.kind] ? [] : [`${path} is a ${typeof value}`];
  }
}

export function misfitMembers(
  members: readonly Member[],
  value: Readonly<Record<string, unknown>>,
  path = '',
): string[] {
  const shapes = new Map(members.map(({ name, shape }) => [name, shape]));
  return Object.entries(value).flatMap(([name, entry]) => {
    const shape = shapes.get(name);
    return shape === undefined
      ? [`${path}.${name} is unknown`]
      : misfits(shape, entry, `${path}.${name}`);
  });
}

const jsonTypes = {
  text: 'string',
  number: 'number',
  flag: 'boolean',
  bytes: 'string',
  time: 'number',
} as const;

function schemaOf(name: string): Schema | undefined {
  return exported[`${name}$`];
}

function operationOf(name: string): ModelOperation {
  const [, , , traits, input, output] = schemaOf(name) as Schema;
  const [method, path, status] = (traits as { http: [string, string, number] }).http;
  return {
    name,
    method,
    path,
    status,
    input: membersOf((input as () => Schema)()),
    output: membersOf((output as () => Schema)()),
  };
}

function membersOf(schema: unknown): readonly Member[] {
  const shape = shapeOf(schema);
  return shape.kind === 'members' ? shape.members : [];
}

/** Shapes that hold themselves (histories of durable executions) end where they begin anew. */
function shapeOf(reference: unknown, above: readonly unknown[] = []): Shape {
  const schema = typeof reference === 'function' ? (reference() as unknown) : reference;
  if (typeof schema === 'number') return simple(schema);
  if (!Array.isArray(schema) || above.includes(schema)) return { kind: 'anything' };
  const inside = [...above, schema];
  const [kind, , , , first, second, requiredCount = 0] = schema as unknown[];
  if (kind === 0) return simple(first as number);
  if (kind === 1) return { kind: 'list', of: shapeOf(unwrapped(first), inside) };
  if (kind === 2) return { kind: 'map', of: shapeOf(unwrapped(second), inside) };
  // a union: the stream of an answer
  if (kind === 4) return { kind: 'anything' };
  const names = first as readonly string[];
  const references = second as readonly unknown[];
  const members = names.map((name, at): Member => {
    const own = references[at];
    const given = Array.isArray(own) ? own[1] : 0;
    return {
      name,
      shape: shapeOf(unwrapped(own), inside),
      isRequired: at < (requiredCount as number),
      ...placeOf(name, given),
    };
  });
  return { kind: 'members', members };
}

/** A reference with traits beside it stands in a pair. */
function unwrapped(reference: unknown): unknown {
  return Array.isArray(reference) && reference.length === 2 ? reference[0] : reference;
}

function placeOf(name: string, traits: unknown): Pick<Member, 'place' | 'wireName'> {
  if (typeof traits === 'number') {
    const place = traits & 1 ? 'label' : traits & 16 ? 'payload' : traits & 32 ? 'status' : 'body';
    return { place, wireName: name };
  }
  const { httpHeader, httpQuery } = (traits ?? {}) as { httpHeader?: string; httpQuery?: string };
  if (httpHeader !== undefined) return { place: 'header', wireName: httpHeader };
  if (httpQuery !== undefined) return { place: 'query', wireName: httpQuery };
  return { place: 'body', wireName: name };
}

/** Codes of simple types; 64 and 128 make lists and maps of them. */
function simple(code: number): Shape {
  if (code >= 128) return { kind: 'map', of: simple(code - 128) };
  if (code >= 64) return { kind: 'list', of: simple(code - 64) };
  if (code === 0) return { kind: 'text' };
  if (code === 2) return { kind: 'flag' };
  if (code === 4 || code === 5 || code === 7) return { kind: 'time' };
  if (code === 21 || code === 42) return { kind: 'bytes' };
  if (code === 15) return { kind: 'anything' };
  return { kind: 'number' };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
