/**
 * Requests to function URLs: who asks, an event in, the router asked, an HTTP answer out. What the URL is
 * configured to (`src/ingress/url-configs`) decides who may, whether the answer streams, and what browsers are told.
 */
import { latestVersion } from '../../catalog/index.js';
import type { RoutedOutcome } from '../../routing/index.js';
import { HearthError, limits, type RequestId, traceIdOf } from '../../types/index.js';
import type { CallUrl } from '../action.js';
import { RequestCall } from '../call.js';
import type { IngressDeps } from '../deps.js';
import { errorReply } from '../form/error-reply.js';
import type { Reply } from '../http/http.js';
import type { Run, Runner } from '../invoke/runner.js';
import { addWay } from '../invoke/way-headers.js';
import type { Call } from '../operation.js';
import { bodyOf } from '../operation-body.js';
import { runStreamed } from '../streaming/streamed-run.js';
import type { UrlConfig } from '../url-configs/url-config.js';
import type { Authorizer } from './authorizer.js';
import { isPreflight, preflightReply, withCors } from './cors.js';
import { callFunctionUrl } from './operations.js';
import type { UrlAccess } from './url-access.js';
import { urlEvent } from './url-event.js';
import { UrlRefusal } from './url-refusals.js';
import { badGateway, errorTypeOf, urlReply } from './url-response.js';
import { streamedUrlReply } from './url-stream.js';

export class FunctionUrls {
  constructor(
    private readonly deps: Pick<IngressDeps, 'clock' | 'view'>,
    private readonly runner: Runner,
    private readonly access: UrlAccess,
  ) {}

  async call(action: CallUrl, call: Call): Promise<Reply> {
    const config = this.access.config(action);
    const cors = config?.Cors;
    if (cors === undefined) return this.#answer(action, call, config);
    const { head } = action;
    if (isPreflight(head)) return preflightReply(cors, head);
    const answer = this.#answer(action, call, config).catch((thrown: unknown) => {
      if (thrown instanceof HearthError) return errorReply(thrown);
      throw thrown;
    });
    return withCors(cors, head, await answer);
  }

  async #answer(action: CallUrl, call: Call, config: UrlConfig | undefined): Promise<Reply> {
    try {
      const admission = this.access.admit(action, config, call.caller);
      const admitted = admission instanceof Promise ? await admission : admission;
      const body = await bodyOf(action.head, callFunctionUrl);
      this.access.prove(admitted, action, body);
      const run = this.#runOf(action, body, call, admitted.authorizer);
      const by = new RequestCall(call.requestId, admitted.caller, call);
      if (config?.InvokeMode === 'RESPONSE_STREAM') {
        return await this.#stream(run, by, action.head.method === 'HEAD');
      }
      return wholeReply(await this.runner.run(run, by), call.requestId);
    } catch (thrown) {
      if (thrown instanceof UrlRefusal) return thrown.reply;
      throw thrown;
    }
  }

  async #stream(run: Run, call: Call, isHead: boolean): Promise<Reply> {
    const streamed = await runStreamed(this.runner, run, call, () => this.deps.view().self);
    if (streamed.kind === 'whole') return wholeReply(streamed.outcome, call.requestId);
    return streamedUrlReply(streamed, isHead);
  }

  #runOf(
    action: CallUrl,
    body: Uint8Array,
    { requestId }: Call,
    authorizer: Authorizer | null,
  ): Run {
    const { name, qualifier, head } = action;
    const event = urlEvent(action, body, requestId, this.deps.clock.wallMs(), authorizer);
    const payload = Buffer.from(JSON.stringify(event));
    if (payload.length > limits.invokeBodyBytesMax) {
      throw new HearthError(
        'request-too-large',
        `The request as an event is ${payload.length} bytes long, more than ${limits.invokeBodyBytesMax}; send a smaller body.`,
      );
    }
    return {
      functionName: name,
      qualifier,
      invokedAs: qualifier === latestVersion ? '' : qualifier,
      payload,
      traceId: traceIdOf(head.headers),
      clientContext: '',
    };
  }
}

/** Of a function that does not stream. */
function wholeReply(outcome: RoutedOutcome, requestId: RequestId): Reply {
  const { payload, functionError } = outcome;
  const { status, headers, body } = functionError
    ? badGateway(errorTypeOf(payload))
    : urlReply(payload);
  addWay(headers, outcome, requestId);
  return { status, headers, body, ran: outcome };
}
