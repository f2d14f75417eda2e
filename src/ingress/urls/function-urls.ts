/** Requests to function URLs: an event in, the router asked, an HTTP answer out. */
import { latestVersion } from '../../catalog/index.js';
import { HearthError, limits, traceIdOf } from '../../types/index.js';
import type { CallUrl } from '../action.js';
import type { IngressDeps } from '../deps.js';
import type { Reply } from '../http/http.js';
import type { Runner } from '../invoke/runner.js';
import { wayHeaders } from '../invoke/way-headers.js';
import type { Call } from '../operation.js';
import { urlEvent } from './url-event.js';
import { badGateway, errorTypeOf, urlReply } from './url-response.js';

export class FunctionUrls {
  constructor(
    private readonly deps: Pick<IngressDeps, 'clock'>,
    private readonly runner: Runner,
  ) {}

  async call(action: CallUrl, call: Call): Promise<Reply> {
    if (call.caller.kind === 'anonymous') {
      throw new HearthError('unauthorized', `The URL of ${action.name} is not open to everyone.`);
    }
    const event = urlEvent(action, call.requestId, this.deps.clock.wallMs());
    const payload = Buffer.from(JSON.stringify(event));
    if (payload.length > limits.invokeBodyBytesMax) {
      throw new HearthError(
        'request-too-large',
        `The request as an event is ${payload.length} bytes long, more than ${limits.invokeBodyBytesMax}; send a smaller body.`,
      );
    }
    const run = {
      functionName: action.name,
      qualifier: latestVersion,
      invokedAs: '',
      payload,
      traceId: traceIdOf(action.head.headers),
      clientContext: '',
    };
    const outcome = await this.runner.run(run, call);
    const reply = outcome.functionError
      ? badGateway(errorTypeOf(outcome.payload))
      : urlReply(outcome.payload);
    return { ...reply, headers: { ...reply.headers, ...wayHeaders(outcome) } };
  }
}
