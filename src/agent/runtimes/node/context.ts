/** The `context` argument of a Node.js handler, as on AWS. */
import type { Init, InvokeHead } from '../../../wire/index.js';
import type { Callback } from './load-handler.js';

/** Read before the function can replace it: some test libraries do. */
const wallMs = Date.now;

export class LambdaContext {
  callbackWaitsForEmptyEventLoop = true;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  readonly clientContext: unknown;
  readonly identity: unknown = undefined;
  readonly getRemainingTimeInMillis: () => number;
  readonly done: Callback;
  readonly succeed: (result?: unknown) => void;
  readonly fail: (error?: unknown) => void;

  /** Throws SyntaxError where the client context is not JSON. */
  constructor(init: Init, head: InvokeHead, done: Callback) {
    this.functionName = init.functionName;
    this.functionVersion = init.functionVersion;
    this.memoryLimitInMB = String(init.memoryMb);
    this.logGroupName = init.logGroup;
    this.logStreamName = init.logStream;
    this.awsRequestId = head.requestId;
    this.invokedFunctionArn = head.functionArn;
    this.clientContext = head.clientContext === '' ? undefined : JSON.parse(head.clientContext);
    this.getRemainingTimeInMillis = () => Math.max(0, head.deadlineWallMs - wallMs());
    this.done = done;
    this.succeed = (result) => done(null, result);
    this.fail = (error) => done(error ?? 'handled');
  }
}
