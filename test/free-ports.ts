/**
 * Ports for tests that must know them beforehand. Below the range from which the system hands out ports
 * for outgoing connections, which may take a port between the look and its use; and claimed by this
 * process until it ends, so that test files which run at a time never get the same.
 */
import { readFileSync } from 'node:fs';
import { createServer, type ListenOptions, type Server } from 'node:net';

const blockPorts = 10;
const clusterOffset = 1000;
/** Above 10080, the last of the ports that `fetch` refuses to talk to (Fetch Standard, "bad port"). */
const portMin = 10_100;

/** A port p: p to p+9, and p+1000 to p+1009, are ours, and free as far as one look can tell. */
export async function freePorts(): Promise<number> {
  const ephemeralMin = ephemeralPortMin();
  for (let tries = 0; tries < 100; tries++) {
    const blocks = Math.floor((ephemeralMin - portMin - 2 * clusterOffset) / (2 * blockPorts));
    const port = portMin + Math.floor(Math.random() * blocks) * blockPorts;
    if (!(await claim(port))) continue;
    const wanted = Array.from({ length: blockPorts }, (_, i) => [
      port + i,
      port + clusterOffset + i,
    ]);
    const free = await Promise.all(wanted.flat().map(isFree));
    if (free.every(Boolean)) return port;
  }
  throw new Error('no free ports found');
}

/** Claims both blocks of a port. */
async function claim(port: number): Promise<boolean> {
  // abstract sockets are Linux's: they end with their process and leave no file behind
  if (process.platform !== 'linux') return true;
  const first = await listening(createServer(), { path: `\0hearth-test-ports-${port}` });
  if (first === null) return false;
  const path = `\0hearth-test-ports-${port + clusterOffset}`;
  if ((await listening(createServer(), { path })) !== null) return true;
  first.close();
  return false;
}

function ephemeralPortMin(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return 32_768;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = await listening(createServer(), { port, host: '127.0.0.1' });
  if (server === null) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/** The server, once it listens; null where something else does. Keeps no process from ending. */
function listening(server: Server, where: ListenOptions): Promise<Server | null> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(where, () => resolve(server.unref()));
  });
}
