/** Invocations, by the API and by function URL: an action in, the router asked, the answer out. */
import { latestVersion } from '../../catalog/index.js';
import { randomUuid } from '../../lib/index.js';
import type { RoutedOutcome } from '../../routing/index.js';
import {
  asHearthError,
  functionNotFound,
  HearthError,
  type Invocation,
  limits,
  type RequestId,
  requestId,
} from '../../types/index.js';
import type { CallUrl, Invoke } from '../action.js';
import type { IngressDeps } from '../deps.js';
import { header, type Reply } from '../http/http.js';
import type { Call } from '../operation.js';
import type { Metrics } from '../pages/metrics.js';
import { urlEvent } from '../urls/url-event.js';
import { badGateway, errorTypeOf, urlReply } from '../urls/url-response.js';

export class Invocations {
  constructor(
    private readonly deps: Pick<IngressDeps, 'invoke' | 'clock'>,
    private readonly metrics: Metrics,
  ) {}

  /** The function's answer as it is; an error of the function is a 200 with a header, as on AWS. */
  async invoke(action: Invoke, call: Call): Promise<Reply> {
    const { name, qualifier } = action.target;
    const { payload, traceId, clientContext } = action;
    const outcome = await this.#run({
      functionName: name,
      qualifier: qualifier ?? latestVersion,
      invokedAs: qualifier ?? '',
      payload,
      traceId,
      clientContext,
      hops: 0,
      ...call,
    });
    const headers: Record<string, string> = {
      ...wayHeaders(outcome),
      'content-type': 'application/json',
      'x-amz-executed-version': outcome.executedVersion,
    };
    if (outcome.functionError) headers['x-amz-function-error'] = 'Unhandled';
    if (action.tail) headers['x-amz-log-result'] = base64(outcome.logTail());
    return { status: 200, headers, body: outcome.payload };
  }

  async callUrl(action: CallUrl, call: Call): Promise<Reply> {
    const event = urlEvent(action, call.requestId, this.deps.clock.wallMs());
    const payload = Buffer.from(JSON.stringify(event));
    if (payload.length > limits.invokeBodyBytesMax) {
      throw new HearthError(
        'request-too-large',
        `The request as an event is ${payload.length} bytes long, more than ${limits.invokeBodyBytesMax}; send a smaller body.`,
      );
    }
    const outcome = await this.#run({
      functionName: action.name,
      qualifier: latestVersion,
      invokedAs: '',
      payload,
      traceId: header(action.head, 'x-amzn-trace-id') ?? '',
      clientContext: '',
      hops: 0,
      ...call,
    });
    const reply = outcome.functionError
      ? badGateway(errorTypeOf(outcome.payload))
      : urlReply(outcome.payload);
    return { ...reply, headers: { ...reply.headers, ...wayHeaders(outcome) } };
  }

  async #run(invocation: Invocation): Promise<RoutedOutcome> {
    const { functionName: name, qualifier } = invocation;
    try {
      const outcome = await this.deps.invoke(invocation);
      const result = outcome.functionError ? 'function-error' : 'ok';
      this.metrics.invoked(name, outcome.start, result, outcome.durationMs);
      return outcome;
    } catch (thrown) {
      const { code } = asHearthError(thrown);
      this.metrics.refused(name, code);
      if (code === 'function-not-found') throw functionNotFound(name, qualifier);
      throw thrown;
    }
  }
}

/** A new id for an invocation: what the function sees as `awsRequestId`. */
export function newRequestId(): RequestId {
  return requestId(randomUuid());
}

function wayHeaders(outcome: RoutedOutcome): Record<string, string> {
  return {
    'x-hearth-node': outcome.node,
    'x-hearth-start': outcome.start,
    'x-hearth-hops': String(outcome.hops),
    'x-hearth-duration-ms': outcome.durationMs.toFixed(3),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
