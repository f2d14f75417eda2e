/** The real AWS SDK for Lambda as a scenario's service: its answers in the form that botocore gives them. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as sdk from '@aws-sdk/client-lambda';
import type { Outcome, Params, Service } from '../replay.js';
import type { Members, Value } from '../scenario.js';

/** What came over the wire, before the SDK made something of it. */
interface RawAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: Buffer;
}

type SdkCommand = Parameters<sdk.LambdaClient['send']>[0];
type CommandClass = new (input: Params) => SdkCommand;
type Waiter = (
  options: { client: sdk.LambdaClient; maxWaitTime: number; minDelay: number; maxDelay: number },
  input: Params,
) => Promise<unknown>;

const exported = sdk as unknown as Readonly<Record<string, unknown>>;
const waiting = { maxWaitTime: 6, minDelay: 0.1, maxDelay: 0.3 };

export class LambdaService implements Service {
  constructor(private readonly client: sdk.LambdaClient) {}

  async call(op: string, params: Params): Promise<Outcome> {
    if ('PaginationConfig' in params) return this.#allPages(op, params);
    const Command = exported[`${op}Command`] as CommandClass | undefined;
    if (Command === undefined) throw new Error(`the SDK has no command ${op}`);
    const command = new Command(params);
    let raw: RawAnswer | undefined;
    keepRaw(command, (answer) => {
      raw = answer;
    });
    try {
      const output = (await this.client.send(command)) as unknown as Members;
      const { $metadata, ...members } = output;
      const answer = (await plain(members)) as Members;
      // botocore has the stream of an answer though nothing is in it
      const payload = op === 'Invoke' ? { Payload: answer.Payload ?? '' } : {};
      return { answer: { ...answer, ...payload, ...metadata(raw) }, failed: false };
    } catch (error) {
      if (raw === undefined) throw error;
      return { answer: errorAnswer(raw), failed: true };
    }
  }

  /** All pages as one answer without metadata, which is what botocore's paginators give. */
  async #allPages(op: string, { PaginationConfig, ...params }: Params): Promise<Outcome> {
    const { PageSize } = PaginationConfig as { PageSize?: number };
    const whole: Members = {};
    let Marker: Value | undefined;
    do {
      const page = PageSize === undefined ? {} : { MaxItems: PageSize };
      const asked = { ...params, ...page, ...(Marker === undefined ? {} : { Marker }) };
      const { answer, failed } = await this.call(op, asked);
      if (failed) return { answer, failed };
      const { NextMarker, ResponseMetadata, ...lists } = answer as Members;
      for (const [name, list] of Object.entries(lists)) {
        whole[name] = [...((whole[name] as Value[]) ?? []), ...(list as Value[])];
      }
      Marker = NextMarker;
    } while (Marker !== undefined);
    return { answer: whole, failed: false };
  }

  /** Whether it came to pass in time is seen by what the scenario asks next. */
  async wait(waiter: string, params: Params): Promise<void> {
    const name = waiter.replace(/(?:^|_)(\w)/g, (_all, letter: string) => letter.toUpperCase());
    const wait = exported[`waitUntil${name}`] as Waiter | undefined;
    if (wait === undefined) throw new Error(`the SDK has no waiter ${name}`);
    await wait({ client: this.client, ...waiting }, params).catch(() => {});
  }
}

function keepRaw(command: SdkCommand, keep: (answer: RawAnswer) => void): void {
  const stack = command.middlewareStack;
  stack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as RawAnswer & { body: unknown };
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
function errorAnswer(raw: RawAnswer): Members {
  const code = (raw.headers['x-amzn-errortype'] ?? '').split(':')[0] ?? '';
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
