/**
 * `host:port` to a numeric IP: node:dgram would look a host name up for every packet. A name is looked
 * up once and remembered; a failed lookup is forgotten so that the next packet tries again.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type HostPort, parseHostPort } from '../types/index.js';

export class AddressBook {
  readonly #numeric = new Map<string, HostPort>();
  readonly #pending = new Set<string>();

  /** `capacity` bounds both what is remembered and the lookups under way. */
  constructor(
    private readonly family: 4 | 6,
    private readonly capacity: number,
  ) {}

  /**
   * Calls `use` with the numeric address: at once where it is known, after the lookup for the packet that
   * causes it, and never for packets that come meanwhile or where the name does not resolve.
   */
  resolve(address: string, use: (numeric: HostPort) => void): void {
    const known = this.#numeric.get(address);
    if (known !== undefined) {
      use(known);
      return;
    }
    const parsed = parseHostPort(address, 'a gossip address');
    if (isIP(parsed.host) === 0) void this.#lookUp(address, parsed, use);
    else use(this.#remember(address, parsed));
  }

  async #lookUp(
    address: string,
    { host, port }: HostPort,
    use: (numeric: HostPort) => void,
  ): Promise<void> {
    if (this.#pending.has(address) || this.#pending.size >= this.capacity) return;
    this.#pending.add(address);
    const found = await lookup(host, { family: this.family }).catch(() => null);
    this.#pending.delete(address);
    if (found !== null) use(this.#remember(address, { host: found.address, port }));
  }

  #remember(address: string, numeric: HostPort): HostPort {
    const oldest = this.#numeric.keys().next().value;
    if (this.#numeric.size >= this.capacity && oldest !== undefined) this.#numeric.delete(oldest);
    this.#numeric.set(address, numeric);
    return numeric;
  }
}
