/**
 * The program inside a Node.js sandbox: says hello, becomes the function that `init` names, then runs
 * one invocation after another. It loads as little as it can, because its start is every cold start.
 * It ends when the node closes the socket, so that no sandbox outlives its node.
 */
import { connect } from 'node:net';
import {
  decodeInvoke,
  FrameReader,
  frameType,
  type Init,
  type InvokeHead,
  sandboxProtocolVersion,
  writeFrame,
} from '../../../wire/index.js';
import { LambdaContext } from './context.js';
import { functionError, RuntimeError } from './function-error.js';
import { type Handler, loadHandler } from './load-handler.js';

import { LogOutput } from './log-output.js';
import { followNodePath } from './module-paths.js';
import { ResponseStream } from './response-stream.js';
import { installStreaming, type StreamingHandler, streamingOf } from './streaming.js';

const nodeFrameBytesMax = 16 * 1024 * 1024;
const exit = process.exit.bind(process);
const parse = JSON.parse;
const stringify = JSON.stringify;

let init: Init;
let handler: Handler;
/** Null where the handler answers in one piece. */
let streaming: ReturnType<typeof streamingOf> = null;
/** The streamed answer under way. */
let responding: ResponseStream | null = null;
/** The invocation under way; 0 between invocations. */
let current = 0;
/** What to do when the event loop has run empty, for an answer that waits for that. */
let onLoopEmpty: (() => void) | null = null;

const socket = connect(process.env.HEARTH_SOCKET ?? '');
const token = process.env.HEARTH_TOKEN ?? '';
delete process.env.HEARTH_SOCKET;
delete process.env.HEARTH_TOKEN;
const output = new LogOutput(socket);
const reader = new FrameReader(onFrame, nodeFrameBytesMax);

socket.on('connect', () => send(frameType.hello, 0, { protocol: sandboxProtocolVersion, token }));
socket.on('data', (chunk) => reader.push(chunk));
socket.on('error', () => exit(1));
socket.on('close', () => exit(1));
process.on('beforeExit', () => {
  const resume = onLoopEmpty;
  onLoopEmpty = null;
  socket.ref();
  resume?.();
});
process.on('uncaughtException', (thrown) => fail('Uncaught Exception', thrown));
process.on('unhandledRejection', (reason) => {
  const error = functionError(reason);
  const name = 'Runtime.UnhandledPromiseRejection';
  const message = reason instanceof Error ? reason.toString() : error.errorMessage;
  fail('Unhandled Promise Rejection', new RuntimeError(name, message, error.trace?.join('\n')));
});

function onFrame(type: number, stream: number, payload: Uint8Array): void {
  if (type === frameType.init) {
    void become(parse(Buffer.from(payload).toString()) as Init);
  } else if (type === frameType.invoke) {
    const call = decodeInvoke(payload);
    invoke(stream, call.head, call.payload);
  } else if (type === frameType.credit && stream === current) {
    responding?.credit(Buffer.from(payload).readUInt32BE(0));
  }
}

async function become(received: Init): Promise<void> {
  init = received;
  Object.assign(process.env, init.environment);
  output.install();
  installStreaming();
  try {
    process.chdir(init.taskRoot);
    const beforeImport = followNodePath(process.env.NODE_PATH);
    handler = await loadHandler(init.taskRoot, init.handler, beforeImport);
    streaming = streamingOf(handler);
    writeFrame(socket, frameType.ready, 0);
  } catch (thrown) {
    output.line('ERROR', `Uncaught Exception \t${stringify(functionError(thrown))}`);
    sendLast(frameType.initError, 0, functionError(thrown));
  }
}

function invoke(stream: number, head: InvokeHead, payload: Buffer): void {
  current = stream;
  output.stream = stream;
  output.requestId = head.requestId;
  process.env._X_AMZN_TRACE_ID = head.traceId;
  try {
    const event = payload.length === 0 ? {} : parseEvent(payload);
    if (streaming !== null) {
      invokeStreaming(stream, event, head, streaming.highWaterMark);
      return;
    }
    const context = new LambdaContext(init, head, (error, result) => {
      if (error !== undefined && error !== null) answerError(stream, error);
      else whenReady(context, () => answer(stream, result));
    });
    const returned = handler(event, context, context.done);
    if (isPromise(returned)) {
      returned.then(
        (result) => answer(stream, result),
        (error: unknown) => answerError(stream, error),
      );
    } else if (current === stream && onLoopEmpty === null) {
      // Callback style. What a handler returns that is no promise is ignored, as on AWS.
      waitForEmptyLoop(() => answer(stream, undefined));
    }
  } catch (thrown) {
    answerError(stream, thrown);
  }
}

/** Over when the stream is finished and the handler's promise is settled, as on AWS. */
function invokeStreaming(
  number: number,
  event: unknown,
  head: InvokeHead,
  highWaterMark: number | undefined,
): void {
  const stream = new ResponseStream(socket, number, init.streamWindowBytes, highWaterMark);
  responding = stream;
  const context = new LambdaContext(init, head, () => undefined);
  const returned = (handler as StreamingHandler)(event, stream, context);
  if (!isPromise(returned)) throw new Error('Streaming does not support non-async handlers.');
  const over = () => {
    if (stream.writableFinished) endStream(number, stream, null);
    else answerError(number, stream.errored ?? new Error('Response stream is not finished.'));
  };
  returned.then(
    (result) => {
      if (result !== undefined) output.line('WARN', 'Streaming handlers ignore return values.');
      if (stream.closed) over();
      else stream.once('close', over);
    },
    (error: unknown) => answerError(number, error),
  );
}

function endStream(number: number, stream: ResponseStream, error: Buffer | null): void {
  if (!finish(number)) return;
  stream.begin();
  writeFrame(socket, frameType.end, number, error ?? Buffer.alloc(0));
}

function parseEvent(payload: Buffer): unknown {
  try {
    return parse(payload.toString());
  } catch (thrown) {
    throw new RuntimeError(
      'Runtime.UnmarshalError',
      `Unable to unmarshal input: ${(thrown as Error).message}`,
    );
  }
}

function whenReady(context: LambdaContext, act: () => void): void {
  if (context.callbackWaitsForEmptyEventLoop) waitForEmptyLoop(act);
  else act();
}

/** Lets the loop run empty but for the socket: timers and connections of the handler finish first. */
function waitForEmptyLoop(act: () => void): void {
  onLoopEmpty = act;
  socket.unref();
}

/** The first answer of an invocation counts; later ones are the function's mistake and ignored. */
function finish(stream: number): boolean {
  if (current !== stream) return false;
  current = 0;
  onLoopEmpty = null;
  responding = null;
  socket.ref();
  return true;
}

function answer(stream: number, result: unknown): void {
  if (current !== stream) return;
  let json: Buffer;
  try {
    json = Buffer.from(stringify(result === undefined ? null : result) ?? 'null');
  } catch (thrown) {
    answerError(stream, new RuntimeError('Runtime.MarshalError', (thrown as Error).message));
    return;
  }
  if (!finish(stream)) return;
  if (json.length <= init.answerBytesMax) {
    writeFrame(socket, frameType.result, stream, json);
    return;
  }
  send(frameType.error, stream, {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${init.answerBytesMax} bytes).`,
  });
}

function answerError(stream: number, thrown: unknown): void {
  if (current !== stream) return;
  const error = functionError(thrown);
  output.line('ERROR', `Invoke Error \t${stringify(error)}`);
  const streamed = responding;
  streamed?.destroy();
  if (streamed?.begun === true) endStream(stream, streamed, Buffer.from(stringify(error)));
  else if (finish(stream)) send(frameType.error, stream, error);
}

/** The process cannot go on: nobody knows what state the function left it in. */
function fail(title: string, thrown: unknown): void {
  const error = functionError(thrown);
  output.line('ERROR', `${title} \t${stringify(error)}`);
  sendLast(frameType.fatal, current, error);
}

function send(type: number, stream: number, message: unknown): void {
  writeFrame(socket, type, stream, Buffer.from(stringify(message)));
}

/** Sends and exits; a node that reads no more closes the socket, which ends the process as well. */
function sendLast(type: number, stream: number, message: unknown): void {
  send(type, stream, message);
  socket.ref();
  socket.end(() => exit(1));
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
