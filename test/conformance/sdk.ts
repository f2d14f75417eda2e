/** A real AWS SDK's client asked for an operation by its name, with the answer in the form that botocore gives it. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Outcome, Params } from './replay.js';
import type { Members, Value } from './scenario.js';

/** What came over the wire, before the SDK made something of it. */
export interface RawAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** As much of a client and its commands as all SDKs share. */
export interface AnyClient {
  send(command: AnyCommand): Promise<unknown>;
}

interface AnyCommand {
  readonly middlewareStack: {
    add(middleware: unknown, options: object): void;
  };
}

/** All that an SDK's package exports. */
export type Exported = Readonly<Record<string, unknown>>;

/** The code that an error answer names. */
export type CodeOf = (raw: RawAnswer) => string;

export async function ask(
  client: AnyClient,
  exported: Exported,
  codeOf: CodeOf,
  op: string,
  params: Params,
): Promise<Outcome> {
  const Command = exported[`${op}Command`] as (new (input: Params) => AnyCommand) | undefined;
  if (Command === undefined) throw new Error(`the SDK has no command ${op}`);
  const command = new Command(params);
  let raw: RawAnswer | undefined;
  keepRaw(command, (answer) => {
    raw = answer;
  });
  try {
    const { $metadata, ...members } = (await client.send(command)) as Members;
    const answer = (await plain(members)) as Members;
    return { answer: { ...answer, ...metadata(raw) }, failed: false };
  } catch (error) {
    if (raw === undefined) throw error;
    return { answer: errorAnswer(raw, codeOf(raw), exported), failed: true };
  }
}

function keepRaw(command: AnyCommand, keep: (answer: RawAnswer) => void): void {
  type Result = { response: RawAnswer };
  command.middlewareStack.add(
    (next: (args: unknown) => Promise<Result>) => async (args: unknown) => {
      const result = await next(args);
      const { response } = result;
      const body = await buffer(response.body as unknown as Readable);
      const { statusCode, headers } = response;
      keep({ statusCode, headers, body });
      response.body = Readable.from([body]) as unknown as Buffer;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'keepRaw' },
  );
}

function metadata(raw: RawAnswer | undefined): Members {
  return { ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: raw?.statusCode ?? 0 } };
}

/** Bytes as text, streams of events as lists, and no member that is not there. */
async function plain(value: unknown): Promise<Value> {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (value === null || typeof value !== 'object' || value instanceof Date) return value as Value;
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (Symbol.asyncIterator in value) {
    const events: Value[] = [];
    for await (const event of value as AsyncIterable<unknown>) events.push(await plain(event));
    return events;
  }
  const members: Members = {};
  for (const [name, entry] of Object.entries(value)) {
    if (entry !== undefined && entry !== null) members[name] = await plain(entry);
  }
  return members;
}

/** Of an exception that the model does not know, botocore shows code and message alone. */
function errorAnswer(raw: RawAnswer, code: string, exported: Exported): Members {
  const body = parsed(raw.body.toString('utf8'));
  const message = body.message ?? body.Message ?? '';
  const answer: Members = { Error: { Code: code, Message: message } };
  const schema = exported[`${code}$`] as ErrorSchema | undefined;
  schema?.[4].forEach((member, index) => {
    const header = headerOf(schema[5][index]);
    const value = header === undefined ? body[member] : raw.headers[header.toLowerCase()];
    if (value !== undefined && value !== null) answer[member] = value;
  });
  return { ...answer, ...metadata(raw) };
}

/** Names of the members, and beside each what is special about it. */
type ErrorSchema = readonly [number, string, string, object, readonly string[], readonly unknown[]];

function headerOf(trait: unknown): string | undefined {
  return Array.isArray(trait)
    ? (trait[1] as { httpHeader?: string } | undefined)?.httpHeader
    : undefined;
}

function parsed(text: string): Members {
  try {
    return JSON.parse(text) as Members;
  } catch {
    return {};
  }
}
