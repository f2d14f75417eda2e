/**
 * The global `awslambda` of Lambda's Node.js runtime, with which a function says that it streams its answer:
 * `awslambda.streamifyResponse(async (event, responseStream, context) => ...)`.
 */

import { RuntimeError } from './function-error.js';
import type { ResponseStream } from './response-stream.js';

const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');
const highWaterMark = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const integrationType = 'application/vnd.awslambda.http-integration-response';
/** Between the JSON of status and headers and the body. */
const delimiterBytes = 8;

export type StreamingHandler = (
  event: unknown,
  responseStream: ResponseStream,
  context: unknown,
) => unknown;

interface Marks {
  [streamingMark]?: unknown;
  [highWaterMark]?: unknown;
}

const awslambda = {
  streamifyResponse(handler: Marks, options?: { highWaterMark?: unknown }): unknown {
    handler[streamingMark] = 'response';
    if (typeof options?.highWaterMark === 'number') {
      handler[highWaterMark] = Math.trunc(options.highWaterMark);
    }
    return handler;
  },
  HttpResponseStream: {
    /** Puts the status and the headers of an HTTP answer before what is written to the stream. */
    from(stream: ResponseStream, metadata: unknown): ResponseStream {
      stream.setContentType(integrationType);
      const prelude = JSON.stringify(metadata);
      stream._onBeforeFirstWrite = (write) => {
        write(prelude);
        write(new Uint8Array(delimiterBytes));
      };
      return stream;
    },
  },
};

/** Puts `awslambda` where functions look for it; before the handler is loaded. */
export function installStreaming(): void {
  (globalThis as { awslambda?: unknown }).awslambda = awslambda;
}

/** Null of a handler that answers in one piece; throws RuntimeError where it says it streams something else. */
export function streamingOf(handler: unknown): { readonly highWaterMark?: number } | null {
  const marks = handler as Marks;
  const mark = marks[streamingMark];
  if (!mark) return null;
  if (mark !== 'response') {
    throw new RuntimeError(
      'Runtime.MalformedStreamingHandler',
      'Only response streaming is supported.',
    );
  }
  const wanted = marks[highWaterMark];
  return typeof wanted === 'number' ? { highWaterMark: wanted } : {};
}
