/**
 * InvokeWithResponseStream: pieces as the function writes them, then how it ended. What goes wrong after the first
 * piece can only be told there: the status has been sent.
 */
import type { RoutedOutcome } from '../../routing/index.js';
import { asHearthError, errorTable, type RequestId } from '../../types/index.js';
import type { InvokeStream } from '../action.js';
import type { IngressDeps } from '../deps.js';
import type { Reply } from '../http/http.js';
import { type Runner, runOf } from '../invoke/runner.js';
import { addWay, durationHeader, durationText, streamedWayHeaders } from '../invoke/way-headers.js';
import type { Call } from '../operation.js';
import { type Completion, eventStreamType, invokeComplete, payloadChunk } from './event-stream.js';
import { runStreamed, type Streams } from './streamed-run.js';

export class StreamedInvocations {
  constructor(
    private readonly deps: Pick<IngressDeps, 'view'>,
    private readonly runner: Runner,
  ) {}

  async invoke(action: InvokeStream, call: Call): Promise<Reply> {
    const { tail } = action;
    const asked = runOf(action);
    const run = await runStreamed(this.runner, asked, call, () => this.deps.view().self);
    return run.kind === 'whole'
      ? wholeReply(run.outcome, tail, call.requestId)
      : streamedReply(run, tail);
  }
}

/** A function that does not stream: one piece, or none where it failed. */
function wholeReply(outcome: RoutedOutcome, tail: boolean, requestId: RequestId): Reply {
  const complete = invokeComplete(completionOf(outcome, tail));
  const { functionError, payload, executedVersion } = outcome;
  const body = functionError ? complete : Buffer.concat([payloadChunk(payload), complete]);
  const headers = headersOf(executedVersion);
  addWay(headers, outcome, requestId);
  return { status: 200, headers, body, ran: outcome };
}

function streamedReply({ head, way, queue, outcome }: Streams, tail: boolean): Reply {
  let trailers: Record<string, string> = {};
  return {
    status: 200,
    headers: { ...headersOf(head.executedVersion), ...streamedWayHeaders(way) },
    body: '',
    ran: way,
    ended: outcome,
    stream: async function* () {
      for await (const piece of queue.read()) yield payloadChunk(piece);
      try {
        const ended = await outcome;
        trailers = { [durationHeader]: durationText(ended.durationMs) };
        yield invokeComplete(completionOf(ended, tail));
      } catch (thrown) {
        const { code, message } = asHearthError(thrown);
        yield invokeComplete({ ErrorCode: errorTable[code].aws, ErrorDetails: message });
      }
    },
    trailers: () => trailers,
  };
}

function headersOf(executedVersion: string): Record<string, string> {
  return { 'content-type': eventStreamType, 'x-amz-executed-version': executedVersion };
}

function completionOf(outcome: RoutedOutcome, tail: boolean): Completion {
  const { functionError, payload } = outcome;
  const details = Buffer.from(payload).toString();
  return {
    ...(functionError ? { ErrorCode: 'Unhandled', ErrorDetails: details } : {}),
    ...(tail ? { LogResult: Buffer.from(outcome.logTail()).toString('base64') } : {}),
  };
}
