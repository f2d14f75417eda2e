/**
 * Ports for tests that must know them beforehand. Below the range from which the system hands out ports
 * for outgoing connections, which may take a port between the look and its use.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const blockPorts = 10;
const clusterOffset = 1000;
/** Above 10080, the last of the ports that `fetch` refuses to talk to (Fetch Standard, "bad port"). */
const portMin = 10_100;

/** A port p: p to p+9, and p+1000 to p+1009, are free as far as one look can tell. */
export async function freePorts(): Promise<number> {
  const ephemeralMin = ephemeralPortMin();
  for (let tries = 0; tries < 100; tries++) {
    const blocks = Math.floor((ephemeralMin - portMin - 2 * clusterOffset) / (2 * blockPorts));
    const port = portMin + Math.floor(Math.random() * blocks) * blockPorts;
    const wanted = Array.from({ length: blockPorts }, (_, i) => [
      port + i,
      port + clusterOffset + i,
    ]);
    const free = await Promise.all(wanted.flat().map(isFree));
    if (free.every(Boolean)) return port;
  }
  throw new Error('no free ports found');
}

function ephemeralPortMin(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return 32_768;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
