/**
 * The whole way of a request, without sockets: route -> who may send it -> body -> action -> handler ->
 * answer. Whatever goes wrong on the way becomes an answer; nothing is thrown. What can be asked, and who
 * answers it, stands in the tables of the rooms.
 */
import { FiguresRecorder } from '../rollout/index.js';
import { asHearthError, errorTable, formatHostPort } from '../types/index.js';
import { accountHandlers, accountOperations } from './account/account.js';
import type { Action } from './action.js';
import { Auditor, isChange } from './audit/auditor.js';
import { auditHandlers } from './audit/handlers.js';
import { auditOperations } from './audit/operations.js';
import { AccessKeys } from './auth/access-keys.js';
import { Authenticator } from './auth/authenticator.js';
import { AccessDenied, openCaller } from './auth/caller.js';
import { CodeLinks } from './auth/code-links.js';
import { Gate } from './auth/gate.js';
import { keyHandlers } from './auth/handlers.js';
import { keyOperations } from './auth/operations.js';
import { bundleHandlers } from './bundles/handlers.js';
import { bundleOperations } from './bundles/operations.js';
import { RequestCall } from './call.js';
import { ClusterCapacity } from './concurrency/cluster-capacity.js';
import { concurrencyHandlers } from './concurrency/handlers.js';
import { concurrencyOperations } from './concurrency/operations.js';
import type { IngressDeps, IngressOptions } from './deps.js';
import { eventInvokeHandlers } from './event-invoke/handlers.js';
import { eventInvokeOperations } from './event-invoke/operations.js';
import { eventHandlers } from './events/handlers.js';
import { eventOperations } from './events/operations.js';
import { executionHandlers } from './executions/handlers.js';
import { executionOperations } from './executions/operations.js';
import { Answers } from './form/answers.js';
import { errorReply } from './form/error-reply.js';
import { FunctionLookup } from './form/function-lookup.js';
import { positionOf, reachPosition } from './form/log-position.js';
import { functionHandlers } from './functions/handlers.js';
import { functionOperations } from './functions/operations.js';
import { callerIsThere } from './http/caller-is-there.js';
import type { IngressRequest, Reply } from './http/http.js';
import { RequestLog } from './http/request-log.js';
import { invokeHandlers } from './invoke/handlers.js';
import { newRequestId } from './invoke/invocations.js';
import { invokeOperations } from './invoke/operations.js';
import { Runner } from './invoke/runner.js';
import { layerHandlers } from './layers/handlers.js';
import { layerOperations } from './layers/operations.js';
import { LogPages } from './logs/log-pages.js';
import { logOperations } from './logs/operations.js';
import { modeHandlers } from './modes/handlers.js';
import { modeOperations } from './modes/operations.js';
import { notOfferedOperations } from './not-offered/operations.js';
import type { Call, Handlers, Operation, ParseOptions } from './operation.js';
import { bodyOf } from './operation-body.js';
import { Metrics } from './pages/metrics.js';
import { pageOperations } from './pages/operations.js';
import { clusterPage, healthPage, metricsPage } from './pages/pages.js';
import { checkPeer } from './pages/peer-check.js';
import { policyHandlers } from './policy/handlers.js';
import { policyOperations } from './policy/operations.js';
import { rolloutHandlers } from './rollout/handlers.js';
import { rolloutOperations } from './rollout/operations.js';
import { type Route, Routes } from './routes.js';
import { streamingHandlers } from './streaming/handlers.js';
import { streamingOperations } from './streaming/operations.js';
import { urlConfigHandlers } from './url-configs/handlers.js';
import { urlConfigOperations } from './url-configs/operations.js';
import { urlHandlers } from './urls/handlers.js';
import { urlOperations } from './urls/operations.js';
import { workflowHandlers } from './workflows/handlers.js';
import { workflowOperations } from './workflows/operations.js';
import { isForWorkflows, workflowErrorReply } from './workflows/replies.js';

/** All that a node can be asked. */
export const operations: readonly Operation[] = [
  ...invokeOperations,
  ...streamingOperations,
  ...urlOperations,
  ...functionOperations,
  ...layerOperations,
  ...concurrencyOperations,
  ...eventOperations,
  ...workflowOperations,
  ...policyOperations,
  ...urlConfigOperations,
  ...modeOperations,
  ...accountOperations,
  ...eventInvokeOperations,
  ...logOperations,
  ...executionOperations,
  ...bundleOperations,
  ...pageOperations,
  ...notOfferedOperations,
  ...keyOperations,
  ...auditOperations,
  ...rolloutOperations,
];

const changes: ReadonlySet<Operation> = new Set(operations.filter(isChange));

export class Ingress {
  readonly metrics: Metrics;
  /** What releases are compared by. */
  readonly figures: FiguresRecorder;
  readonly logs: LogPages;
  readonly #routes = new Routes(operations);
  readonly #capacity: ClusterCapacity;
  readonly #handlers: Handlers;
  readonly #parseOptions: ParseOptions;
  readonly #auditor: Auditor;
  readonly #keys: AccessKeys;
  readonly #authenticator: Authenticator;
  readonly #links: CodeLinks;
  /** Null where nobody is asked who they are. */
  readonly #gate: Gate | null;
  readonly #log: RequestLog;
  #draining = false;

  constructor(
    private readonly deps: IngressDeps,
    options: IngressOptions,
  ) {
    this.metrics = new Metrics(
      deps.clock,
      options.release,
      (name) => deps.catalog.get(name) !== undefined,
    );
    this.figures = new FiguresRecorder(deps.clock);
    this.logs = new LogPages(deps);
    this.#log = new RequestLog(deps);
    this.#capacity = new ClusterCapacity(deps);
    this.#auditor = new Auditor(deps);
    this.#keys = new AccessKeys(deps);
    this.#authenticator = new Authenticator(this.#keys, deps.clock);
    this.#links = new CodeLinks(deps.catalog, deps.clock, options.authenticate);
    this.#gate = options.authenticate ? new Gate(this.#authenticator, this.#links) : null;
    this.#handlers = this.#compose();
    this.#parseOptions = {
      runtimes: options.runtimes,
      fallbackHost: formatHostPort(options.http),
      wallMs: () => deps.clock.wallMs(),
    };
  }

  /** From now on each answer ends its connection, and who follows is ended. Requests are still answered. */
  drain(): void {
    this.#draining = true;
    this.logs.drain();
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Answers one request. Never rejects. */
  async respond(request: IngressRequest): Promise<Reply> {
    const requestId = newRequestId();
    const { clock } = this.deps;
    const beganMs = clock.nowMs();
    let failure: unknown = null;
    let route: Route | null = null;
    let reply: Reply;
    try {
      route = this.#routes.find(request);
      reply = await this.#handle(route, request, requestId);
    } catch (thrown) {
      failure = thrown;
      reply = this.#failed(thrown, request, requestId);
    }
    this.metrics.answered(reply.status);
    const told = reply.requestId ?? requestId;
    const tookMs = clock.nowMs() - beganMs;
    if (route?.operation.invokes === true) this.#count(route.subject, reply, tookMs);
    if (RequestLog.concerns(reply.status, tookMs)) {
      this.#log.ended(request, told, reply.status, tookMs, failure);
    }
    if (reply.headers['x-amzn-requestid'] === told) return reply;
    return { ...reply, headers: { ...reply.headers, 'x-amzn-requestid': told } };
  }

  async #handle(
    route: Route,
    request: IngressRequest,
    requestId: Call['requestId'],
  ): Promise<Reply> {
    const { operation, subject, rest } = route;
    let { isOld = false } = request;
    if (operation.who === 'peer') checkPeer(request);
    else if (operation.isOfNode !== true) {
      const begun = this.deps.begun();
      if (begun !== null) {
        await begun;
        isOld = true;
      }
    }
    const gate = this.#gate;
    const admission = gate === null ? null : gate.admit(request, route);
    const claim = admission instanceof Promise ? await admission : admission;
    const body = operation.who === 'own-rules' ? unread : await bodyOf(request, operation);
    const caller = gate === null ? openCaller : gate.finish(claim, request, body);
    const options = this.#parseOptions;
    const action = operation.parse({ subject, rest, head: request, body, options });
    gate?.checkAction(caller, operation, action);
    const position = positionOf(request);
    if (position !== undefined) await reachPosition(this.deps.catalog, position);
    if (isOld && operation.isOfNode !== true) await callerIsThere(request);
    const call = new RequestCall(requestId, caller, request);
    if (changes.has(operation)) return await this.#audited(route, request, action, call);
    return await this.#perform(action, call);
  }

  /** Apart from the way of all others, which would pay for its closure. */
  #audited(route: Route, request: IngressRequest, action: Action, call: Call): Promise<Reply> {
    return this.#auditor.around(route, request, action, call, () => this.#perform(action, call));
  }

  #perform<Kind extends Action['kind']>(
    action: Extract<Action, { readonly kind: Kind }>,
    call: Call,
  ): Promise<Reply> | Reply {
    const handler: Handlers[Kind] = this.#handlers[action.kind];
    return handler(action, call);
  }

  #compose(): Handlers {
    const { deps } = this;
    const { catalog } = deps;
    const runner = new Runner(deps, this.metrics);
    const lookup = new FunctionLookup(catalog);
    const answers = new Answers(catalog);
    return {
      ...invokeHandlers(deps, runner, lookup),
      ...streamingHandlers(deps, runner),
      ...urlHandlers(deps, runner, this.#authenticator),
      ...functionHandlers(deps, lookup, this.#capacity, answers, this.#links),
      ...layerHandlers(deps, answers, this.#links),
      ...concurrencyHandlers(deps, lookup, this.#capacity, answers),
      ...eventHandlers(deps, answers),
      ...workflowHandlers(deps),
      ...policyHandlers(catalog, lookup, answers),
      ...eventInvokeHandlers(catalog, lookup, answers),
      ...urlConfigHandlers(catalog, lookup, answers),
      ...modeHandlers(catalog, lookup, answers),
      ...accountHandlers(catalog, deps.view, answers),
      ...bundleHandlers(deps),
      ...executionHandlers(deps),
      ...keyHandlers(this.#keys, answers),
      ...auditHandlers(deps),
      ...rolloutHandlers(deps),
      'read-logs': ({ query }) => this.logs.read(query),
      'read-node-logs': ({ query }) => this.logs.readNode(query),
      health: () => healthPage(deps.health()),
      cluster: () => clusterPage(deps.view()),
      metrics: () => metricsPage(this.metrics.text() + deps.metrics()),
    };
  }

  #count(name: string, { status, ran, ended }: Reply, ms: number): void {
    const { figures } = this;
    figures.answered(name, status, ran ?? null, ms);
    ended?.then(
      ({ functionError }) => {
        if (functionError) figures.brokeOff(name, 'functionErrors');
      },
      (thrown: unknown) => {
        if (errorTable[asHearthError(thrown).code].http >= 500) figures.brokeOff(name, 'failures');
      },
    );
  }

  #failed(thrown: unknown, request: IngressRequest, requestId: Call['requestId']): Reply {
    if (thrown instanceof AccessDenied) this.#auditor.denied(thrown, request, requestId);
    const error = asHearthError(thrown);
    return isForWorkflows(request) ? workflowErrorReply(error) : errorReply(error);
  }
}

/** In the place of one that the operation reads itself. */
const unread = new Uint8Array(0);
