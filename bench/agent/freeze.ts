/**
 * What thawing and freezing costs beside `docker unpause` and `docker pause`, of the same container in turns:
 * the writes, as the agent does them, and until a program in it has answered over its socket.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  findGroupHome,
  groupOfContainer,
  Lane,
  type SandboxGroup,
} from '../../src/agent/cgroup/index.js';
import { DockerDriver } from '../../src/agent/index.js';
import { systemClock, systemRandom } from '../../src/lib/index.js';
import { type DockerDaemonProcess, startDockerDaemon } from '../harness/docker-daemon.js';
import { type Line, lineOf } from '../harness/report.js';
import { deps, openBench } from './sandboxes.js';

const noLimits = {
  memoryBytes: null,
  cpuCores: null,
  cpuWeight: 100,
  pidsMax: null,
  ioBytesPerS: null,
};
const movers = 10;
/** Long enough for the kernel to stop all of it. */
const settleMs = 2;
/** Says `x` to whoever says anything. */
const answering = `
const socket = require('node:net').connect(process.argv[1]);
socket.on('data', () => socket.write('x'));
`;
/** Moves itself into a group and back, as new sandboxes do. */
const moving = `
const { openSync, writeSync } = require('node:fs');
const [into, back] = process.argv.slice(1).map((file) => openSync(file, 'w'));
setInterval(() => { writeSync(into, '0'); writeSync(back, '0'); }, 100 + Math.random() * 20);
`;

interface Times {
  readonly freezeUs: number[];
  readonly thawUs: number[];
}

export async function measureFreeze(rounds: number): Promise<Line[]> {
  const lines = [...(await ofOwnGroups(rounds)), ...(await besideDocker(Math.ceil(rounds / 20)))];
  return lines;
}

/** A node process in groups of the agent's, which is asked over a socket. */
async function ofOwnGroups(rounds: number): Promise<Line[]> {
  const clock = systemClock;
  const home = await findGroupHome(`hearth-${process.pid}`, { dataDirectory: tmpdir() }, { clock });
  if (home === null || !home.freezes) {
    console.error('nothing can be frozen here: no control groups that this process may use');
    return [];
  }
  const directory = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  try {
    const group = await home.create('1', noLimits);
    const asked = await startAnswering(group, join(directory, 's'));
    const alone = await timesOf(group, rounds);
    const answerUs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      group.freeze();
      await delay(settleMs);
      const startMs = clock.nowMs();
      group.thaw();
      await ask(asked);
      answerUs.push((clock.nowMs() - startMs) * 1000);
    }
    const warmUs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await delay(settleMs);
      const startMs = clock.nowMs();
      await ask(asked);
      warmUs.push((clock.nowMs() - startMs) * 1000);
    }
    const other = await home.create('2', noLimits);
    const crowd = other.procsFiles.at(-1) ?? '';
    const back = join(crowd, '..', '..', '..', 'cgroup.procs');
    const children = Array.from({ length: movers }, () =>
      spawn(process.execPath, ['-e', moving, crowd, back], { stdio: 'ignore' }),
    );
    await delay(1000);
    const busy = await timesOf(group, rounds);
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => once(child, 'exit')));
    return [
      lineOf('write that freezes', 'us', alone.freezeUs),
      lineOf('write that thaws', 'us', alone.thawUs),
      lineOf('answer of a process that is thawed for it', 'us', answerUs),
      lineOf('answer of the same process, not frozen before', 'us', warmUs),
      lineOf(`write that freezes, ${movers} others changing groups`, 'us', busy.freezeUs),
      lineOf(`write that thaws, ${movers} others changing groups`, 'us', busy.thawUs),
    ];
  } finally {
    await home.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function besideDocker(rounds: number): Promise<Line[]> {
  const daemon = await startDockerDaemon();
  if (daemon === null) {
    console.error('not measured beside docker: no dockerd, or not root');
    return [];
  }
  try {
    return await besideDaemon(daemon, rounds);
  } finally {
    await daemon.remove();
  }
}

async function besideDaemon(daemon: DockerDaemonProcess, rounds: number): Promise<Line[]> {
  const bench = await openBench(0);
  const { socketPath } = daemon;
  const manifestPath = join(bench.data, 'docker.json');
  const driver = new DockerDriver(
    { ...deps, random: systemRandom() },
    { manifestPath, socketPath, lingerMs: 0 },
  );
  await driver.start();
  try {
    await driver.create(bench.spec);
    const id = daemon.docker('ps', '-q', '--no-trunc');
    const pid = Number(daemon.docker('inspect', '-f', '{{.State.Pid}}', id));
    const group = await groupOfContainer(id, pid, { clock: systemClock, lane: new Lane() });
    if (group === null) throw new Error(`no control groups of the container ${id}`);
    const [agentMs, commandMs, apiMs]: [number[], number[], number[]] = [[], [], []];
    const args = (verb: string): string[] => ['-H', `unix://${socketPath}`, verb, id];
    for (let round = 0; round < rounds; round++) {
      // one after the other, so that whatever else happens happens to all
      const { freezeUs, thawUs } = await timesOf(group, 20);
      agentMs.push(...freezeUs.map((us, at) => (us + (thawUs[at] ?? 0)) / 1000));
      commandMs.push(
        (await timed(() => void execFileSync('docker', args('pause'), { stdio: 'ignore' }))) +
          (await timed(() => void execFileSync('docker', args('unpause'), { stdio: 'ignore' }))),
      );
      const paused = await timed(() => post(socketPath, `/containers/${id}/pause`));
      apiMs.push(paused + (await timed(() => post(socketPath, `/containers/${id}/unpause`))));
    }
    const median = (values: readonly number[]): number => lineOf('', '', values).median;
    const ratios = (values: readonly number[]): number[] =>
      values.map((value) => value / median(agentMs));
    return [
      lineOf('thaw + freeze of a container by the agent', 'ms', agentMs, ['<=', 0.3]),
      lineOf('docker unpause + docker pause of it', 'ms', commandMs),
      lineOf('... times as long', '', ratios(commandMs), ['>=', 50]),
      lineOf('the same asked of the daemon without the command', 'ms', apiMs),
      lineOf('... times as long', '', ratios(apiMs)),
    ];
  } finally {
    await driver.stop();
    await bench.close();
  }
}

/** Each write by itself, with time for the kernel to do as it was told. */
async function timesOf(group: SandboxGroup, rounds: number): Promise<Times> {
  const times: Times = { freezeUs: [], thawUs: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [values, write] of [
      [times.freezeUs, () => group.freeze()],
      [times.thawUs, () => group.thaw()],
    ] as const) {
      values.push((await timed(write)) * 1000);
      await delay(settleMs);
    }
  }
  return times;
}

async function timed(act: () => void | Promise<void>): Promise<number> {
  const startMs = systemClock.nowMs();
  const acting = act();
  if (acting !== undefined) await acting;
  return systemClock.nowMs() - startMs;
}

/** A bare program within the group, connected. */
async function startAnswering(group: SandboxGroup, path: string): Promise<Socket> {
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  const joining = 'while [ "$1" != -- ]; do echo 0 >"$1"; shift; done; shift; exec "$@"';
  const program = [process.execPath, '-e', answering, path];
  spawn('/bin/sh', ['-c', joining, 'sh', ...group.procsFiles, '--', ...program], {
    stdio: 'ignore',
  });
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  socket.on('error', () => undefined);
  return socket;
}

async function ask(socket: Socket): Promise<void> {
  socket.write('?');
  await once(socket, 'data');
}

function post(socketPath: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const createOne = () => createConnection(socketPath);
    const options = {
      createConnection: createOne,
      method: 'POST',
      path,
      headers: { host: 'docker' },
    };
    const asking = request(options, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 204 ? resolve() : reject(new Error(`${path}: ${answer.statusCode}`)),
      );
    });
    asking.on('error', reject);
    asking.end();
  });
}
