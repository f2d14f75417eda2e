/**
 * The program inside a sandbox whose function brings its own runtime: a bootstrap of `provided.al2` and
 * `provided.al2023`, or the command of a container image. It speaks with the node as every runtime does, and
 * with the function by the AWS Lambda Runtime API, for which all official clients are made.
 *
 *     node --frames over HEARTH_SOCKET-- this process --HTTP on loopback-- the function's process
 *
 * A command after `--` is run instead of a bootstrap. HEARTH_RUNTIME_API_PORT is the port to serve on, where
 * the loopback is the sandbox's own; without it, any free one. It ends when the node closes the socket, so
 * that no sandbox outlives its node.
 */
import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import {
  decodeInvoke,
  FrameReader,
  frameType,
  type Init,
  sandboxProtocolVersion,
  writeFrame,
} from '../../../wire/index.js';
import { LogOutput } from '../node/log-output.js';
import { noBootstrap, notExecutable } from './errors.js';
import {
  bootstrapCandidates,
  findProgram,
  holdOutput,
  programEnvironment,
  startProgram,
} from './program.js';
import { RuntimeApi } from './server.js';

const nodeFrameBytesMax = 16 * 1024 * 1024;

const socket = connect(process.env.HEARTH_SOCKET ?? '');
const token = process.env.HEARTH_TOKEN ?? '';
const wantedPort = Number(process.env.HEARTH_RUNTIME_API_PORT ?? 0);
delete process.env.HEARTH_SOCKET;
delete process.env.HEARTH_TOKEN;
delete process.env.HEARTH_STEM;
delete process.env.HEARTH_RUNTIME_API_PORT;

const output = new LogOutput(socket);
const api = new RuntimeApi(socket, sendLast);
const listening = api.listen(wantedPort);
// reported when the function is to be started
listening.catch(() => undefined);
const reader = new FrameReader(onFrame, nodeFrameBytesMax);
let child: ChildProcess | null = null;
let ending = false;

socket.on('connect', () => {
  const hello = JSON.stringify({ protocol: sandboxProtocolVersion, token });
  writeFrame(socket, frameType.hello, 0, Buffer.from(hello));
});
socket.on('data', (chunk) => reader.push(chunk));
socket.on('drain', () => holdOutput(child, false));
socket.on('error', end);
socket.on('close', end);

function onFrame(type: number, stream: number, payload: Uint8Array): void {
  if (type === frameType.invoke) {
    const { head, payload: event } = decodeInvoke(payload);
    output.latest = { stream, requestId: head.requestId };
    api.invoke(stream, head, event);
  } else if (type === frameType.credit) {
    api.credit(Buffer.from(payload.buffer, payload.byteOffset, 4).readUInt32BE(0));
  } else if (type === frameType.init) {
    void become(JSON.parse(Buffer.from(payload).toString()) as Init);
  }
}

async function become(init: Init): Promise<void> {
  let port: number;
  try {
    port = await listening;
  } catch (error) {
    const errorMessage = `Error: The Runtime API could not be served: ${(error as Error).message}`;
    const text = JSON.stringify({ errorType: 'Sandbox.Failure', errorMessage });
    sendLast(frameType.initError, 0, Buffer.from(text));
    return;
  }
  const program = findProgram(process.argv.slice(2), init);
  if (program === null) {
    sendLast(frameType.initError, 0, noBootstrap(bootstrapCandidates(init)));
    return;
  }
  api.open(init);
  child = startProgram(program, programEnvironment(process.env, init, port), {
    output: (chunk) => {
      output.write(chunk);
      if (socket.writableNeedDrain) holdOutput(child, true);
    },
    notStarted: (code) => sendLast(frameType.initError, 0, notExecutable(program.file, code)),
    ended: (exit) => api.ended(exit),
  });
}

/** Tells the node why there is nothing more to come, and ends. */
function sendLast(type: number, stream: number, error: Uint8Array): void {
  if (ending) return;
  ending = true;
  writeFrame(socket, type, stream, error);
  socket.end(end);
}

function end(): void {
  child?.kill('SIGKILL');
  process.exit(1);
}
