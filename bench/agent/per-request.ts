/**
 * What an invocation costs the process of a sandbox, one at a time and without a node around it: the CPU time of the
 * Node.js runtime, beside that of a plain echo over the same socket. While its code is new, and once it is compiled.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimeCommand } from '../../src/agent/runtimes.js';
import { encodeInvokeHead, FrameReader, frameType, writeFrame } from '../../src/wire/index.js';
import {
  alternately,
  type Line,
  lineOf,
  type Place,
  ratios,
  startChild,
  withPlace,
} from '../harness/index.js';
import { callOf } from './sandboxes.js';

interface Runtime {
  /** Invokes it so often, one after the other, and gives the CPU microseconds of one. */
  run(invocations: number): Promise<number>;
  stop(): Promise<void>;
}

const portBase = 27_000;
const memoryMb = 128;
const frameBytesMax = 1024 * 1024;
const newInvocations = 1000;
const warmInvocations = 20_000;
const roundInvocations = 5000;
const payload = Buffer.from('{"hello":"world"}');
const echo = 'exports.handler = async (event) => event;\n';
const init = {
  functionName: 'echo',
  functionVersion: '$LATEST',
  handler: 'index.handler',
  memoryMb,
  concurrency: 1,
  answerBytesMax: frameBytesMax,
  streamWindowBytes: frameBytesMax,
  layersRoot: null,
  logGroup: '',
  logStream: '',
  environment: {},
};

let sockets = 0;

export function measurePerRequest(rounds: number): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    writeFileSync(join(place.directory, 'index.js'), echo);
    const { command, args } = await runtimeCommand('nodejs20.x', memoryMb);
    const plain = fileURLToPath(new URL('plain-runtime.js', import.meta.url));
    const commands = { runtime: [command, ...args], plain: [process.execPath, plain] } as const;
    const names = ['runtime', 'plain'] as const;
    const asNew = await alternately(names, { warmUps: 1, rounds }, async (name) => {
      const { run, stop } = await start(place, commands[name]);
      const us = await run(newInvocations);
      await stop();
      return us;
    });
    const started = {
      runtime: await start(place, commands.runtime),
      plain: await start(place, commands.plain),
    };
    for (const name of names) await started[name].run(warmInvocations);
    const warm = await alternately(names, { warmUps: 1, rounds }, (name) => {
      return started[name].run(roundInvocations);
    });
    return [
      lineOf(`CPU of each of a runtime's first ${newInvocations} invocations`, 'us', asNew.runtime),
      lineOf('... beside a plain echo', 'x', ratios(asNew.runtime, asNew.plain)),
      lineOf('CPU of an invocation once all is compiled', 'us', warm.runtime),
      lineOf('... beside a plain echo', 'x', ratios(warm.runtime, warm.plain)),
    ];
  });
}

async function start(place: Place, [program = '', ...args]: readonly string[]): Promise<Runtime> {
  const path = join(place.directory, `s${++sockets}`);
  const server = createServer().listen(path);
  await once(server, 'listening');
  const env = { TMPDIR: place.directory, HEARTH_SOCKET: path, HEARTH_TOKEN: 'token' };
  const { pid, stop } = await startChild(place, program, args, { env });
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  let answered: (type: number) => void = () => undefined;
  let failed: (error: Error) => void = () => undefined;
  const reader = new FrameReader((type) => answered(type), frameBytesMax);
  socket.on('data', (chunk) => reader.push(chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => failed(new Error('a runtime has ended')));
  /** Takes `count` frames, all of this type, and acts before each. */
  const take = (expected: number, count: number, act: (left: number) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      let left = count;
      failed = reject;
      answered = (type) => {
        if (type !== expected) reject(new Error(`a frame of type ${type} instead of ${expected}`));
        else if (--left === 0) resolve();
        else act(left);
      };
      act(left);
    });
  await take(frameType.hello, 1, () => undefined);
  const json = Buffer.from(JSON.stringify({ ...init, taskRoot: place.directory }));
  await take(frameType.ready, 1, () => writeFrame(socket, frameType.init, 0, json));
  const run = async (invocations: number): Promise<number> => {
    const beforeNs = cpuNs(pid);
    await take(frameType.result, invocations, (left) => {
      writeFrame(socket, frameType.invoke, left, encodeInvokeHead(callOf(payload)), payload);
    });
    return (cpuNs(pid) - beforeNs) / invocations / 1000;
  };
  return { run, stop };
}

/** Of all threads so far; finer than the ticks of /proc/PID/stat. */
function cpuNs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) =>
      Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
    )
    .reduce((sum, ns) => sum + ns, 0);
}
