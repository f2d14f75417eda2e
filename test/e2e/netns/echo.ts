/** Measures the network itself: datagrams from one namespace to another and back, late or lost. */
import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Network } from './network.js';

export interface Echoes {
  readonly lost: number;
  /** The shortest and the longest round trip; infinite where nothing came back. */
  readonly minMs: number;
  readonly maxMs: number;
  /** How many came back after one that was sent later. */
  readonly overtaken: number;
}

const program = fileURLToPath(import.meta.url);
const port = 7777;
const spacingMs = 2;
const patienceMs = 400;

/** Sends `count` datagrams from node `from` to node `to`, which returns them. */
export async function exchangeDatagrams(
  network: Network,
  from: number,
  to: number,
  count: number,
): Promise<Echoes> {
  const inside = (i: number, ...args: string[]): [string, string[]] => {
    const [command = '', ...enter] = network.enter(i);
    return [command, [...enter, process.execPath, program, ...args]];
  };
  const server = spawn(...inside(to, 'serve'), { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(server.stdout, 'data');
    const asked = await promisify(execFile)(
      ...inside(from, 'ask', network.address(to), String(count)),
    );
    const { minMs, maxMs, ...counts } = JSON.parse(asked.stdout);
    const never = Number.POSITIVE_INFINITY;
    return { ...counts, minMs: minMs ?? never, maxMs: maxMs ?? never };
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
}

function serve(): void {
  const socket = createSocket('udp4');
  socket.on('message', (datagram, { address, port: back }) => socket.send(datagram, back, address));
  socket.bind(port, () => console.log('ready'));
}

async function ask(address: string, count: number): Promise<void> {
  const socket = createSocket('udp4');
  const roundTripsMs: number[] = [];
  let [newestMs, overtaken] = [0, 0];
  socket.on('message', (datagram) => {
    const sentMs = Number(datagram.toString());
    roundTripsMs.push(performance.now() - sentMs);
    if (sentMs < newestMs) overtaken++;
    newestMs = Math.max(newestMs, sentMs);
  });
  for (let sent = 0; sent < count; sent++) {
    socket.send(String(performance.now()), port, address);
    await delay(spacingMs);
  }
  await delay(patienceMs);
  socket.close();
  const echoes: Echoes = {
    lost: count - roundTripsMs.length,
    minMs: Math.min(...roundTripsMs),
    maxMs: Math.max(...roundTripsMs),
    overtaken,
  };
  console.log(JSON.stringify(echoes));
}

if (process.argv[1] === program) {
  if (process.argv[2] === 'serve') serve();
  else await ask(process.argv[3] ?? '', Number(process.argv[4]));
}
