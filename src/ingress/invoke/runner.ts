/** An invocation handed to the router, and counted: what the API, function URLs and streams have in common. */
import { latestVersion } from '../../catalog/index.js';
import type { RoutedOutcome } from '../../routing/index.js';
import {
  type AnswerSink,
  asHearthError,
  type Cancelled,
  functionNotFound,
  type Invocation,
  type RequestId,
} from '../../types/index.js';
import type { InvokeInput } from '../action.js';
import { callerName } from '../auth/caller.js';
import type { IngressDeps } from '../deps.js';
import type { Call } from '../operation.js';
import type { Metrics } from '../pages/metrics.js';

/** What a request asks to be run. */
export type Run = Pick<
  Invocation,
  'functionName' | 'qualifier' | 'invokedAs' | 'payload' | 'traceId' | 'clientContext'
>;

/** Of a call by the API: without a qualifier, `$LATEST`. */
export function runOf({ target, payload, traceId, clientContext }: InvokeInput): Run {
  const { name, qualifier } = target;
  return {
    functionName: name,
    qualifier: qualifier ?? latestVersion,
    invokedAs: qualifier ?? '',
    payload,
    traceId,
    clientContext,
  };
}

export class Runner {
  constructor(
    private readonly deps: Pick<IngressDeps, 'invoke'>,
    private readonly metrics: Metrics,
  ) {}

  /** `stream`: who takes the answer in pieces, where it may come so. Throws HearthError. */
  async run(run: Run, call: Call, stream?: AnswerSink): Promise<RoutedOutcome> {
    const { functionName: name, qualifier } = run;
    try {
      const outcome = await this.deps.invoke(new CalledInvocation(run, call, stream));
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

/** Its signal is made when it is first asked for: an invocation that finds a warm sandbox never does. */
class CalledInvocation implements Invocation {
  readonly requestId: RequestId;
  readonly functionName: string;
  readonly qualifier: string;
  readonly invokedAs: string;
  readonly payload: Uint8Array;
  readonly traceId: string;
  readonly clientContext: string;
  readonly hops = 0;
  readonly caller: string;
  readonly stream?: AnswerSink;
  readonly #call: Call;

  constructor(run: Run, call: Call, stream: AnswerSink | undefined) {
    this.requestId = call.requestId;
    this.functionName = run.functionName;
    this.qualifier = run.qualifier;
    this.invokedAs = run.invokedAs;
    this.payload = run.payload;
    this.traceId = run.traceId;
    this.clientContext = run.clientContext;
    this.caller = callerName(call.caller);
    if (stream !== undefined) this.stream = stream;
    this.#call = call;
  }

  get signal(): Cancelled | undefined {
    return this.#call.signal;
  }
}
