/**
 * The plain Lambda HTTP API, as far as the command needs it. Every failure leaves as one sentence: the
 * server's own message, or what to start where nobody answers.
 */
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import type { z } from 'zod';
import { limits } from '../types/index.js';
import {
  type Alias,
  alias,
  type ClusterPage,
  clusterPage,
  type FunctionChanges,
  type FunctionCode,
  type FunctionConfiguration,
  functionConfiguration,
  functionList,
  type InvokeAnswer,
  imageFunction,
  type Layer,
  type LayerMembers,
  type LayerVersion,
  type ListedProvisioned,
  layerList,
  layerVersion,
  type ProvisionedFigures,
  type ProvisionedSchedule,
  provisioned,
  provisionedList,
  reserved,
  type Version,
  version,
  type Warmed,
  warmed,
} from './api-types.js';
import { asFailure, CommandFailure, systemCode } from './failure.js';
import { type RequestSigner, unsigned } from './request-signer.js';

/** A request of the management API that the server answered with an error status. */
export class ApiFailure extends CommandFailure {
  constructor(
    message: string,
    readonly status: number,
    /** `x-amzn-ErrorType`, empty where the server sent none. */
    readonly errorType: string,
  ) {
    super(message);
  }

  /** Asked again, the answer would be the same. */
  get isRefusal(): boolean {
    return this.status < 500 && this.status !== 429;
  }
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const functionsPath = '/2015-03-31/functions';
const layersPath = '/2018-10-31/layers';
const connectTimeoutMs = 5000;
const answerTimeoutMs = (limits.timeoutSMax + 60) * 1000;
const answerBytesMax = 16 * 1024 * 1024;
const pagesMax = limits.functionsMax / 50;
/** Sent back with every request, so that each node that answers has seen what this command has written. */
const positionHeader = 'x-hearth-log-position';

export class LambdaClient {
  readonly #agent: Agent;
  /** Of the log, as the last write told it. */
  #position = '';
  /** Code that cannot run is refused. */
  #checks: Readonly<Record<string, string>> = { 'x-hearth-checks': 'strict' };
  #findings = '';

  /** `endpoint` without a slash at its end. `timeoutMs` bounds the wait for each answer. */
  constructor(
    readonly endpoint: string,
    timeoutMs = answerTimeoutMs,
    private readonly sign: RequestSigner = unsigned,
  ) {
    this.#agent = new Agent({
      connect: { timeout: Math.min(connectTimeoutMs, timeoutMs) },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  }

  /** Code is taken as it is. */
  skipChecks(): void {
    this.#checks = {};
  }

  /** What the node found in the code that it took, as the header of its answer tells it; empty for nothing. */
  get findings(): string {
    return this.#findings;
  }

  /** Drops every connection: the process may end. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** Undefined where no such function exists. */
  async getConfiguration(name: string): Promise<FunctionConfiguration | undefined> {
    try {
      const path = `${functionPath(name)}/configuration`;
      return await this.#json({ method: 'GET', path }, functionConfiguration);
    } catch (thrown) {
      if (thrown instanceof ApiFailure && thrown.status === 404) return undefined;
      throw thrown;
    }
  }

  /** The image of a function, undefined where it has none. */
  async imageUri(name: string): Promise<string | undefined> {
    const { Code } = await this.#json({ method: 'GET', path: functionPath(name) }, imageFunction);
    return Code.ImageUri;
  }

  create(
    name: string,
    code: FunctionCode,
    settings: FunctionChanges,
  ): Promise<FunctionConfiguration> {
    const body = JSON.stringify({
      FunctionName: name,
      // AWS requires one; Hearth keeps it and never uses it.
      Role: 'arn:aws:iam::123456789012:role/hearth',
      Code: codeMember(code),
      ...settings,
    });
    const headers = this.#checks;
    return this.#json(
      { method: 'POST', path: functionsPath, body, headers },
      functionConfiguration,
    );
  }

  updateCode(name: string, code: FunctionCode): Promise<FunctionConfiguration> {
    const body = JSON.stringify(codeMember(code));
    const path = `${functionPath(name)}/code`;
    const headers = this.#checks;
    return this.#json({ method: 'PUT', path, body, headers }, functionConfiguration);
  }

  updateConfiguration(name: string, changes: FunctionChanges): Promise<FunctionConfiguration> {
    const path = `${functionPath(name)}/configuration`;
    const body = JSON.stringify(changes);
    return this.#json({ method: 'PUT', path, body }, functionConfiguration);
  }

  /** The new version, or the last one where nothing has changed since. */
  publish(name: string, description?: string): Promise<Version> {
    const body = JSON.stringify(description === undefined ? {} : { Description: description });
    return this.#json({ method: 'POST', path: `${functionPath(name)}/versions`, body }, version);
  }

  /** Lets an alias, new or not, point to a version and to no second one. */
  async setAlias(name: string, aliasName: string, functionVersion: string): Promise<Alias> {
    const path = `${functionPath(name)}/aliases`;
    const change = { FunctionVersion: functionVersion, RoutingConfig: {} };
    const put = `${path}/${encodeURIComponent(aliasName)}`;
    try {
      return await this.#json({ method: 'PUT', path: put, body: JSON.stringify(change) }, alias);
    } catch (thrown) {
      if (!(thrown instanceof ApiFailure && thrown.status === 404)) throw thrown;
    }
    const body = JSON.stringify({ Name: aliasName, FunctionVersion: functionVersion });
    return this.#json({ method: 'POST', path, body }, alias);
  }

  /** Null where nothing is reserved. */
  async reserved(name: string): Promise<number | null> {
    const path = `/2019-09-30/functions/${encodeURIComponent(name)}/concurrency`;
    const answer = await this.#json({ method: 'GET', path }, reserved);
    return answer.ReservedConcurrentExecutions ?? null;
  }

  /** Null: nothing any more. */
  async reserve(name: string, executions: number | null): Promise<void> {
    const path = `/2017-10-31/functions/${encodeURIComponent(name)}/concurrency`;
    if (executions === null) await this.#call({ method: 'DELETE', path });
    else {
      const body = JSON.stringify({ ReservedConcurrentExecutions: executions });
      await this.#call({ method: 'PUT', path, body });
    }
  }

  provisioned(name: string, qualifier: string): Promise<ProvisionedFigures> {
    return this.#json({ method: 'GET', path: provisionedPath(name, qualifier) }, provisioned);
  }

  /** Of every version and alias that has some, page after page. */
  allProvisioned(name: string): Promise<ListedProvisioned[]> {
    return this.#pages(
      `${provisionedPath(name)}?List=ALL`,
      provisionedList,
      ({ ProvisionedConcurrencyConfigs }) => ProvisionedConcurrencyConfigs,
    );
  }

  /** In place of all that was set. */
  provision(
    name: string,
    qualifier: string,
    executions: number,
    schedules: readonly ProvisionedSchedule[],
  ): Promise<ProvisionedFigures> {
    const Schedules = schedules.length === 0 ? {} : { Schedules: schedules };
    const body = JSON.stringify({ ProvisionedConcurrentExecutions: executions, ...Schedules });
    const path = provisionedPath(name, qualifier);
    return this.#json({ method: 'PUT', path, body }, provisioned);
  }

  async unprovision(name: string, qualifier: string): Promise<void> {
    await this.#call({ method: 'DELETE', path: provisionedPath(name, qualifier) });
  }

  /** Resolves when one more sandbox is ready. */
  warm(name: string, qualifier: string | undefined): Promise<Warmed> {
    const path = `/_hearth/warm/${encodeURIComponent(name)}${qualifierQuery(qualifier)}`;
    return this.#json({ method: 'POST', path }, warmed);
  }

  publishLayer(name: string, zip: Buffer, members: LayerMembers): Promise<LayerVersion> {
    const body = JSON.stringify({ ...members, Content: codeMember(zip) });
    const path = `${layersPath}/${encodeURIComponent(name)}/versions`;
    return this.#json({ method: 'POST', path, body }, layerVersion);
  }

  async deleteLayerVersion(name: string, number: string): Promise<void> {
    const path = `${layersPath}/${encodeURIComponent(name)}/versions/${encodeURIComponent(number)}`;
    await this.#call({ method: 'DELETE', path });
  }

  /** Every layer with its newest version, page after page. */
  async layers(): Promise<Layer[]> {
    return this.#pages(layersPath, layerList, ({ Layers }) => Layers);
  }

  async delete(name: string): Promise<void> {
    await this.#call({ method: 'DELETE', path: functionPath(name) });
  }

  /** Every function, page after page. */
  async list(): Promise<FunctionConfiguration[]> {
    return this.#pages(functionsPath, functionList, ({ Functions }) => Functions);
  }

  async invoke(
    name: string,
    payload: Uint8Array,
    options: {
      qualifier?: string | undefined;
      tail?: boolean;
      async?: boolean;
      idempotencyKey?: string | undefined;
    } = {},
  ): Promise<InvokeAnswer> {
    const query = qualifierQuery(options.qualifier);
    const { headers, body } = await this.#call({
      method: 'POST',
      path: `${functionPath(name)}/invocations${query}`,
      body: payload,
      headers: {
        'x-amz-invocation-type': options.async ? 'Event' : 'RequestResponse',
        ...(options.tail ? { 'x-amz-log-type': 'Tail' } : {}),
        ...(options.idempotencyKey === undefined
          ? {}
          : { 'x-hearth-idempotency-key': options.idempotencyKey }),
      },
    });
    const log = headerText(headers['x-amz-log-result']);
    return {
      payload: body,
      functionError: headerText(headers['x-amz-function-error']) || null,
      log: log === '' ? null : Buffer.from(log, 'base64').toString('utf8'),
      requestId: headerText(headers['x-amzn-requestid']),
    };
  }

  /** The cluster as the node that answers sees it. */
  cluster(): Promise<ClusterPage> {
    return this.#json({ method: 'GET', path: '/_hearth/cluster' }, clusterPage);
  }

  /** For what has a client of its own beside this one. */
  ask<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> {
    return this.#json(call, schema);
  }

  /** One of Hearth's own pages. */
  page<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    method: Call['method'] = 'GET',
  ): Promise<z.output<Schema>> {
    return this.#json({ method, path }, schema);
  }

  async #pages<Page extends { readonly NextMarker?: string | null | undefined }, Item>(
    path: string,
    schema: z.ZodType<Page>,
    itemsOf: (page: Page) => readonly Item[],
  ): Promise<Item[]> {
    const all: Item[] = [];
    let query = '';
    for (let page = 0; page < pagesMax; page++) {
      const answer: Page = await this.#json({ method: 'GET', path: `${path}${query}` }, schema);
      all.push(...itemsOf(answer));
      if (!answer.NextMarker) break;
      const mark = path.includes('?') ? '&' : '?';
      query = `${mark}Marker=${encodeURIComponent(answer.NextMarker)}`;
    }
    return all;
  }

  /** The lines of an answer as they come. Nothing that comes for `silenceMs` is a failure. */
  async *lines(path: string, silenceMs: number, signal: AbortSignal): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const piece of this.pieces({ method: 'GET', path }, silenceMs, signal)) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  }

  /** The same of bytes. */
  async *pieces(call: Call, silenceMs: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    try {
      const url = new URL(`${this.endpoint}${call.path}`);
      const said = this.#headersOf(call);
      const { statusCode, headers, body } = await request(url, {
        method: call.method,
        dispatcher: this.#agent,
        headers: { ...said, ...this.sign(call.method, url, said, call.body ?? '') },
        body: call.body ?? null,
        headersTimeout: silenceMs,
        bodyTimeout: silenceMs,
        ...(signal === undefined ? {} : { signal }),
      });
      if (statusCode !== 200) {
        const bytes = await collect(body, answerBytesMax);
        const what = `${call.method} ${this.endpoint}${call.path}`;
        throw apiFailure({ status: statusCode, headers, body: bytes }, what);
      }
      yield* body;
    } catch (thrown) {
      throw this.#noAnswer(thrown);
    }
  }

  async #json<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> {
    const { body } = await this.#call(call);
    const parsed = schema.safeParse(parseJson(body));
    if (!parsed.success) {
      throw new CommandFailure(
        `${this.endpoint}${call.path} did not answer like a Hearth node; is the endpoint right?`,
      );
    }
    return parsed.data;
  }

  async #call(call: Call): Promise<Answer> {
    let answer: Answer;
    try {
      const url = new URL(`${this.endpoint}${call.path}`);
      const said = this.#headersOf(call);
      const { statusCode, headers, body } = await request(url, {
        method: call.method,
        dispatcher: this.#agent,
        headers: { ...said, ...this.sign(call.method, url, said, call.body ?? '') },
        body: call.body ?? null,
      });
      const bytes = await collect(body, answerBytesMax);
      answer = { status: statusCode, headers, body: bytes };
      this.#position = headerText(headers[positionHeader]) || this.#position;
      this.#findings = headerText(headers['x-hearth-findings']) || this.#findings;
    } catch (thrown) {
      throw this.#noAnswer(thrown);
    }
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw apiFailure(answer, `${call.method} ${this.endpoint}${call.path}`);
  }

  #headersOf({ body, headers }: Call): Record<string, string> {
    return {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(this.#position === '' ? {} : { [positionHeader]: this.#position }),
      ...headers,
    };
  }

  #noAnswer(thrown: unknown): CommandFailure {
    if (thrown instanceof CommandFailure) return thrown;
    if (isConnectProblem(thrown)) {
      return new CommandFailure(
        `no Hearth node answers at ${this.endpoint}; start one with \`npm start\` or name another ` +
          'with --endpoint or HEARTH_ENDPOINT.',
      );
    }
    return asFailure(thrown, `the request to ${this.endpoint} failed`);
  }
}

/** The bytes of a stream; a failure beyond `bytesMax`. */
export async function collect(stream: Readable, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > bytesMax) throw new CommandFailure(`more than ${bytesMax} bytes came; giving up.`);
    chunks.push(piece);
  }
  return Buffer.concat(chunks, bytes);
}

function functionPath(name: string): string {
  return `${functionsPath}/${encodeURIComponent(name)}`;
}

function provisionedPath(name: string, qualifier?: string): string {
  const path = `/2019-09-30/functions/${encodeURIComponent(name)}/provisioned-concurrency`;
  return `${path}${qualifierQuery(qualifier)}`;
}

function qualifierQuery(qualifier: string | undefined): string {
  return qualifier === undefined ? '' : `?Qualifier=${encodeURIComponent(qualifier)}`;
}

function codeMember(code: FunctionCode): Record<string, string> {
  return Buffer.isBuffer(code) ? { ZipFile: code.toString('base64') } : { ImageUri: code.ImageUri };
}

function isConnectProblem(thrown: unknown): boolean {
  if (thrown instanceof AggregateError) return thrown.errors.some(isConnectProblem);
  if (systemCode(thrown) === 'UND_ERR_CONNECT_TIMEOUT') return true;
  if (!(thrown instanceof Error && 'syscall' in thrown)) return false;
  return thrown.syscall === 'connect' || thrown.syscall === 'getaddrinfo';
}

function apiFailure(answer: Answer, what: string): ApiFailure {
  const body = parseJson(answer.body);
  const type = headerText(answer.headers['x-amzn-errortype']) || jsonErrorType(body);
  let message = '';
  if (typeof body === 'object' && body !== null) {
    const found = 'Message' in body ? body.Message : 'message' in body ? body.message : '';
    if (typeof found === 'string') message = found;
  }
  if (type === 'MissingAuthenticationTokenException') {
    message =
      'the node asks who you are; set HEARTH_ACCESS_KEY_ID and HEARTH_SECRET_ACCESS_KEY to an access key, or ' +
      'give --secret-file FILE with the secret of the cluster.';
  }
  const name = type === '' ? `status ${answer.status}` : `${type}, status ${answer.status}`;
  return new ApiFailure(
    message === '' ? `${what} was refused (${name}).` : `${message} (${name})`,
    answer.status,
    type,
  );
}

/** The JSON protocols of AWS tell it in the body, behind a namespace. */
function jsonErrorType(body: unknown): string {
  const isTyped = typeof body === 'object' && body !== null && '__type' in body;
  return isTyped ? String(body.__type).replace(/^.*#/, '') : '';
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function headerText(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
