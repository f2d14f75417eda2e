/**
 * The streams that the routing table's messages travel on: one per pair of nodes, opened by whoever has
 * something to say first, and used by both. So the Master holds a stream to each node that talks to it, and
 * opens none itself but to ask one that is silent. A message that finds no way is lost; the table repeats it.
 */
import { type ClientDuplexStream, Metadata, type ServerDuplexStream } from '@grpc/grpc-js';
import type { Clock } from '../lib/index.js';
import { HearthError, type NodeId, nodeId } from '../types/index.js';
import { BoundedWrites } from './bounded-writes.js';
import type { Peers } from './peers.js';

export type TableStream = ServerDuplexStream<Buffer, Buffer>;

export interface TableStreamsDeps {
  readonly clock: Clock;
  readonly peers: Pick<Peers, 'openTable'>;
  readonly self: NodeId;
  /** Null before the node has joined. */
  readonly clusterId: () => string | null;
  readonly addressOf: (node: NodeId) => string | undefined;
  readonly receive: (from: NodeId, bytes: Buffer) => void;
}

/** What has travelled, messages that the protocol repeats as often as they were sent. */
export interface TableTraffic {
  readonly messages: { sent: number; received: number };
  readonly bytes: { sent: number; received: number };
}

interface Way {
  readonly writes: BoundedWrites;
  readonly end: () => void;
}

/** A stream that has this much unsent loses messages instead of memory. */
const unsentBytesMax = 4 * 1024 * 1024;
/** How long it rests before a broken stream is opened again. */
const reopenAfterMs = 50;

export class TableStreams {
  readonly #inbound = new Map<NodeId, Way>();
  readonly #outbound = new Map<NodeId, Way>();
  readonly #reopenAtMs = new Map<NodeId, number>();
  readonly #traffic: TableTraffic = {
    messages: { sent: 0, received: 0 },
    bytes: { sent: 0, received: 0 },
  };

  constructor(private readonly deps: TableStreamsDeps) {}

  send(to: NodeId, bytes: Buffer): void {
    const way = this.#inbound.get(to) ?? this.#outbound.get(to) ?? this.#open(to);
    if (way === null) return;
    this.#count('sent', bytes);
    way.writes.write(bytes);
  }

  traffic(): TableTraffic {
    const { messages, bytes } = this.#traffic;
    return { messages: { ...messages }, bytes: { ...bytes } };
  }

  /** A stream that another node has opened. Throws HearthError where it is not for this node. */
  accept(stream: TableStream): void {
    const from = this.senderOf(stream.metadata);
    this.#inbound.get(from)?.end();
    this.#keep(this.#inbound, from, stream, () => stream.end());
    stream.on('end', () => stream.end());
  }

  /** Who has opened a stream to this node. Throws HearthError where it is not for this node. */
  senderOf(metadata: Metadata): NodeId {
    const said = (name: string): string => String(metadata.get(name)[0] ?? '');
    if (said('hearth-cluster') !== this.deps.clusterId() || said('hearth-to') !== this.deps.self) {
      throw new HearthError('revision-mismatch', 'the stream is meant for another node or cluster');
    }
    return nodeId(said('hearth-from'));
  }

  /** What a stream to another node says first; null before this one has joined. */
  metadataTo(to: NodeId): Metadata | null {
    const cluster = this.deps.clusterId();
    if (cluster === null) return null;
    const metadata = new Metadata();
    metadata.set('hearth-cluster', cluster);
    metadata.set('hearth-from', this.deps.self);
    metadata.set('hearth-to', to);
    return metadata;
  }

  /** Ends those to nodes that are not members any more. */
  keepOnly(isMember: (node: NodeId) => boolean): void {
    for (const [node, { end }] of [...this.#outbound, ...this.#inbound]) if (!isMember(node)) end();
    for (const node of this.#reopenAtMs.keys()) if (!isMember(node)) this.#reopenAtMs.delete(node);
  }

  close(): void {
    this.keepOnly(() => false);
  }

  #open(to: NodeId): Way | null {
    const { clock, peers, addressOf } = this.deps;
    const metadata = this.metadataTo(to);
    const address = addressOf(to);
    if (metadata === null || address === undefined) return null;
    if (clock.nowMs() < (this.#reopenAtMs.get(to) ?? 0)) return null;
    const stream = peers.openTable(address, metadata);
    return this.#keep(this.#outbound, to, stream, () => stream.cancel());
  }

  #keep(
    ways: Map<NodeId, Way>,
    node: NodeId,
    stream: TableStream | ClientDuplexStream<Buffer, Buffer>,
    end: () => void,
  ): Way {
    const way: Way = { writes: new BoundedWrites(stream, unsentBytesMax), end };
    ways.set(node, way);
    const gone = (): void => {
      if (ways.get(node) !== way) return;
      ways.delete(node);
      this.#reopenAtMs.set(node, this.deps.clock.nowMs() + reopenAfterMs);
    };
    stream.on('data', (bytes: Buffer) => {
      this.#count('received', bytes);
      this.deps.receive(node, bytes);
    });
    for (const event of ['error', 'end', 'close', 'cancelled']) stream.on(event, gone);
    return way;
  }

  #count(direction: 'sent' | 'received', bytes: Buffer): void {
    this.#traffic.messages[direction]++;
    this.#traffic.bytes[direction] += bytes.length;
  }
}
