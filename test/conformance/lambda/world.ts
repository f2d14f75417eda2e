/** A running cluster as the world of the Lambda scenarios: creates functions, calls URLs, and cleans up. */
import {
  DeleteFunctionCommand,
  DeleteLayerVersionCommand,
  type LambdaClient,
  paginateListFunctions,
  paginateListLayers,
  paginateListLayerVersions,
} from '@aws-sdk/client-lambda';
import type { Outcome, Params, Service } from '../replay.js';
import type { ClearableWorld } from '../run.js';
import type { FunctionStep, HttpStep, Members, TransformerSpec, Value } from '../scenario.js';
import { isMembers } from '../scenario.js';
import { zipOfFile, zipOfHash } from './code.js';
import { derive } from './derived.js';
import { LambdaService } from './service.js';

const role = 'arn:aws:iam::123456789012:role/lambda-su-role';
const defaultHandler = 'handler.handler';
const defaultRuntime = 'python3.12';
const defaultTimeoutS = 30;

export class LambdaWorld implements ClearableWorld {
  readonly origin = { account: '123456789012', region: 'us-east-1' };
  readonly services: Readonly<Record<string, Service>>;
  readonly #lambda: LambdaService;
  /** How functions begin, by their names: an update of their code does not say. */
  readonly #entries = new Map<string, { handler: string; runtime: string }>();

  constructor(private readonly client: LambdaClient) {
    this.#lambda = new LambdaService(client);
    this.services = { lambda: this.#lambda };
  }

  readonly derive = derive;

  /** The recorder's own way to a function: with defaults, and not before it is active. */
  async createFunction(step: FunctionStep, code: Uint8Array | undefined): Promise<Outcome> {
    const handler = step.handler ?? defaultHandler;
    const { layers, ...extra } = step.extra ?? {};
    const params: Params = {
      FunctionName: step.lambda,
      Runtime: step.runtime.includes('default') ? defaultRuntime : step.runtime,
      Handler: handler,
      Role: role,
      Code: { ZipFile: code ?? (await zipOfFile(step.handlerFile ?? '', handler)) },
      Timeout: step.timeout ?? defaultTimeoutS,
      Environment: { Variables: step.env ?? {} },
      Tags: {},
      ...(layers === undefined ? {} : { Layers: layers }),
      ...extra,
    };
    const { answer, failed } = await this.#lambda.call('CreateFunction', params);
    if (failed) return { answer, failed };
    await this.#lambda.wait('function_active_v2', { FunctionName: step.lambda });
    return {
      answer: { CreateEventSourceMappingResponse: null, CreateFunctionResponse: answer },
      failed,
    };
  }

  async http({ http, url, kwargs }: HttpStep): Promise<Value> {
    const { data, json, headers } = kwargs;
    const body = json === undefined ? textOf(data) : JSON.stringify(json);
    const response = await fetch(url, {
      method: http.toUpperCase(),
      headers: (headers ?? {}) as Record<string, string>,
      ...(body === undefined ? {} : { body }),
    }).catch((error: Error) => error);
    if (response instanceof Error) {
      return { status_code: 0, content: JSON.stringify(String(response.cause)), headers: {} };
    }
    return {
      status_code: response.status,
      content: await response.text(),
      headers: Object.fromEntries(response.headers),
    };
  }

  blob(hash: string, length: number, beside: Members): Promise<Uint8Array> {
    const name = String(beside.FunctionName ?? beside.lambda);
    const known = this.#entries.get(name) ?? { handler: 'index.handler', runtime: defaultRuntime };
    const handler = String(beside.Handler ?? beside.handler ?? known.handler);
    const runtime = String(beside.Runtime ?? beside.runtime ?? known.runtime);
    this.#entries.set(name, { handler, runtime });
    return zipOfHash(hash, length, handler, runtime);
  }

  alone(): boolean {
    return true;
  }

  has(service: string): boolean {
    return this.services[service] !== undefined;
  }

  await(): Promise<void> {
    return Promise.resolve();
  }

  completed(specs: readonly TransformerSpec[]): readonly TransformerSpec[] {
    return specs;
  }

  /** Takes away all functions and layers, so that the next scenario finds nothing. */
  async clear(): Promise<void> {
    const { client } = this;
    const names: string[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
      names.push(...Functions.map(({ FunctionName = '' }) => FunctionName));
    }
    for (const FunctionName of names) {
      await client.send(new DeleteFunctionCommand({ FunctionName }));
    }
    for await (const { Layers = [] } of paginateListLayers({ client }, {})) {
      for (const { LayerName = '' } of Layers) {
        const versions = paginateListLayerVersions({ client }, { LayerName });
        for await (const { LayerVersions = [] } of versions) {
          for (const { Version = 0 } of LayerVersions) {
            const one = { LayerName, VersionNumber: Version };
            await client.send(new DeleteLayerVersionCommand(one));
          }
        }
      }
    }
  }
}

function textOf(data: Value | undefined): string | undefined {
  if (typeof data === 'string') return data;
  return isMembers(data) && typeof data.$bytes === 'string' ? data.$bytes : undefined;
}
