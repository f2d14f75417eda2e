/** Route, head and body -> one action. Everything that can be wrong with a request's form is found here. */
import { bundleHash, HearthError, limits, region } from '../types/index.js';
import type { Action, Invoke, ListFunctions } from './action.js';
import { nodeCapacityQuery } from './concurrency/cluster-capacity.js';
import {
  ofProvisioned,
  ofReserved,
  putProvisioned,
  putReserved,
} from './concurrency/concurrency-input.js';
import { Constraints } from './form/constraints.js';
import { checkFunctionName, type FunctionName, parseFunctionName } from './form/function-name.js';
import { pageOf } from './form/paging.js';
import { codeUpdate, newFunction, settingsUpdate } from './functions/function-input.js';
import { codeShape, createShape, settingsShape, shaped } from './functions/function-shapes.js';
import {
  createAlias,
  listAliases,
  listOfFunction,
  ofAlias,
  publishVersion,
  updateAlias,
} from './functions/parse-versions.js';
import { newTags, taggedFunction, tagKeys } from './functions/tag-input.js';
import { header, queryValue, type RequestHead } from './http/http.js';
import { checkedPayload } from './invoke/json-payload.js';
import {
  deleteLayerVersion,
  getLayerVersion,
  getLayerVersionByArn,
  listLayers,
  listLayerVersions,
  publishLayer,
} from './layers/parse-layers.js';
import { logQuery } from './logs/log-query.js';
import { nodeLogQuery } from './logs/node-log.js';
import type { Route } from './route.js';

export interface ParseOptions {
  /** Names of the runtimes that the cluster can run. */
  readonly runtimes: { readonly supported: readonly string[] };
  /** `HOST:PORT` to use in links where the caller sent no usable Host header. */
  readonly fallbackHost: string;
  /** The time, for those that are told as so long ago. */
  readonly wallMs: () => number;
}

/** Throws HearthError. */
export function parseAction(
  route: Route,
  head: RequestHead,
  body: Uint8Array,
  options: ParseOptions,
): Action {
  switch (route.operation) {
    case 'CreateFunction': {
      const shape = shaped(createShape, body);
      return { kind: 'create-function', ...newFunction(shape, options.runtimes.supported) };
    }
    case 'ListFunctions':
      return listFunctions(new URLSearchParams(head.query));
    case 'GetFunction':
      return { kind: 'get-function', target: target(route, head), origin: origin(head, options) };
    case 'GetFunctionConfiguration':
      return { kind: 'get-configuration', target: target(route, head) };
    case 'DeleteFunction':
      return { kind: 'delete-function', target: target(route, head) };
    case 'UpdateFunctionConfiguration':
      return updateSettings(route, body, options);
    case 'UpdateFunctionCode':
      return updateCode(route, body);
    case 'PublishVersion':
      return publishVersion(route, body);
    case 'ListVersionsByFunction':
      return listOfFunction('list-versions', route, head);
    case 'CreateAlias':
      return createAlias(route, body);
    case 'ListAliases':
      return listAliases(route, head);
    case 'GetAlias':
      return ofAlias('get-alias', route);
    case 'UpdateAlias':
      return updateAlias(route, body);
    case 'DeleteAlias':
      return ofAlias('delete-alias', route);
    case 'PublishLayerVersion':
      return publishLayer(route, body, origin(head, options));
    case 'GetLayerVersion':
      return getLayerVersion(route, origin(head, options));
    case 'GetLayerVersionByArn':
      return getLayerVersionByArn(head, origin(head, options));
    case 'DeleteLayerVersion':
      return deleteLayerVersion(route);
    case 'ListLayers':
      return listLayers(head);
    case 'ListLayerVersions':
      return listLayerVersions(route, head);
    case 'ListTags':
      return { kind: 'list-tags', name: taggedFunction(route.subject) };
    case 'TagResource':
      return { kind: 'tag', ...newTags(route.subject, body) };
    case 'UntagResource':
      return { kind: 'untag', ...tagKeys(route.subject, new URLSearchParams(head.query)) };
    case 'PutFunctionConcurrency':
      return putReserved(route, body);
    case 'GetFunctionConcurrency':
      return ofReserved('get-reserved', route);
    case 'DeleteFunctionConcurrency':
      return ofReserved('delete-reserved', route);
    case 'PutProvisionedConcurrencyConfig':
      return putProvisioned(route, head, body);
    case 'GetProvisionedConcurrencyConfig':
      return ofProvisioned('get-provisioned', route, head);
    case 'DeleteProvisionedConcurrencyConfig':
      return ofProvisioned('delete-provisioned', route, head);
    case 'ListProvisionedConcurrencyConfigs':
      return listOfFunction('list-provisioned', route, head);
    case 'InvokeFunction':
      return invoke(route, head, body);
    case 'CallFunctionUrl':
      return { kind: 'call-url', name: route.subject, rawPath: route.rest, head, body };
    case 'Health':
      return { kind: 'health' };
    case 'Cluster':
      return { kind: 'cluster' };
    case 'Metrics':
      return { kind: 'metrics' };
    case 'ReadLogs': {
      const query = new URLSearchParams(head.query);
      return { kind: 'read-logs', query: logQuery(route.subject, query, options.wallMs()) };
    }
    case 'ReadNodeLogs': {
      const query = nodeLogQuery(route.subject, new URLSearchParams(head.query));
      return { kind: 'read-node-logs', query };
    }
    case 'Warm':
      return { kind: 'warm', target: target(route, head) };
    case 'NodeCapacity': {
      const query = nodeCapacityQuery(new URLSearchParams(head.query));
      return { kind: 'node-capacity', query };
    }
    case 'ReadCode':
      return { kind: 'read-code', hash: bundleHash(route.subject) };
    case 'GetBundle':
      return { kind: 'get-bundle', hash: bundleHash(route.subject) };
    case 'HasBundle':
      return { kind: 'has-bundle', hash: bundleHash(route.subject) };
    case 'PutBundle':
      return { kind: 'put-bundle', hash: bundleHash(route.subject), zip: body };
    default:
      return assertNever(route.operation);
  }
}

function target(route: Route, head: RequestHead, constraints = new Constraints()): FunctionName {
  const qualifier = queryValue(head.query, 'Qualifier');
  checkFunctionName(constraints, route.subject, qualifier);
  constraints.check();
  return parseFunctionName(route.subject, qualifier);
}

function updateSettings(route: Route, body: Uint8Array, { runtimes }: ParseOptions): Action {
  const shape = shaped(settingsShape, body);
  const constraints = new Constraints();
  checkFunctionName(constraints, route.subject, undefined);
  const changes = settingsUpdate(shape, constraints, runtimes.supported);
  const revisionId = shape.RevisionId ?? undefined;
  return { kind: 'update-settings', target: parseFunctionName(route.subject), changes, revisionId };
}

function updateCode(route: Route, body: Uint8Array): Action {
  const shape = shaped(codeShape, body);
  const constraints = new Constraints();
  checkFunctionName(constraints, route.subject, undefined);
  return {
    kind: 'update-code',
    ...codeUpdate(shape, constraints),
    target: parseFunctionName(route.subject),
    revisionId: shape.RevisionId ?? undefined,
    dryRun: shape.DryRun ?? false,
    publish: shape.Publish ?? false,
  };
}

function invoke(route: Route, head: RequestHead, body: Uint8Array): Action {
  const type = header(head, 'x-amz-invocation-type') ?? 'RequestResponse';
  const logType = header(head, 'x-amz-log-type') ?? 'None';
  const constraints = new Constraints();
  constraints.oneOf(type, 'invocationType', ['Event', 'RequestResponse', 'DryRun']);
  constraints.oneOf(logType, 'logType', ['None', 'Tail']);
  const named = target(route, head, constraints);
  if (type === 'DryRun') return { kind: 'dry-run', target: named };
  if (type === 'Event') {
    throw new HearthError(
      'not-offered',
      'Invocations of type Event are not offered by this release; use RequestResponse.',
    );
  }
  const action: Invoke = {
    kind: 'invoke',
    target: named,
    payload: checkedPayload(body),
    traceId: header(head, 'x-amzn-trace-id') ?? '',
    clientContext: clientContext(header(head, 'x-amz-client-context') ?? ''),
    tail: logType === 'Tail',
  };
  return action;
}

function clientContext(base64: string): string {
  if (base64 === '') return '';
  const wrong = 'Client context must be a valid Base64-encoded JSON object.';
  if (base64.length > limits.clientContextBytesMax) {
    throw new HearthError(
      'invalid-json',
      `Client context is ${base64.length} bytes long; the limit is ${limits.clientContextBytesMax}.`,
    );
  }
  const text = Buffer.from(base64, 'base64').toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  } catch {
    // said below
  }
  throw new HearthError('invalid-json', wrong);
}

function listFunctions(query: URLSearchParams): ListFunctions {
  const constraints = new Constraints();
  const version = query.get('FunctionVersion') ?? undefined;
  constraints.oneOf(version, 'functionVersion', ['ALL']);
  const masterRegion = query.get('MasterRegion') ?? undefined;
  constraints.oneOf(masterRegion, 'masterRegion', ['ALL', region]);
  const page = pageOf(query, constraints);
  constraints.check();
  return { kind: 'list-functions', ...page, allVersions: version === 'ALL' };
}

/** `http://HOST` as the caller sees this node; never a text that could be anything but a host. */
function origin(head: RequestHead, { fallbackHost }: ParseOptions): string {
  const host = header(head, 'host') ?? '';
  return `http://${/^[a-zA-Z0-9._-]+(?::\d+)?$|^\[[0-9a-fA-F:.]+\](?::\d+)?$/.test(host) ? host : fallbackHost}`;
}

function assertNever(operation: never): never {
  throw new Error(`an operation without a parser: ${String(operation)}`);
}
