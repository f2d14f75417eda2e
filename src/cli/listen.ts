/** `listen` as a promise: the address in use, or one sentence why not. */
import type { Server } from 'node:net';
import { formatHostPort, type HostPort } from '../types/index.js';
import { asFailure, CommandFailure, systemCode } from './failure.js';

/** Throws a failure that names the address where it is in use or not permitted. */
export function listen(server: Server, address: HostPort): Promise<HostPort> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(listenFailure(error, address));
    server.once('error', onError);
    server.listen({ ...address, exclusive: true }, () => {
      server.off('error', onError);
      const used = server.address();
      resolve(
        typeof used === 'object' && used !== null ? { ...address, port: used.port } : address,
      );
    });
  });
}

function listenFailure(error: Error, address: HostPort): CommandFailure {
  if (systemCode(error) === 'EADDRINUSE') {
    return new CommandFailure(`address ${formatHostPort(address)} is already in use`);
  }
  return asFailure(error, `cannot listen on ${formatHostPort(address)}`);
}
