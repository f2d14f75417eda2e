/**
 * Looks whether every port of a cluster-to-be is free before anything is started, so that a busy one is
 * one clear sentence and not a half-started cluster.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { asFailure, CommandFailure, systemCode } from './failure.js';

export interface NeededPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Who is to use it, such as `HTTP of node 1`. */
  readonly use: string;
}

/** Throws a failure that names the first port that cannot be had on `host`. */
export async function checkPorts(host: string, needed: readonly NeededPort[]): Promise<void> {
  for (const { port, protocol, use } of needed) {
    try {
      await (protocol === 'tcp' ? tryTcp(host, port) : tryUdp(host, port));
    } catch (thrown) {
      const where = `port ${port} (${use})`;
      if (systemCode(thrown) === 'EADDRINUSE') {
        throw new CommandFailure(
          `${where} is already in use; end what uses it or choose another --http.`,
        );
      }
      if (systemCode(thrown) === 'EACCES') {
        throw new CommandFailure(
          `${where} needs more privileges; choose an --http of 1024 or more.`,
        );
      }
      throw asFailure(thrown, `${where} cannot be used`);
    }
  }
}

function tryTcp(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

function tryUdp(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve()));
  });
}
