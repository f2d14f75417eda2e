/**
 * The program inside a Node.js sandbox: says hello, becomes the function that `init` names, then runs
 * one invocation after another, or as many at the same time as `init` allows. It loads as little as it can, because its
 * start is every cold start. It ends when the node closes the socket, so that no sandbox outlives its node.
 *
 * Whose a line is that is printed while several run is known by the asynchronous context. Whose timers and connections are
 * left is not: there an answer by callback never waits for them, as if `callbackWaitsForEmptyEventLoop` were false.
 */
import type { AsyncLocalStorage } from 'node:async_hooks';
import { isAscii } from 'node:buffer';
import { connect } from 'node:net';
import {
  decodeInvoke,
  FrameReader,
  frameType,
  type Init,
  type InvokeHead,
  readFrames,
  sandboxProtocolVersion,
  writeFrame,
  writeTextFrame,
} from '../../../wire/index.js';
import { LambdaContext } from './context.js';
import { functionError, RuntimeError } from './function-error.js';
import { type Handler, loadHandler } from './load-handler.js';
import { LogOutput, type Printer } from './log-output.js';
import { followNodePath } from './module-paths.js';
import { ResponseStream } from './response-stream.js';
import { installStreaming, type StreamingHandler, streamingOf } from './streaming.js';
import { warmUp } from './warm-up.js';

/** One of them under way. */
interface Invocation extends Printer {
  readonly head: InvokeHead;
  /** Its answer, where that is streamed. */
  responding: ResponseStream | null;
  /** The first answer of an invocation counts; later ones are the function's mistake and ignored. */
  over: boolean;
}

const nodeFrameBytesMax = 16 * 1024 * 1024;
/** What is shorter is decoded in less time than it takes to look. */
const asciiBytesMin = 16 * 1024;
const exit = process.exit.bind(process);
const parse = JSON.parse;
const stringify = JSON.stringify;

let init: Init;
let handler: Handler;
/** Null where the handler answers in one piece. */
let streaming: ReturnType<typeof streamingOf> = null;
/** The context of what runs for an invocation; null where one runs at a time. */
let contexts: AsyncLocalStorage<Invocation> | null = null;
/** Where one runs at a time, the latest. */
let latest: Invocation | null = null;
/** What the environment says; to change it costs more than to answer. */
let traceId: string | null = null;
/** Those whose answers are streams, by their numbers. */
const streams = new Map<number, Invocation>();
/** What to do when the event loop has run empty, for answers that wait for that. */
const onLoopEmpty = new Map<Invocation, () => void>();

const reader = new FrameReader(onFrame, nodeFrameBytesMax, 'call');
const socket = connect({
  path: process.env.HEARTH_SOCKET ?? '',
  onread: readFrames(reader, (error) => {
    throw error;
  }),
});
const output = new LogOutput(socket);
const token = process.env.HEARTH_TOKEN ?? '';
delete process.env.HEARTH_SOCKET;
delete process.env.HEARTH_TOKEN;
const isStem = process.env.HEARTH_STEM !== undefined;
delete process.env.HEARTH_STEM;

socket.on('connect', async () => {
  if (isStem) await warmUp(process.env.TMPDIR ?? '');
  send(frameType.hello, 0, { protocol: sandboxProtocolVersion, token });
});
socket.on('error', () => exit(1));
socket.on('close', () => exit(1));
process.on('beforeExit', () => {
  const resumed = [...onLoopEmpty.values()];
  onLoopEmpty.clear();
  socket.ref();
  for (const resume of resumed) resume();
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
    const { head, payload: event } = decodeInvoke(payload);
    const { requestId } = head;
    const invocation: Invocation = { stream, requestId, head, responding: null, over: false };
    if (contexts !== null) contexts.run(invocation, invoke, invocation, event);
    else {
      latest = invocation;
      output.latest = invocation;
      if (head.traceId !== traceId) tellTrace(head.traceId);
      invoke(invocation, event);
    }
  } else if (type === frameType.credit) {
    credit(stream, Buffer.from(payload).readUInt32BE(0));
  }
}

function tellTrace(latestTraceId: string): void {
  traceId = latestTraceId;
  process.env._X_AMZN_TRACE_ID = latestTraceId;
}

async function become(received: Init): Promise<void> {
  init = received;
  Object.assign(process.env, init.environment);
  output.install();
  installStreaming();
  try {
    if (init.concurrency > 1) await runSeveral();
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

/** Loads what tells invocations apart that run at the same time. */
async function runSeveral(): Promise<void> {
  const { AsyncLocalStorage: Storage } = await import('node:async_hooks');
  const storage = new Storage<Invocation>();
  contexts = storage;
  output.find = () => storage.getStore();
}

function invoke(invocation: Invocation, payload: Buffer): void {
  try {
    const event = payload.length === 0 ? {} : parseEvent(payload);
    if (streaming !== null) {
      invokeStreaming(invocation, event, streaming.highWaterMark);
      return;
    }
    const context = new LambdaContext(init, invocation.head, (error, result) => {
      if (error !== undefined && error !== null) answerError(invocation, error);
      else if (contexts === null && context.callbackWaitsForEmptyEventLoop) {
        waitForEmptyLoop(invocation, () => answer(invocation, result));
      } else answer(invocation, result);
    });
    const returned = handler(event, context, context.done);
    if (isPromise(returned)) {
      returned.then(
        (result) => answer(invocation, result),
        (error: unknown) => answerError(invocation, error),
      );
    } else if (!invocation.over && !onLoopEmpty.has(invocation)) {
      // Callback style. What a handler returns that is no promise is ignored, as on AWS.
      waitForEmptyLoop(invocation, () => answer(invocation, undefined));
    }
  } catch (thrown) {
    answerError(invocation, thrown);
  }
}

/** Over when the stream is finished and the handler's promise is settled, as on AWS. */
function invokeStreaming(
  invocation: Invocation,
  event: unknown,
  highWaterMark: number | undefined,
): void {
  const number = invocation.stream;
  const stream = new ResponseStream(socket, number, init.streamWindowBytes, highWaterMark);
  invocation.responding = stream;
  streams.set(number, invocation);
  const context = new LambdaContext(init, invocation.head, () => undefined);
  const returned = (handler as StreamingHandler)(event, stream, context);
  if (!isPromise(returned)) throw new Error('Streaming does not support non-async handlers.');
  const over = () => {
    if (stream.writableFinished) endStream(invocation, stream, null);
    else answerError(invocation, stream.errored ?? new Error('Response stream is not finished.'));
  };
  returned.then(
    (result) => {
      if (result !== undefined) output.line('WARN', 'Streaming handlers ignore return values.');
      if (stream.closed) over();
      else stream.once('close', over);
    },
    (error: unknown) => answerError(invocation, error),
  );
}

/** What waits for it goes on as a part of its invocation. */
function credit(number: number, bytes: number): void {
  const invocation = streams.get(number);
  const stream = invocation?.responding ?? null;
  if (invocation === undefined || stream === null) return;
  if (contexts === null) stream.credit(bytes);
  else contexts.run(invocation, () => stream.credit(bytes));
}

function endStream(invocation: Invocation, stream: ResponseStream, error: Buffer | null): void {
  if (!finish(invocation)) return;
  stream.begin();
  writeFrame(socket, frameType.end, invocation.stream, error ?? Buffer.alloc(0));
}

function parseEvent(payload: Buffer): unknown {
  try {
    return parse(textOf(payload));
  } catch (thrown) {
    throw new RuntimeError(
      'Runtime.UnmarshalError',
      `Unable to unmarshal input: ${(thrown as Error).message}`,
    );
  }
}

/** Long ASCII is copied in a fraction of the time that it takes to be decoded. */
function textOf(payload: Buffer): string {
  const isPlain = payload.length >= asciiBytesMin && isAscii(payload);
  return payload.toString(isPlain ? 'latin1' : 'utf8');
}

/** Lets the loop run empty but for the socket: timers and connections of the handler finish first. */
function waitForEmptyLoop(invocation: Invocation, act: () => void): void {
  onLoopEmpty.set(invocation, act);
  socket.unref();
}

/** False where it is over already. */
function finish(invocation: Invocation): boolean {
  if (invocation.over) return false;
  invocation.over = true;
  if (invocation.responding !== null) streams.delete(invocation.stream);
  if (onLoopEmpty.delete(invocation) && onLoopEmpty.size === 0) socket.ref();
  return true;
}

function answer(invocation: Invocation, result: unknown): void {
  if (invocation.over) return;
  const { stream } = invocation;
  let json: string;
  try {
    json = stringify(result === undefined ? null : result) ?? 'null';
  } catch (thrown) {
    answerError(invocation, new RuntimeError('Runtime.MarshalError', (thrown as Error).message));
    return;
  }
  if (!finish(invocation)) return;
  if (isWithin(json, init.answerBytesMax)) {
    writeTextFrame(socket, frameType.result, stream, json);
    return;
  }
  send(frameType.error, stream, {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${init.answerBytesMax} bytes).`,
  });
}

function answerError(invocation: Invocation, thrown: unknown): void {
  if (invocation.over) return;
  const error = functionError(thrown);
  output.lineOf(invocation, 'ERROR', `Invoke Error \t${stringify(error)}`);
  const streamed = invocation.responding;
  streamed?.destroy();
  if (streamed?.begun === true) endStream(invocation, streamed, Buffer.from(stringify(error)));
  else if (finish(invocation)) send(frameType.error, invocation.stream, error);
}

/** The process cannot go on: nobody knows what state the function left it in. */
function fail(title: string, thrown: unknown): void {
  const error = functionError(thrown);
  output.line('ERROR', `${title} \t${stringify(error)}`);
  const running = latest?.over === false ? latest.stream : 0;
  sendLast(frameType.fatal, contexts === null ? running : output.printer.stream, error);
}

function send(type: number, stream: number, message: unknown): void {
  writeTextFrame(socket, type, stream, stringify(message));
}

/** Sends and exits; a node that reads no more closes the socket, which ends the process as well. */
function sendLast(type: number, stream: number, message: unknown): void {
  send(type, stream, message);
  socket.ref();
  socket.end(() => exit(1));
}

/** Whether a text is at most so long in UTF-8, where no character takes more than three bytes. */
function isWithin(text: string, bytesMax: number): boolean {
  return text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
