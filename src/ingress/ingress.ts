/**
 * The whole way of a request, without sockets: route -> who may send it -> body -> action -> dispatch ->
 * answer. Whatever goes wrong on the way becomes an answer; nothing is thrown.
 */
import { asHearthError, type BundleHash, formatHostPort, HearthError } from '../types/index.js';
import type { Action } from './action.js';
import { ClusterCapacity } from './concurrency/cluster-capacity.js';
import { Concurrency } from './concurrency/concurrency.js';
import { Warm } from './concurrency/warm.js';
import type { Health, IngressDeps, IngressOptions } from './deps.js';
import { errorReply } from './form/error-reply.js';
import { FunctionLookup } from './form/function-lookup.js';
import { atPosition, positionOf, reachPosition, withReadKind } from './form/log-position.js';
import { Aliases } from './functions/aliases.js';
import { Management } from './functions/management.js';
import { Tags } from './functions/tags.js';
import { Versions } from './functions/versions.js';
import { BodyTooLargeError, emptyReply, type IngressRequest, type Reply } from './http/http.js';
import { type Call, Invocations, newRequestId } from './invoke/invocations.js';
import { Layers } from './layers/layers.js';
import { LogPages } from './logs/log-pages.js';
import { Metrics } from './pages/metrics.js';
import { clusterPage, healthPage, metricsPage } from './pages/pages.js';
import { checkPeer } from './pages/peer-check.js';
import { type ParseOptions, parseAction } from './parse.js';
import { bodyTooLarge, type Operation, route } from './route.js';

/** What only other nodes may ask. */
const peerOperations: ReadonlySet<Operation> = new Set([
  'PutBundle',
  'GetBundle',
  'HasBundle',
  'ReadNodeLogs',
  'NodeCapacity',
]);

export class Ingress {
  readonly metrics: Metrics;
  readonly logs: LogPages;
  readonly #management: Management;
  readonly #versions: Versions;
  readonly #aliases: Aliases;
  readonly #layers: Layers;
  readonly #tags: Tags;
  readonly #concurrency: Concurrency;
  readonly #capacity: ClusterCapacity;
  readonly #warm: Warm;
  readonly #invocations: Invocations;
  readonly #parseOptions: ParseOptions;
  #draining = false;

  constructor(
    private readonly deps: IngressDeps,
    options: IngressOptions,
  ) {
    this.metrics = new Metrics(deps.clock, options.release);
    const { catalog } = deps;
    const lookup = new FunctionLookup(catalog);
    this.#capacity = new ClusterCapacity(deps);
    this.#management = new Management(catalog, lookup, this.#capacity);
    this.#versions = new Versions(catalog, lookup);
    this.#aliases = new Aliases(catalog, lookup);
    this.#layers = new Layers(catalog);
    this.#tags = new Tags(catalog, lookup);
    this.#concurrency = new Concurrency(deps, lookup, this.#capacity);
    this.#warm = new Warm(deps, lookup);
    this.#invocations = new Invocations(deps, this.metrics);
    this.logs = new LogPages(deps);
    this.#parseOptions = {
      runtimes: options.runtimes,
      fallbackHost: formatHostPort(options.http),
      wallMs: () => deps.clock.wallMs(),
    };
  }

  /** From now on the health page says so, and load balancers stop sending. Requests are still answered. */
  drain(): void {
    this.#draining = true;
    this.logs.drain();
  }

  /** Ends what other nodes are still asked for. */
  async stop(): Promise<void> {
    await Promise.all([this.logs.stop(), this.#capacity.stop()]);
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
    if (peerOperations.has(operation)) {
      checkPeer(request, this.deps.peer.tokens(), this.deps.view().self);
    }
    let body: Uint8Array;
    try {
      body = await request.readBody(found.bodyBytesMax);
    } catch (error) {
      throw error instanceof BodyTooLargeError ? bodyTooLarge(found) : error;
    }
    const action = parseAction(found, request, body, this.#parseOptions);
    const position = positionOf(request);
    if (position !== undefined) await reachPosition(this.deps.catalog, position);
    return this.#dispatch(action, request, requestId);
  }

  async #dispatch(
    action: Action,
    request: IngressRequest,
    requestId: Call['requestId'],
  ): Promise<Reply> {
    switch (action.kind) {
      case 'create-function':
        return this.#written(this.#management.create(action));
      case 'update-code':
        return this.#written(this.#management.updateCode(action));
      case 'update-settings':
        return this.#written(this.#management.updateSettings(action));
      case 'get-function':
        return this.#read(() => this.#management.get(action));
      case 'get-configuration':
        return this.#read(() => this.#management.getConfiguration(action));
      case 'list-functions':
        return this.#read(() => this.#management.list(action));
      case 'delete-function':
        return this.#written(this.#management.delete(action));
      case 'publish-version':
        return this.#written(this.#versions.publish(action));
      case 'list-versions':
        return this.#read(() => this.#versions.list(action));
      case 'create-alias':
        return this.#written(this.#aliases.create(action));
      case 'get-alias':
        return this.#read(() => this.#aliases.get(action));
      case 'update-alias':
        return this.#written(this.#aliases.update(action));
      case 'delete-alias':
        return this.#written(this.#aliases.delete(action));
      case 'list-aliases':
        return this.#read(() => this.#aliases.list(action));
      case 'publish-layer':
        return this.#written(this.#layers.publish(action));
      case 'get-layer-version':
        return this.#read(() => this.#layers.get(action));
      case 'delete-layer-version':
        return this.#written(this.#layers.delete(action));
      case 'list-layers':
        return this.#read(() => this.#layers.list(action));
      case 'list-layer-versions':
        return this.#read(() => this.#layers.listVersions(action));
      case 'list-tags':
        return this.#read(() => this.#tags.list(action));
      case 'tag':
        return this.#written(this.#tags.tag(action));
      case 'untag':
        return this.#written(this.#tags.untag(action));
      case 'put-reserved':
        return this.#written(this.#concurrency.putReserved(action));
      case 'get-reserved':
        return this.#read(() => this.#concurrency.getReserved(action));
      case 'delete-reserved':
        return this.#written(this.#concurrency.deleteReserved(action));
      case 'put-provisioned':
        return this.#written(this.#concurrency.putProvisioned(action));
      case 'get-provisioned':
        return this.#read(() => this.#concurrency.getProvisioned(action));
      case 'delete-provisioned':
        return this.#written(this.#concurrency.deleteProvisioned(action));
      case 'list-provisioned':
        return this.#read(() => this.#concurrency.listProvisioned(action));
      case 'dry-run':
        return this.#management.dryRun(action);
      case 'invoke':
        return this.#invocations.invoke(action, callOf(request, requestId));
      case 'call-url':
        return this.#invocations.callUrl(action, callOf(request, requestId));
      case 'warm':
        return this.#warm.ping(action, request.signal);
      case 'node-capacity':
        return this.#capacity.page(action.query);
      case 'health':
        return healthPage(this.#health());
      case 'cluster':
        return clusterPage(this.deps.view());
      case 'metrics':
        return metricsPage(this.metrics.text() + this.deps.metrics());
      case 'read-logs':
        return this.logs.read(action.query);
      case 'read-node-logs':
        return this.logs.readNode(action.query);
      case 'read-code':
        return zipReply(await this.deps.catalog.readBundle(action.hash));
      case 'get-bundle':
        return this.#getBundle(action);
      case 'has-bundle':
        if (await this.deps.peer.hasBundle(action.hash)) return emptyReply(200);
        throw notHeld(action.hash);
      case 'put-bundle':
        await this.deps.peer.putBundle(action.hash, action.zip);
        return emptyReply(204);
      default:
        throw new Error(`an action without a handler: ${JSON.stringify(action satisfies never)}`);
    }
  }

  /** Tells whether the answer is what every node would tell, or what this one knows for now. */
  async #read(answer: () => Promise<Reply>): Promise<Reply> {
    const isConfirmed = await this.deps.catalog.catchUp();
    return withReadKind(await answer().catch(refusal), isConfirmed);
  }

  async #written(reply: Promise<Reply>): Promise<Reply> {
    return atPosition(await reply, this.deps.catalog);
  }

  async #getBundle({ hash }: Extract<Action, { kind: 'get-bundle' }>): Promise<Reply> {
    const bundle = await this.deps.peer.getBundle(hash);
    if (bundle !== undefined) return zipReply(bundle);
    throw notHeld(hash);
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

function notHeld(hash: BundleHash): HearthError {
  return new HearthError('route-not-found', `This node does not hold the code bundle ${hash}.`);
}

/** What the client did wrong, as an answer; anything else is thrown on. */
function refusal(thrown: unknown): Reply {
  if (thrown instanceof HearthError) return errorReply(thrown);
  throw thrown;
}

function zipReply(zip: Uint8Array): Reply {
  return { status: 200, headers: { 'content-type': 'application/zip' }, body: zip };
}
