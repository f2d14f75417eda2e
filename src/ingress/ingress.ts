/**
 * The whole way of a request, without sockets: route -> who may send it -> body -> action -> dispatch ->
 * answer. Whatever goes wrong on the way becomes an answer; nothing is thrown.
 */
import { asHearthError, formatHostPort, HearthError } from '../types/index.js';
import type { Action } from './action.js';
import type { Health, IngressDeps, IngressOptions } from './deps.js';
import { errorReply } from './error-reply.js';
import { BodyTooLargeError, emptyReply, type IngressRequest, type Reply } from './http.js';
import { type Call, Invocations, newRequestId } from './invocations.js';
import { Management } from './management.js';
import { Metrics } from './metrics.js';
import { clusterPage, healthPage, metricsPage } from './pages.js';
import { type ParseOptions, parseAction } from './parse.js';
import { checkPeer } from './peer-check.js';
import { bodyTooLarge, route } from './route.js';

export class Ingress {
  readonly metrics: Metrics;
  readonly #management: Management;
  readonly #invocations: Invocations;
  readonly #parseOptions: ParseOptions;
  #draining = false;

  constructor(
    private readonly deps: IngressDeps,
    options: IngressOptions,
  ) {
    this.metrics = new Metrics(deps.clock, options.release);
    this.#management = new Management(deps.catalog);
    this.#invocations = new Invocations(deps, this.metrics);
    this.#parseOptions = {
      runtimes: options.runtimes,
      fallbackHost: formatHostPort(options.http),
    };
  }

  /** From now on the health page says so, and load balancers stop sending. Requests are still answered. */
  drain(): void {
    this.#draining = true;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Answers one request. Never rejects. */
  async respond(request: IngressRequest): Promise<Reply> {
    const requestId = newRequestId();
    const reply = await this.#handle(request, requestId).catch((thrown: unknown) =>
      this.#failed(thrown, request, requestId),
    );
    this.metrics.answered(reply.status);
    return { ...reply, headers: { ...reply.headers, 'x-amzn-requestid': requestId } };
  }

  async #handle(request: IngressRequest, requestId: Call['requestId']): Promise<Reply> {
    const found = route(request);
    const { operation } = found;
    if (operation === 'PutBundle' || operation === 'GetBundle') {
      checkPeer(request, this.deps.peer.tokens(), this.deps.view().self);
    }
    let body: Uint8Array;
    try {
      body = await request.readBody(found.bodyBytesMax);
    } catch (error) {
      throw error instanceof BodyTooLargeError ? bodyTooLarge(found) : error;
    }
    const action = parseAction(found, request, body, this.#parseOptions);
    return this.#dispatch(action, request, requestId);
  }

  async #dispatch(
    action: Action,
    request: IngressRequest,
    requestId: Call['requestId'],
  ): Promise<Reply> {
    switch (action.kind) {
      case 'create-function':
        return this.#management.create(action);
      case 'update-code':
        return this.#management.updateCode(action);
      case 'update-settings':
        return this.#management.updateSettings(action);
      case 'get-function':
        return this.#management.get(action);
      case 'get-configuration':
        return this.#management.getConfiguration(action);
      case 'list-functions':
        return this.#management.list(action);
      case 'delete-function':
        return this.#management.delete(action);
      case 'dry-run':
        return this.#management.dryRun(action);
      case 'invoke':
        return this.#invocations.invoke(action, callOf(request, requestId));
      case 'call-url':
        return this.#invocations.callUrl(action, callOf(request, requestId));
      case 'health':
        return healthPage(this.#health());
      case 'cluster':
        return clusterPage(this.deps.view());
      case 'metrics':
        return metricsPage(this.metrics.text() + this.deps.metrics());
      case 'read-code':
        return zipReply(await this.deps.catalog.readBundle(action.hash));
      case 'get-bundle':
        return this.#getBundle(action);
      case 'put-bundle':
        await this.deps.peer.putBundle(action.hash, action.zip);
        return emptyReply(204);
      default:
        throw new Error(`an action without a handler: ${JSON.stringify(action satisfies never)}`);
    }
  }

  async #getBundle({ hash }: Extract<Action, { kind: 'get-bundle' }>): Promise<Reply> {
    const bundle = await this.deps.peer.getBundle(hash);
    if (bundle !== undefined) return zipReply(bundle);
    throw new HearthError('route-not-found', `This node does not hold the code bundle ${hash}.`);
  }

  #health(): Health {
    if (!this.#draining) return this.deps.health();
    return { status: 'draining', reason: 'The node is stopping; send requests to another one.' };
  }

  #failed(thrown: unknown, request: IngressRequest, requestId: string): Reply {
    if (!(thrown instanceof HearthError)) {
      const { method, path } = request;
      this.deps.logger.error({ err: thrown, method, path, requestId }, 'request failed');
    }
    return errorReply(asHearthError(thrown));
  }
}

function callOf(request: IngressRequest, requestId: Call['requestId']): Call {
  const { signal } = request;
  return signal === undefined ? { requestId } : { requestId, signal };
}

function zipReply(zip: Uint8Array): Reply {
  return { status: 200, headers: { 'content-type': 'application/zip' }, body: zip };
}
