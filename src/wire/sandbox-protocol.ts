/**
 * What a node and a sandbox say to each other over the sandbox's Unix socket, in frames.
 *
 *     sandbox                         node
 *       hello {protocol, token}  ->          the runtime has booted (a stem cell, in effect)
 *                                <-   init   which function this sandbox becomes
 *       ready | initError        ->          the handler is loaded, or why not
 *                                <-   invoke stream n
 *       log*, result | error     ->          stream n; one invocation at a time, or as many as `init` says
 *       begin, (log | chunk)*, end ->        the same as a stream of bytes
 *                                <-   credit stream n: so much more may be sent
 *       log*, fatal              ->          as error, and the process is about to end; stream 0 where nobody
 *                                            knows which invocation it was
 *
 * A zygote, which is told so in `init`, is invoked to fork: the payload is a CopyOrder, the result a CopyBegun. The
 * copy says hello on a connection of its own.
 *
 *       copyEnded                ->          a copy's process has ended; at any time
 *
 * `src/agent/runtimes/python/bootstrap.py` speaks the same; the numbers here are the contract.
 */

export const sandboxProtocolVersion = 2;

/** One `chunk` frame. */
export const streamChunkBytesMax = 64 * 1024;

export const frameType = {
  hello: 1,
  init: 2,
  ready: 3,
  initError: 4,
  invoke: 5,
  result: 6,
  error: 7,
  log: 8,
  fatal: 9,
  /** The answer is a stream; the payload is its content type, UTF-8. */
  begin: 10,
  /** A piece of it, at least one byte, at most `streamChunkBytesMax`. */
  chunk: 11,
  /** It is whole; or, with JSON of a FunctionError as payload, it breaks off here. */
  end: 12,
  /** From the node: u32, bytes that may be sent beyond those allowed before. At first it is `streamWindowBytes`. */
  credit: 13,
  /** JSON of a CopyEnded. */
  copyEnded: 20,
} as const;

/** JSON of a `hello` frame. The token proves that the peer is the process that the node started. */
export interface Hello {
  readonly protocol: number;
  readonly token: string;
}

/** Whether a `hello` frame is of this protocol and carries the token. */
export function isHello(payload: Uint8Array, token: string): boolean {
  try {
    const hello = JSON.parse(Buffer.from(payload).toString()) as Partial<Hello> | null;
    return hello?.protocol === sandboxProtocolVersion && hello.token === token;
  } catch {
    return false;
  }
}

/** JSON of an `init` frame. */
export interface Init {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
  /** Directory of the unpacked code: working directory and root of the module search. */
  readonly taskRoot: string;
  readonly memoryMb: number;
  /** How many invocations the node may have under way at the same time. */
  readonly concurrency: number;
  /** A longer answer is the error Function.ResponseSizeTooLarge instead. */
  readonly answerBytesMax: number;
  /** How far a streamed answer may be ahead of the node's credit. */
  readonly streamWindowBytes: number;
  /** Directory of the merged layers, null where there are none. */
  readonly layersRoot: string | null;
  readonly logGroup: string;
  readonly logStream: string;
  /** Set in the process before the handler is loaded, over what the runtime booted with. */
  readonly environment: Readonly<Record<string, string>>;
  /** It loads the handler to be copied, and gets no invocation but such that ask for a copy. */
  readonly zygote?: true;
}

/** What a zygote is asked: the copy is to say hello there, with this token. */
export interface CopyOrder {
  readonly socket: string;
  readonly token: string;
  /** Made by the copy, for its temporary files alone; removed by the zygote when the copy has ended. */
  readonly temporary: string;
}

/** Process numbers are as the zygote sees them. */
export interface CopyBegun {
  readonly pid: number;
}

/** One of the two is null. */
export interface CopyEnded {
  readonly pid: number;
  readonly code: number | null;
  /** The signal's number. */
  readonly signal: number | null;
}

/** JSON of an `error`, `fatal` or `initError` frame: the function error in the shape of the runtime. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  /** Node.js says `trace`, Python says `stackTrace`, as on AWS. */
  readonly trace?: readonly string[];
  readonly stackTrace?: readonly string[];
}

/** In an `invoke` frame, behind the deadline. */
const headTextsAt = 8;

export interface InvokeHead {
  /** When the function times out, wall-clock milliseconds since 1970. */
  readonly deadlineWallMs: number;
  readonly requestId: string;
  readonly functionArn: string;
  readonly traceId: string;
  readonly clientContext: string;
}

/**
 * The head of an `invoke` frame, before the payload: f64 deadline, then four strings (request id, ARN,
 * trace id, client context), each u16 byte length and UTF-8.
 */
export function encodeInvokeHead(head: InvokeHead): Buffer {
  const texts = [head.requestId, head.functionArn, head.traceId, head.clientContext];
  let length = 8;
  for (const text of texts) length += 2 + Buffer.byteLength(text);
  const buffer = Buffer.allocUnsafe(length);
  buffer.writeDoubleBE(head.deadlineWallMs, 0);
  let at = 8;
  for (const text of texts) {
    const written = buffer.write(text, at + 2);
    buffer.writeUInt16BE(written, at);
    at += 2 + written;
  }
  return buffer;
}

/** The inverse of encodeInvokeHead; what follows the head is the payload. */
export function decodeInvoke(frame: Uint8Array): { head: InvokeHead; payload: Buffer } {
  const buffer =
    frame instanceof Buffer ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const requestIdEnd = textEnd(buffer, headTextsAt);
  const functionArnEnd = textEnd(buffer, requestIdEnd);
  const traceIdEnd = textEnd(buffer, functionArnEnd);
  const end = textEnd(buffer, traceIdEnd);
  // at once, where each byte is a character: a call out of JavaScript for each text costs more than all else here
  const all = buffer.toString('utf8', headTextsAt, end);
  const isPlain = all.length === end - headTextsAt;
  const text = (from: number, to: number): string => {
    return isPlain
      ? all.slice(from + 2 - headTextsAt, to - headTextsAt)
      : buffer.toString('utf8', from + 2, to);
  };
  const head: InvokeHead = {
    deadlineWallMs: buffer.readDoubleBE(0),
    requestId: text(headTextsAt, requestIdEnd),
    functionArn: text(requestIdEnd, functionArnEnd),
    traceId: text(functionArnEnd, traceIdEnd),
    clientContext: text(traceIdEnd, end),
  };
  return { head, payload: buffer.subarray(end) };
}

/** Where the text ends whose length stands at `at`. */
function textEnd(buffer: Buffer, at: number): number {
  return at + 2 + (((buffer[at] as number) << 8) | (buffer[at + 1] as number));
}
