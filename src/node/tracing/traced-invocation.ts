/** An invocation whose trace goes on from another span. All else is asked of the one that it stands for: its signal is made when it is asked for. */
import type { AnswerSink, Cancelled, Invocation, RequestId } from '../../types/index.js';

export class TracedInvocation implements Invocation {
  readonly requestId: RequestId;
  readonly functionName: string;
  readonly qualifier: string;
  readonly invokedAs: string;
  readonly payload: Uint8Array;
  readonly clientContext: string;
  readonly hops: number;
  readonly caller: string;
  readonly stream?: AnswerSink;

  constructor(
    private readonly inner: Invocation,
    readonly traceId: string,
  ) {
    this.requestId = inner.requestId;
    this.functionName = inner.functionName;
    this.qualifier = inner.qualifier;
    this.invokedAs = inner.invokedAs;
    this.payload = inner.payload;
    this.clientContext = inner.clientContext;
    this.hops = inner.hops;
    this.caller = inner.caller ?? '';
    if (inner.stream !== undefined) this.stream = inner.stream;
  }

  get signal(): Cancelled | undefined {
    return this.inner.signal;
  }
}
