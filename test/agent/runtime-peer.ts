/** The node's end of a sandbox's socket, held by a test: it starts a real runtime and speaks frames with it. */
import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findPython } from '../../src/agent/runtimes.js';
import {
  encodeInvokeHead,
  FrameReader,
  type FunctionError,
  frameType,
  type Init,
  type InvokeHead,
  writeFrame,
} from '../../src/wire/index.js';
import { temporaryDirectory } from './fixture.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const nodeRuntime = resolve(here, '../../src/agent/runtimes/node/bootstrap.js');
const customRuntime = resolve(here, '../../src/agent/runtimes/custom/bootstrap.js');
const pythonRuntime = resolve(here, '../../../src/agent/runtimes/python/bootstrap.py');

export const runtimeCommands = {
  node: [process.execPath, nodeRuntime],
  custom: [process.execPath, customRuntime],
} as const;

export async function pythonCommand(): Promise<readonly string[]> {
  const python = await findPython();
  assert(python !== null, 'the tests need python3');
  return [python, '-I', '-S', '-B', '-X', 'utf8', pythonRuntime];
}

export interface Frame {
  readonly type: number;
  readonly stream: number;
  readonly payload: Buffer;
}

const frameNames = Object.entries(frameType).map(([name, type]) => [type, name] as const);

export function nameOf(type: number): string {
  return frameNames.find(([number]) => number === type)?.[1] ?? String(type);
}

export class RuntimePeer {
  /** What the runtime has printed so far, and in which stream. */
  readonly logs: { stream: number; text: string }[] = [];
  /** Beside the log lines. */
  readonly #frames: Frame[] = [];
  #waiting: { resolve: (frame: Frame) => void; reject: (error: Error) => void }[] = [];
  #watching: (() => void)[] = [];
  #closed = false;
  #stream = 0;
  exited: Promise<[number | null, string | null]>;

  private constructor(
    readonly child: ChildProcess,
    readonly socket: Socket,
  ) {
    this.exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    const reader = new FrameReader(
      (type, stream, payload) => this.#onFrame({ type, stream, payload: Buffer.from(payload) }),
      16 * 1024 * 1024,
    );
    socket.on('data', (chunk) => reader.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed = true;
      for (const { reject } of this.#waiting.splice(0)) reject(this.#gone());
    });
  }

  /** Starts a runtime and sends it its function. */
  static async start(
    t: TestContext,
    command: readonly string[],
    taskRoot: string,
    changes: Partial<Init> = {},
    environment: Readonly<Record<string, string>> = {},
  ): Promise<RuntimePeer> {
    const directory = temporaryDirectory(t);
    const path = join(directory, 's');
    const server = createServer();
    server.listen(path);
    await once(server, 'listening');
    const [program = '', ...args] = command;
    // a group of its own, with all that it starts
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        TMPDIR: directory,
        HEARTH_SOCKET: path,
        HEARTH_TOKEN: 'secret',
        ...environment,
      },
    });
    t.after(() => killGroup(child));
    const [socket] = (await once(server, 'connection')) as [Socket];
    t.after(() => socket.destroy());
    server.close();
    const peer = new RuntimePeer(child, socket);
    const hello = await peer.frame('hello');
    assert.deepEqual(JSON.parse(hello.payload.toString()), { protocol: 2, token: 'secret' });
    peer.send('init', 0, JSON.stringify({ ...plainInit(taskRoot), ...changes }));
    return peer;
  }

  send(type: keyof typeof frameType, stream: number, ...payload: (Uint8Array | string)[]): void {
    const parts = payload.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
    writeFrame(this.socket, frameType[type], stream, ...parts);
  }

  /** Sends an invocation and gives its stream. */
  invoke(event: Uint8Array | string = '{}', head: Partial<InvokeHead> = {}): number {
    const stream = ++this.#stream;
    this.send('invoke', stream, encodeInvokeHead({ ...plainHead(stream), ...head }), event);
    return stream;
  }

  credit(stream: number, bytes: number): void {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(bytes);
    this.send('credit', stream, payload);
  }

  /** The next frame that is no log line, which must be of this type. */
  async frame(type: keyof typeof frameType): Promise<Frame> {
    const frame = await this.next();
    assert.equal(nameOf(frame.type), type, frame.payload.subarray(0, 500).toString());
    return frame;
  }

  /** The error object in the next frame, which must be of this type. */
  async error(type: 'error' | 'fatal' | 'initError' | 'end'): Promise<FunctionError> {
    return JSON.parse((await this.frame(type)).payload.toString()) as FunctionError;
  }

  next(): Promise<Frame> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    if (this.#closed) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Frames that have arrived and nobody asked for. */
  get unread(): readonly Frame[] {
    return this.#frames;
  }

  logText(stream?: number): string {
    return this.logs
      .filter((log) => stream === undefined || log.stream === stream)
      .map((log) => log.text)
      .join('');
  }

  /** Resolves when what the runtime has printed, all of it, matches. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.logText());
      if (match !== null) return match;
      await new Promise<void>((resolve) => this.#watching.push(resolve));
    }
  }

  #onFrame(frame: Frame): void {
    if (frame.type === frameType.log) {
      this.logs.push({ stream: frame.stream, text: frame.payload.toString() });
      for (const look of this.#watching.splice(0)) look();
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#frames.push(frame);
    else waiting.resolve(frame);
  }

  #gone(): Error {
    return new Error(`the runtime has closed its socket; it printed: ${this.logText()}`);
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

export function plainHead(stream: number): InvokeHead {
  return {
    deadlineWallMs: Date.now() + 30_000,
    requestId: idOf(stream),
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:little',
    traceId: 'Root=1-2-3',
    clientContext: '',
  };
}

/** The request id of the peer's invocation with this stream. */
export function idOf(stream: number): string {
  return `00000000-0000-4000-8000-${String(stream).padStart(12, '0')}`;
}

function plainInit(taskRoot: string): Init {
  return {
    functionName: 'little',
    functionVersion: '$LATEST',
    handler: 'index.handler',
    taskRoot,
    memoryMb: 128,
    concurrency: 1,
    answerBytesMax: 6 * 1024 * 1024 + 100,
    streamWindowBytes: 256 * 1024,
    layersRoot: null,
    logGroup: '/aws/lambda/little',
    logStream: 'stream',
    environment: { LAMBDA_TASK_ROOT: taskRoot, _HANDLER: 'index.handler' },
  };
}
