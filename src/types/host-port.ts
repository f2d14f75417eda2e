/** `HOST:PORT` as the command line and the member list write it; IPv6 hosts in brackets. */
import { BlockList, isIP } from 'node:net';
import { HearthError } from './errors.js';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Parses `HOST:PORT`; `what` names the option in the error. Throws `invalid-parameter`. */
export function parseHostPort(text: string, what: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new HearthError(
      'invalid-parameter',
      `${what} is '${text}', which is not HOST:PORT; write for example 127.0.0.1:8081.`,
    );
  }
  return { host, port };
}

export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const everywhere = new BlockList();
everywhere.addAddress('0.0.0.0', 'ipv4');
everywhere.addAddress('::', 'ipv6');

/** True for the addresses that stand for all of a machine's: to listen on, never to dial. */
export function isWildcard(host: string): boolean {
  const family = isIP(host);
  return family !== 0 && everywhere.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** True for an address that other machines cannot reach. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === 'localhost';
  return loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
