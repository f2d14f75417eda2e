/**
 * `host:port` to a numeric IP: node:dgram would look a host name up for every packet. A name is looked
 * up now and then, for the host behind it may move; what it was last is used until the answer is there.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock } from '../lib/index.js';
import { type HostPort, parseHostPort } from '../types/index.js';

/** A name is looked up again after this. */
const freshMs = 30_000;

interface Known {
  readonly numeric: HostPort;
  staleAtMs: number;
}

export class AddressBook {
  readonly #known = new Map<string, Known>();
  readonly #pending = new Set<string>();

  /** `capacity` bounds both what is remembered and the lookups under way. */
  constructor(
    private readonly clock: Clock,
    private readonly family: 4 | 6,
    private readonly capacity: number,
  ) {}

  /**
   * Calls `use` with the numeric address: at once where it is known, after the lookup for the packet that
   * causes it, and never for packets that come meanwhile or where the name does not resolve.
   */
  resolve(address: string, use: (numeric: HostPort) => void): void {
    const known = this.#known.get(address);
    if (known === undefined) {
      const parsed = parseHostPort(address, 'a gossip address');
      if (isIP(parsed.host) === 0) void this.#lookUp(address, parsed, use);
      else use(this.#remember(address, parsed, Number.POSITIVE_INFINITY));
      return;
    }
    const nowMs = this.clock.nowMs();
    if (known.staleAtMs <= nowMs) {
      known.staleAtMs = nowMs + freshMs;
      void this.#lookUp(address, parseHostPort(address, 'a gossip address'), () => {});
    }
    use(known.numeric);
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
    if (found === null) return;
    const staleAtMs = this.clock.nowMs() + freshMs;
    use(this.#remember(address, { host: found.address, port }, staleAtMs));
  }

  #remember(address: string, numeric: HostPort, staleAtMs: number): HostPort {
    const oldest = this.#known.keys().next().value;
    if (this.#known.size >= this.capacity && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(address, { numeric, staleAtMs });
    return numeric;
  }
}
