/** An invocation handed to the router, and counted: what the API, function URLs and streams have in common. */
import type { RoutedOutcome } from '../../routing/index.js';
import {
  type AnswerSink,
  asHearthError,
  functionNotFound,
  type Invocation,
} from '../../types/index.js';
import { callerName } from '../auth/caller.js';
import type { IngressDeps } from '../deps.js';
import type { Call } from '../operation.js';
import type { Metrics } from '../pages/metrics.js';

/** What a request asks to be run. */
export type Run = Pick<
  Invocation,
  'functionName' | 'qualifier' | 'invokedAs' | 'payload' | 'traceId' | 'clientContext'
>;

export class Runner {
  constructor(
    private readonly deps: Pick<IngressDeps, 'invoke'>,
    private readonly metrics: Metrics,
  ) {}

  /** `stream`: who takes the answer in pieces, where it may come so. Throws HearthError. */
  async run(run: Run, call: Call, stream?: AnswerSink): Promise<RoutedOutcome> {
    const { functionName: name, qualifier } = run;
    try {
      const outcome = await this.deps.invoke(invocationOf(run, call, stream));
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

/** Field by field: cheaper than two spreads, and one shape for most. */
function invocationOf(
  { functionName, qualifier, invokedAs, payload, traceId, clientContext }: Run,
  { requestId, caller, signal }: Call,
  stream: AnswerSink | undefined,
): Invocation {
  const plain = {
    requestId,
    functionName,
    qualifier,
    invokedAs,
    payload,
    traceId,
    clientContext,
    hops: 0,
    caller: callerName(caller),
  };
  if (stream !== undefined) {
    return signal === undefined ? { ...plain, stream } : { ...plain, signal, stream };
  }
  return signal === undefined ? plain : { ...plain, signal };
}
