/**
 * Method and path -> operation, before a byte of the body is read: the operation says how long the body
 * may be and who may send it.
 */
import { type ErrorCode, HearthError, limits } from '../types/index.js';
import { queryValue, type RequestHead } from './http/http.js';

export type Operation =
  | 'CreateFunction'
  | 'ListFunctions'
  | 'GetFunction'
  | 'DeleteFunction'
  | 'GetFunctionConfiguration'
  | 'UpdateFunctionConfiguration'
  | 'UpdateFunctionCode'
  | 'PublishVersion'
  | 'ListVersionsByFunction'
  | 'CreateAlias'
  | 'ListAliases'
  | 'GetAlias'
  | 'UpdateAlias'
  | 'DeleteAlias'
  | 'PublishLayerVersion'
  | 'GetLayerVersion'
  | 'GetLayerVersionByArn'
  | 'DeleteLayerVersion'
  | 'ListLayers'
  | 'ListLayerVersions'
  | 'ListTags'
  | 'TagResource'
  | 'UntagResource'
  | 'PutFunctionConcurrency'
  | 'GetFunctionConcurrency'
  | 'DeleteFunctionConcurrency'
  | 'PutProvisionedConcurrencyConfig'
  | 'GetProvisionedConcurrencyConfig'
  | 'DeleteProvisionedConcurrencyConfig'
  | 'ListProvisionedConcurrencyConfigs'
  | 'InvokeFunction'
  | 'CallFunctionUrl'
  | 'Health'
  | 'Cluster'
  | 'Metrics'
  | 'ReadLogs'
  | 'ReadNodeLogs'
  | 'Warm'
  | 'NodeCapacity'
  | 'ReadCode'
  | 'GetBundle'
  | 'HasBundle'
  | 'PutBundle';

export interface Route {
  readonly operation: Operation;
  /** The decoded name of a function or layer, ARN or hash; empty where the operation has none. */
  readonly subject: string;
  /** The path after `/fn/NAME`, the decoded name of an alias, or a layer's version; empty elsewhere. */
  readonly rest: string;
  readonly bodyBytesMax: number;
}

/** Throws `route-not-found`, or `not-offered` for the rest of the AWS Lambda API. */
export function route(head: RequestHead): Route {
  const { path } = head;
  const method = head.method === 'HEAD' ? 'GET' : head.method;
  const found =
    path.startsWith('/2015-03-31/functions') && lambdaPath.test(path)
      ? routeFunctions(method, path)
      : path.startsWith('/fn/')
        ? routeUrl(path)
        : path.startsWith('/2017-03-31/tags/')
          ? routeTags(method, path)
          : path.startsWith('/2018-10-31/layers')
            ? routeLayers(method, head)
            : concurrencyPath.test(path)
              ? routeConcurrency(method, head)
              : path.startsWith('/_hearth/')
                ? routePages(method, path)
                : undefined;
  if (found !== undefined) return found;
  const asked = `${head.method.slice(0, 20)} ${path.slice(0, 200)}`;
  if (lambdaPath.test(path)) {
    throw new HearthError('not-offered', `The operation ${asked} is not offered by this release.`);
  }
  throw new HearthError(
    'route-not-found',
    `There is nothing at ${asked}; the Lambda API begins with /2015-03-31/functions, function URLs with /fn/.`,
  );
}

/** What to answer where the body exceeds the operation's limit. */
export function bodyTooLarge({ operation, bodyBytesMax }: Route): HearthError {
  const invoking = operation === 'InvokeFunction' || operation === 'CallFunctionUrl';
  const code: ErrorCode = invoking ? 'request-too-large' : 'upload-too-large';
  const named = operation === 'CallFunctionUrl' ? 'InvokeFunction' : operation;
  return new HearthError(
    code,
    `Request must be smaller than ${bodyBytesMax} bytes for the ${named} operation`,
  );
}

/** Families of the Lambda API: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html. */
const lambdaPath =
  /^\/20\d\d-\d\d-\d\d\/(?:functions|layers|event-source-mappings|tags|account-settings|code-signing-configs|capacity-providers|durable-executions|durable-execution-callbacks)(?:\/|$)/;

function routeFunctions(method: string, path: string): Route | undefined {
  const [name = '', action = '', alias, ...more] = path
    .slice('/2015-03-31/functions'.length)
    .replace(/\/$/, '')
    .split('/')
    .slice(1);
  if (more.length > 0) return undefined;
  if (alias !== undefined) {
    const operation = action === 'aliases' && alias !== '' ? aliasOperation(method) : undefined;
    return operation && make(operation, decoded(name), decoded(alias));
  }
  const operation = functionOperation(method, name, action);
  return operation && make(operation, decoded(name));
}

function aliasOperation(method: string): Operation | undefined {
  switch (method) {
    case 'GET':
      return 'GetAlias';
    case 'PUT':
      return 'UpdateAlias';
    case 'DELETE':
      return 'DeleteAlias';
    default:
      return undefined;
  }
}

function routeTags(method: string, path: string): Route | undefined {
  const resource = decoded(path.slice('/2017-03-31/tags/'.length));
  switch (method) {
    case 'GET':
      return make('ListTags', resource);
    case 'POST':
      return make('TagResource', resource);
    case 'DELETE':
      return make('UntagResource', resource);
    default:
      return undefined;
  }
}

function routeLayers(method: string, { path, query }: RequestHead): Route | undefined {
  const [name = '', versions, version, ...more] = path
    .slice('/2018-10-31/layers'.length)
    .replace(/\/$/, '')
    .split('/')
    .slice(1);
  if (more.length > 0) return undefined;
  if (name === '') {
    if (method !== 'GET') return undefined;
    const byArn = queryValue(query, 'find') === 'LayerVersion';
    return make(byArn ? 'GetLayerVersionByArn' : 'ListLayers');
  }
  if (versions !== 'versions') return undefined;
  const operation = layerOperation(method, version !== undefined);
  return operation && make(operation, decoded(name), decoded(version ?? ''));
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html and those beside it. */
const concurrencyPath =
  /^\/(201[79]-\d\d-\d\d)\/functions\/([^/]+)\/((?:provisioned-)?concurrency)\/?$/;

function routeConcurrency(method: string, { path, query }: RequestHead): Route | undefined {
  const [, date = '', name = '', what = ''] = concurrencyPath.exec(path) ?? [];
  const operation = concurrencyOperation(`${method} ${date} ${what}`);
  if (operation === undefined) return undefined;
  const isList =
    operation === 'GetProvisionedConcurrencyConfig' && queryValue(query, 'List') === 'ALL';
  return make(isList ? 'ListProvisionedConcurrencyConfigs' : operation, decoded(name));
}

function concurrencyOperation(asked: string): Operation | undefined {
  switch (asked) {
    case 'PUT 2017-10-31 concurrency':
      return 'PutFunctionConcurrency';
    case 'DELETE 2017-10-31 concurrency':
      return 'DeleteFunctionConcurrency';
    case 'GET 2019-09-30 concurrency':
      return 'GetFunctionConcurrency';
    case 'PUT 2019-09-30 provisioned-concurrency':
      return 'PutProvisionedConcurrencyConfig';
    case 'GET 2019-09-30 provisioned-concurrency':
      return 'GetProvisionedConcurrencyConfig';
    case 'DELETE 2019-09-30 provisioned-concurrency':
      return 'DeleteProvisionedConcurrencyConfig';
    default:
      return undefined;
  }
}

function layerOperation(method: string, isOfVersion: boolean): Operation | undefined {
  switch (method) {
    case 'POST':
      return isOfVersion ? undefined : 'PublishLayerVersion';
    case 'GET':
      return isOfVersion ? 'GetLayerVersion' : 'ListLayerVersions';
    case 'DELETE':
      return isOfVersion ? 'DeleteLayerVersion' : undefined;
    default:
      return undefined;
  }
}

function functionOperation(method: string, name: string, action: string): Operation | undefined {
  if (name === '') {
    if (method === 'POST') return 'CreateFunction';
    return method === 'GET' ? 'ListFunctions' : undefined;
  }
  switch (`${method} ${action}`) {
    case 'GET ':
      return 'GetFunction';
    case 'DELETE ':
      return 'DeleteFunction';
    case 'GET configuration':
      return 'GetFunctionConfiguration';
    case 'PUT configuration':
      return 'UpdateFunctionConfiguration';
    case 'PUT code':
      return 'UpdateFunctionCode';
    case 'POST versions':
      return 'PublishVersion';
    case 'GET versions':
      return 'ListVersionsByFunction';
    case 'POST aliases':
      return 'CreateAlias';
    case 'GET aliases':
      return 'ListAliases';
    case 'POST invocations':
      return 'InvokeFunction';
    default:
      return undefined;
  }
}

function routeUrl(path: string): Route | undefined {
  const slash = path.indexOf('/', '/fn/'.length);
  const name = slash < 0 ? path.slice('/fn/'.length) : path.slice('/fn/'.length, slash);
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) return undefined;
  return make('CallFunctionUrl', name, slash < 0 ? '/' : path.slice(slash));
}

function routePages(method: string, path: string): Route | undefined {
  const [page = '', hash, ...more] = path.slice('/_hearth/'.length).split('/');
  if (more.length > 0) return undefined;
  if (page === 'logs' || page === 'node-logs') {
    if (method !== 'GET' || hash === undefined) return undefined;
    return make(page === 'logs' ? 'ReadLogs' : 'ReadNodeLogs', decoded(hash));
  }
  if (page === 'warm') {
    return method === 'POST' && hash !== undefined ? make('Warm', decoded(hash)) : undefined;
  }
  if (hash === undefined) {
    if (method !== 'GET') return undefined;
    if (page === 'health') return make('Health');
    if (page === 'cluster') return make('Cluster');
    if (page === 'node-capacity') return make('NodeCapacity');
    return page === 'metrics' ? make('Metrics') : undefined;
  }
  if (!/^[0-9a-f]{64}$/.test(hash)) return undefined;
  if (page === 'code') return method === 'GET' ? make('ReadCode', hash) : undefined;
  if (page !== 'bundles') return undefined;
  if (method === 'PUT') return make('PutBundle', hash);
  if (method === 'HEAD') return make('HasBundle', hash);
  return method === 'GET' ? make('GetBundle', hash) : undefined;
}

function make(operation: Operation, subject = '', rest = ''): Route {
  return { operation, subject, rest, bodyBytesMax: bodyBytesMaxOf(operation) };
}

function bodyBytesMaxOf(operation: Operation): number {
  switch (operation) {
    case 'CreateFunction':
    case 'UpdateFunctionCode':
    case 'PublishLayerVersion':
      return limits.uploadBodyBytesMax;
    case 'InvokeFunction':
    case 'CallFunctionUrl':
      return limits.invokeBodyBytesMax;
    case 'PutBundle':
      return limits.zipBytesMax;
    default:
      return limits.managementBodyBytesMax;
  }
}

/** A segment that is not validly encoded stays as it is, and fails the checks of names later. */
function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
