/**
 * The body of one `POST .../response` or `.../error` on its way to the node: gathered and sent as one frame,
 * or streamed as it comes. Bytes stay bytes, nothing is parsed. `settled` is called once, after the frame that
 * ends the invocation, with what to answer.
 */
import type { IncomingMessage } from 'node:http';
import { type FrameSink, frameType, writeFrame } from '../../../wire/index.js';
import { ResponseStream } from '../node/response-stream.js';
import { accepted, entityTooLarge, type HttpAnswer, truncatedRequest } from './answers.js';
import type { Invocation } from './core.js';
import { emptyError, responseTooLarge, trailedError, truncatedResponse } from './errors.js';
import { headerOf } from './http.js';

export interface AnswerLimits {
  readonly answerBytesMax: number;
  readonly streamWindowBytes: number;
}

type Settled = (answer: HttpAnswer) => void;

const integrationType = 'application/vnd.awslambda.http-integration-response';
const errorTypeHeader = 'lambda-runtime-function-error-type';
/**
 * Many tiny chunks are joined: each is an object, and a frame takes its parts as arguments. The more have come,
 * the more rarely, for joining copies all that came before.
 */
const partsMaxAtFirst = 512;
const partsMaxAtLast = 32_768;

/**
 * Clients say so by a header; aws-lambda-go does not, but announces trailers for what may break off in the
 * middle, and gives JSON another content type.
 */
export function isStreamed({ headers }: IncomingMessage): boolean {
  if (headers['lambda-runtime-function-response-mode'] === 'streaming') return true;
  const contentType = headers['content-type'] ?? '';
  if (contentType.startsWith(integrationType)) return true;
  const announced = headers.trailer?.toLowerCase().includes(errorTypeHeader) === true;
  return announced && !contentType.startsWith('application/json');
}

/** Gathers a body and sends it as a `result` or an `error`. */
export function gatherAnswer(
  request: IncomingMessage,
  sink: FrameSink,
  { stream, head }: Invocation,
  type: number,
  { answerBytesMax }: AnswerLimits,
  settled: Settled,
): void {
  const send = once((frame: number, answer: HttpAnswer, ...body: Uint8Array[]) => {
    writeFrame(sink, frame, stream, ...body);
    settled(answer);
  });
  let parts: Buffer[] = [];
  let partsMax = partsMaxAtFirst;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > answerBytesMax) {
      parts = [];
      send(frameType.error, entityTooLarge(answerBytesMax), responseTooLarge(answerBytesMax));
      return;
    }
    parts.push(chunk);
    if (parts.length > partsMax) {
      parts = [Buffer.concat(parts)];
      partsMax = Math.min(2 * partsMax, partsMaxAtLast);
    }
  });
  whenOver(request, (whole) => {
    const broken = trailedError(head.requestId, request.trailers);
    if (!whole) send(frameType.error, truncatedRequest, truncatedResponse(head.requestId));
    else if (broken !== null) send(frameType.error, accepted, broken);
    else if (type === frameType.error && bytes === 0) {
      send(type, accepted, emptyError(head.requestId, headerOf(request, errorTypeHeader)));
    } else send(type, accepted, ...parts);
  });
}

/** Sends a body on while it comes, no faster than the node takes it. */
export function streamAnswer(
  request: IncomingMessage,
  sink: FrameSink,
  { stream: number, head }: Invocation,
  { streamWindowBytes }: AnswerLimits,
  settled: Settled,
): ResponseStream {
  const stream = new ResponseStream(sink, number, streamWindowBytes);
  const contentType = headerOf(request, 'content-type');
  if (contentType !== undefined) stream.setContentType(contentType);
  const end = once((answer: HttpAnswer, error: Buffer | null) => {
    if (error !== null && !stream.begun) {
      writeFrame(sink, frameType.error, number, error);
    } else {
      stream.begin();
      writeFrame(sink, frameType.end, number, error ?? Buffer.alloc(0));
    }
    stream.destroy();
    settled(answer);
  });
  request.pipe(stream);
  stream.on('finish', () => {
    setImmediate(() => end(accepted, trailedError(head.requestId, request.trailers)));
  });
  whenOver(request, (whole) => {
    if (!whole) end(truncatedRequest, truncatedResponse(head.requestId));
  });
  return stream;
}

/**
 * Calls back when the request has been read to its end, or is known never to be. A turn later, so that
 * what the function printed before has arrived on its pipes and is sent before its answer.
 */
function whenOver(request: IncomingMessage, over: (whole: boolean) => void): void {
  request.on('error', () => undefined);
  request.on('end', () => setImmediate(over, true));
  request.on('close', () => {
    if (!request.complete) over(false);
  });
}

function once<Args extends readonly unknown[]>(act: (...args: Args) => void) {
  let done = false;
  return (...args: Args): void => {
    if (done) return;
    done = true;
    act(...args);
  };
}
