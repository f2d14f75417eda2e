/** Invocations by the API: an action in, the router asked, the answer out. */
import { randomUuid } from '../../lib/index.js';
import { type RequestId, requestId } from '../../types/index.js';
import type { Invoke } from '../action.js';
import type { Reply } from '../http/http.js';
import type { Call } from '../operation.js';
import { type Runner, runOf } from './runner.js';
import { addWay } from './way-headers.js';

export class Invocations {
  constructor(private readonly runner: Runner) {}

  /** The function's answer as it is; an error of the function is a 200 with a header, as on AWS. */
  async invoke(action: Invoke, call: Call): Promise<Reply> {
    const outcome = await this.runner.run(runOf(action), call);
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-amz-executed-version': outcome.executedVersion,
    };
    addWay(headers, outcome, call.requestId);
    if (outcome.functionError) headers['x-amz-function-error'] = 'Unhandled';
    if (action.tail) headers['x-amz-log-result'] = base64(outcome.logTail());
    return { status: 200, headers, body: outcome.payload, ran: outcome };
  }
}

/** A new id for an invocation: what the function sees as `awsRequestId`. */
export function newRequestId(): RequestId {
  return requestId(randomUuid());
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
