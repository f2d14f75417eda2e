/**
 * The network of sandboxes that asked for one: a bridge of Hearth's own, which all nodes on a host share. The
 * daemon lets its sandboxes out and nothing in; the bridge keeps them apart; and two rules of the firewall keep
 * them from the host itself, which a bridge alone would offer them, and from link-local addresses, where
 * clouds keep a machine's credentials. Names are resolved by the daemon, inside.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SingleFlight } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import { type DockerDaemon, DockerRefusal } from './daemon.js';

/** Runs `iptables` in the daemon's network namespace. Rejects where it exits with an error. */
export type Firewall = (args: readonly string[]) => Promise<unknown>;

export const outboundNetwork = 'hearth-outbound';
const bridge = 'hearth0';
/** Where nobody else's rules come first. */
const chain = ['PREROUTING', '-i', bridge];
const rules: readonly (readonly string[])[] = [
  [...chain, '-m', 'addrtype', '--dst-type', 'LOCAL', '-j', 'DROP'],
  [...chain, '-d', '169.254.0.0/16', '-j', 'DROP'],
];
const table = ['-w', '-t', 'mangle'];
const firewallTimeoutMs = 10_000;
/** Where programs of the superuser are, if PATH does not say so. */
const sbin = '/usr/sbin:/sbin';

export class OutboundNetwork {
  readonly #making = new SingleFlight<void>();
  #isMade = false;

  constructor(
    private readonly daemon: DockerDaemon,
    private readonly firewall: Firewall = iptables,
  ) {}

  /** Makes what is missing. Rejects with `sandbox-unavailable` where the host would not be safe. */
  async ensure(): Promise<void> {
    if (!this.#isMade) await this.#making.run('', () => this.#make());
  }

  /** Somebody has removed it. */
  forget(): void {
    this.#isMade = false;
  }

  /** Where no other node's sandboxes are on it. Never rejects. */
  async remove(): Promise<void> {
    if (!this.#isMade) return;
    this.#isMade = false;
    try {
      await this.daemon.call('remove a network', (docker) =>
        docker.getNetwork(outboundNetwork).remove(),
      );
      for (const rule of rules) await this.firewall([...table, '-D', ...rule]);
    } catch {
      // in use, or the daemon is away: it does no harm
    }
  }

  async #make(): Promise<void> {
    // the rules first: they may well be there before what they are about
    for (const rule of rules) await this.#keepRule(rule);
    try {
      await this.daemon.call('inspect a network', (docker) =>
        docker.getNetwork(outboundNetwork).inspect(),
      );
    } catch (error) {
      if (!(error instanceof DockerRefusal) || error.statusCode !== 404) throw error;
      await this.#create();
    }
    this.#isMade = true;
  }

  async #keepRule(rule: readonly string[]): Promise<void> {
    try {
      await this.firewall([...table, '-C', ...rule]);
      return;
    } catch {
      // not there yet
    }
    await this.firewall([...table, '-I', ...rule]).catch((error: Error) => {
      throw new HearthError(
        'sandbox-unavailable',
        `A function with outbound network needs the firewall of this node, which cannot be set (${firstLine(error.message)}); ` +
          'run the node as root with iptables installed, or set the network of the function to none.',
      );
    });
  }

  async #create(): Promise<void> {
    try {
      await this.daemon.call('create a network', (docker, abortSignal) =>
        docker.createNetwork({
          Name: outboundNetwork,
          Driver: 'bridge',
          CheckDuplicate: true,
          Options: {
            'com.docker.network.bridge.name': bridge,
            'com.docker.network.bridge.enable_icc': 'false',
          },
          abortSignal,
        }),
      );
    } catch (error) {
      // another node of this host was quicker
      const isThere = error instanceof DockerRefusal && error.statusCode === 409;
      if (!isThere) throw error;
    }
  }
}

function iptables(args: readonly string[]): Promise<unknown> {
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:${sbin}` };
  return promisify(execFile)('iptables', args, { timeout: firewallTimeoutMs, env });
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
