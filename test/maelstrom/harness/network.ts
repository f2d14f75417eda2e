/**
 * The network between the nodes: carries lines from one process to another with latency, loss and cuts.
 * Only messages between servers suffer; clients sit beside their nodes, as in Maelstrom. A line stays the
 * bytes that it is: the head says where it goes, and the rest is not looked at.
 */
import type { Clock, Random } from '../../../src/lib/index.js';
import type { LatencyModel } from './latency.js';

export interface Endpoint {
  /** `line` without its newline. */
  deliver(line: Buffer): void;
}

const headBytes = 128;
const head = /^\{"src":"([^"]*)","dest":"([^"]*)"/;
const tickMs = 1;

export class Network {
  readonly #endpoints = new Map<string, Endpoint>();
  /** Lines on their way, by the millisecond in which they arrive. */
  readonly #inFlight = new Map<number, { readonly to: string; readonly line: Buffer }[]>();
  #cut: ReadonlySet<string> = new Set();
  #lossShare = 0;
  #deliveredMs: number;
  readonly #cancelTick: () => void;
  /** Messages that one server gave up for another. */
  serverMessages = 0;
  serverBytes = 0;

  constructor(
    private readonly collaborators: { readonly clock: Clock; readonly random: Random },
    private readonly latency: LatencyModel,
  ) {
    const { clock } = collaborators;
    this.#deliveredMs = Math.floor(clock.nowMs());
    this.#cancelTick = clock.every(tickMs, () => this.#deliverDue());
  }

  attach(name: string, endpoint: Endpoint): void {
    this.#endpoints.set(name, endpoint);
  }

  /** Loses what goes along these ways (see `way`) from now on; what is in flight arrives. */
  cut(ways: ReadonlySet<string>): void {
    this.#cut = ways;
  }

  lose(share: number): void {
    this.#lossShare = share;
  }

  stop(): void {
    this.#cancelTick();
  }

  /** A line that a server wrote. */
  route(line: Buffer): void {
    const found = head.exec(line.toString('latin1', 0, headBytes));
    const packet = found === null ? JSON.parse(line.toString('utf8')) : null;
    const src = found?.[1] ?? String(packet?.src);
    const dest = found?.[2] ?? String(packet?.dest);
    if (isClient(dest)) {
      this.#endpoints.get(dest)?.deliver(line);
      return;
    }
    this.serverMessages++;
    this.serverBytes += line.length;
    const { random, clock } = this.collaborators;
    if (this.#cut.has(way(src, dest))) return;
    if (this.#lossShare > 0 && random.next() < this.#lossShare) return;
    const delayMs = this.latency(random);
    if (delayMs <= 0) {
      this.#endpoints.get(dest)?.deliver(line);
      return;
    }
    const atMs = Math.max(this.#deliveredMs + 1, Math.round(clock.nowMs() + delayMs));
    const due = this.#inFlight.get(atMs);
    if (due === undefined) this.#inFlight.set(atMs, [{ to: dest, line }]);
    else due.push({ to: dest, line });
  }

  #deliverDue(): void {
    const nowMs = Math.floor(this.collaborators.clock.nowMs());
    while (this.#deliveredMs < nowMs) {
      const due = this.#inFlight.get(++this.#deliveredMs);
      if (due === undefined) continue;
      this.#inFlight.delete(this.#deliveredMs);
      for (const { to, line } of due) this.#endpoints.get(to)?.deliver(line);
    }
  }
}

/** One direction between two nodes. */
export function way(from: string, to: string): string {
  return `${from}>${to}`;
}

function isClient(name: string): boolean {
  return name.startsWith('c');
}
