/**
 * A way out for a sandbox that asked for one: a network namespace of its own, whose packets a process of
 * its own (slirp4netns) turns into connections of the host. Nothing comes in. Of the host itself nothing is to be
 * reached: not its loopback, which slirp4netns refuses, and not its other addresses, to which the
 * namespace has no route, nor the link-local ones, where clouds keep a machine's credentials. The function
 * lacks the capability to change that.
 *
 *     unshare --user --net   the sandbox's user becomes root of both, waits at a gate
 *       slirp4netns            comes in meanwhile
 *     bwrap                  goes on, in namespaces within, as nobody
 */
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { HearthError } from '../../types/index.js';
import { findProgram } from './tools.js';

export interface OutboundTools {
  readonly slirp4netns: string;
  readonly unshare: string;
  readonly ip: string;
}

/** slirp4netns's own: its gateway and its name server have to stay. */
const slirpNetwork = /^10\.0\.2\.[0-3]$/;
const linkLocal = '169.254.0.0/16';
/** Refuses the ways that are not to be had, knocks, and waits until somebody has opened. */
const gate =
  'ip=$1 fd=$2 routes=$3; shift 3; printf "$routes" | "$ip" -batch - || exit 125; ' +
  'eval "echo >&$fd; read -r _ <&$fd; exec $fd>&-"; exec "$@"';

/** Throws `invalid-parameter` that names what to install. `find` gives the path of a program, or null. */
export async function findOutboundTools(find = findProgram): Promise<OutboundTools> {
  const [slirp4netns, unshare, ip] = await Promise.all(['slirp4netns', 'unshare', 'ip'].map(find));
  if (slirp4netns && unshare && ip) return { slirp4netns, unshare, ip };
  const lacking = slirp4netns ? (unshare ? 'iproute2' : 'util-linux') : 'slirp4netns';
  throw new HearthError(
    'invalid-parameter',
    `A function with outbound network needs the package ${lacking}, and this node does not have it; ` +
      'install it, or set the network of the function to none.',
  );
}

/** Put before bubblewrap, which then keeps the network that it finds. `descriptor` is that of the gate. */
export function outboundPrefix(tools: OutboundTools, descriptor: number): string[] {
  const routes = refusedAddresses().map((address) => `route add prohibit ${address}\\n`);
  const shell = ['/bin/sh', '-c', gate, 'sh', tools.ip, String(descriptor), routes.join('')];
  return [tools.unshare, '--user', '--map-root-user', '--net', '--', ...shell];
}

/** For a sandbox that waits at the gate. It finds `3` as the end of its life and `4` to say that it is there. */
export function slirpCommand(tools: OutboundTools, pid: number, isRoot: boolean): string[] {
  const target = isRoot ? ['--netns-type=path', `/proc/${pid}/ns/net`] : [String(pid)];
  return [
    tools.slirp4netns,
    ...['--configure', '--mtu=65520', '--disable-host-loopback'],
    ...['--enable-sandbox', '--enable-seccomp', '--exit-fd=3', '--ready-fd=4'],
    ...target,
    'tap0',
  ];
}

/** Resolves when the other end has said something; rejects where it ends instead. */
export async function heard(pipe: Duplex, otherwise: () => string): Promise<void> {
  const ended = once(pipe, 'close').then(() => null);
  const said = await Promise.race([once(pipe, 'data'), ended]);
  if (said === null) throw new Error(otherwise());
}

function refusedAddresses(): string[] {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
    .filter((address) => !slirpNetwork.test(address) && !address.startsWith('169.254.'));
  return [...new Set(own), linkLocal];
}
