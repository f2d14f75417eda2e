/**
 * One simulated process: a real core behind a real codec, with a clock of its own, a socket buffer that
 * fills while the process stands still, and a count of what it costs. A restart is a new one of these.
 */
import {
  GossipCodec,
  GossipCore,
  type GossipIdentity,
  type GossipMember,
  type NonceStart,
  type Packet,
} from '../../src/gossip/index.js';
import type { Random } from '../../src/lib/index.js';
import type { NodeId } from '../../src/types/index.js';
import type { Watch } from './streams.js';

/**
 * `stalled`: frozen, its host lives. `killed`: the process is gone, its host refuses connections.
 * `silent`: the host is gone, nothing answers and nothing breaks.
 */
export type ProcessState = 'running' | 'stalled' | 'killed' | 'silent';

/** Linux's default limit of a receive buffer, and what the kernel charges a datagram beyond its bytes. */
const socketBufferBytesMax = 212_992;
const datagramOverheadBytes = 600;

export interface Traffic {
  datagrams: number;
  /** With IP and UDP headers. */
  datagramBytes: number;
  /** With IP and TCP headers. */
  streamBytes: number;
}

export interface NodeClock {
  readonly originMs: number;
  /** Local milliseconds per true one: 1.0001 runs 100 ppm fast. */
  readonly rate: number;
}

export class SimulatedNode {
  readonly id: NodeId;
  readonly address: string;
  readonly generation: number;
  readonly core: GossipCore;
  readonly codec: GossipCodec;
  state: ProcessState = 'running';
  /** It is of a release that knows of no cohorts, drops them, and passes on the rest. */
  isOlder = false;
  /** True once it has begun to say goodbye. */
  leaving = false;
  changes = 0;
  conflicts = 0;
  /** Datagrams that found the socket's buffer full. */
  overflows = 0;
  readonly sent: Traffic = { datagrams: 0, datagramBytes: 0, streamBytes: 0 };
  readonly received: Traffic = { datagrams: 0, datagramBytes: 0, streamBytes: 0 };
  /** Requests on streams that are neither answered nor given up. */
  exchanges = 0;
  /** The streams that this process holds to others, and those that others hold to it. */
  readonly watches = new Map<NodeId, Watch>();
  readonly watchedBy = new Set<Watch>();
  /** The view as it was looked at last. */
  seen: readonly GossipMember[] = [];
  #socket: (() => void)[] = [];
  #socketBytes = 0;
  #streams: (() => void)[] = [];

  constructor(
    random: Random,
    identity: GossipIdentity,
    secret: Uint8Array | null,
    nonces: NonceStart,
    private readonly clock: NodeClock,
  ) {
    this.id = identity.id;
    this.address = identity.cluster;
    this.generation = identity.generation;
    this.core = new GossipCore(random, identity);
    this.codec = new GossipCodec(identity.clusterId, secret === null ? [] : [secret], nonces);
  }

  get alive(): boolean {
    return this.state === 'running' || this.state === 'stalled';
  }

  /** What this process's clock shows at that true time. */
  localMs(nowMs: number): number {
    return this.clock.originMs + nowMs * this.clock.rate;
  }

  /** The true time that passes while its own clock moves on by `localMs`. */
  trueMs(localMs: number): number {
    return localMs / this.clock.rate;
  }

  member(id: NodeId): GossipMember | undefined {
    return findMember(this.core.members(), id);
  }

  statusOf(id: NodeId): GossipMember['status'] | 'unknown' {
    return this.member(id)?.status ?? 'unknown';
  }

  /** Reads a datagram now, or when the process goes on, if the buffer has room for it. */
  datagram(bytes: number, read: () => void): void {
    if (this.state === 'running') read();
    else if (this.state === 'stalled') {
      if (this.#socketBytes + bytes + datagramOverheadBytes > socketBufferBytesMax) {
        this.overflows++;
        return;
      }
      this.#socketBytes += bytes + datagramOverheadBytes;
      this.#socket.push(read);
    }
  }

  /** A packet as this process understands it. */
  read(packet: Packet): Packet {
    if (!this.isOlder) return packet;
    const updates = packet.updates.map((each) => ({ ...each, meta: { ...each.meta, cohort: 0 } }));
    return { ...packet, updates };
  }

  /** Handles what came on a stream now, or when the process goes on. */
  stream(handle: () => void): void {
    if (this.state === 'running') handle();
    else if (this.state === 'stalled') this.#streams.push(handle);
  }

  /** What waited while the process stood still. */
  takeWaiting(): readonly (() => void)[] {
    const waiting = [...this.#socket, ...this.#streams];
    this.#socket = [];
    this.#streams = [];
    this.#socketBytes = 0;
    return waiting;
  }
}

/** `members` as a core lists them, by id. */
export function findMember(members: readonly GossipMember[], id: NodeId): GossipMember | undefined {
  let low = 0;
  let high = members.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const member = members[middle];
    if (member === undefined || member.id === id) return member;
    if (member.id < id) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
