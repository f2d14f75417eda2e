/**
 * The client side of gRPC between nodes: one channel per address, made when first needed, and on it one
 * stream for the messages of the durable log, reopened when it breaks.
 */
import {
  type ChannelOptions,
  type ClientDuplexStream,
  type ClientWritableStream,
  connectivityState,
  type Metadata,
} from '@grpc/grpc-js';
import type { hearth } from '#proto/cluster';
import type { Clock } from '../lib/index.js';
import { BoundedWrites } from './bounded-writes.js';
import { type Channel, callUnary, openChannel } from './channel.js';
import { asBytes, handoverMethod, type Method, methods, serialize, tableMethod } from './rpc.js';
import type { Security } from './security.js';
import { decodeHandoverReply, handoverTimeoutMs, type OpenHandover } from './table-handover.js';

/** A stream that has this much unsent loses messages instead of memory: the log repeats them. */
const unsentBytesMax = 8 * 1024 * 1024;
/** How long a broken stream rests before it is opened again. */
const reopenAfterMs = 100;
/**
 * How long a channel may try to connect until its next use begins anew. A connection to a host that was
 * silent is tried again by the system at growing intervals, up to a minute, long after the host is back.
 */
const connectTimeoutMs = 2000;

const options: ChannelOptions = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  // a connection on which nothing comes back any more is given up, for the same reason
  'grpc.keepalive_time_ms': 2000,
  'grpc.keepalive_timeout_ms': 3000,
};

interface Peer {
  readonly channel: Channel;
  /** When it last was, or could have been, of use without waiting. */
  settledMs: number;
  raft: RaftStream | null;
  reopenAtMs: number;
}

interface RaftStream {
  readonly stream: ClientWritableStream<Buffer>;
  readonly writes: BoundedWrites;
}

const encodeEnvelope = serialize(methods.raft.request);

export class Peers {
  readonly #peers = new Map<string, Peer>();

  constructor(
    private readonly clock: Clock,
    private readonly security: Security,
  ) {}

  /** One unary call. Rejects with grpc-js's ServiceError, `DEADLINE_EXCEEDED` after `timeoutMs`. */
  call<Request, RequestShape, Reply, ReplyShape>(
    address: string,
    method: Method<Request, RequestShape, Reply, ReplyShape>,
    request: RequestShape,
    timeoutMs: number,
  ): Promise<Reply> {
    const deadline = new Date(this.clock.machineWallMs() + timeoutMs);
    return callUnary(this.#peer(address).channel, method, request, deadline);
  }

  /** Sends a message of the log, or loses it. */
  sendRaft(address: string, envelope: hearth.cluster.IRaftEnvelope): void {
    const peer = this.#peer(address);
    const raft = peer.raft ?? this.#openRaft(peer);
    raft?.writes.write(encodeEnvelope(envelope));
  }

  /** A stream for messages of the routing table, in both directions. */
  openTable(address: string, metadata: Metadata): ClientDuplexStream<Buffer, Buffer> {
    const { client } = this.#peer(address).channel;
    return client.makeBidiStreamRequest(tableMethod, asBytes, asBytes, metadata);
  }

  /** The call that hands the routing table over; a deadline ends it. */
  openHandover(
    address: string,
    ...[metadata, answered]: Parameters<OpenHandover>
  ): ReturnType<OpenHandover> {
    const { client } = this.#peer(address).channel;
    const deadline = new Date(this.clock.machineWallMs() + handoverTimeoutMs);
    const decode = decodeHandoverReply;
    return client.makeClientStreamRequest(
      handoverMethod,
      asBytes,
      decode,
      metadata,
      { deadline },
      answered,
    );
  }

  /** Closes the channels to addresses that no member has any more. */
  keepOnly(addresses: ReadonlySet<string>): void {
    for (const [address, peer] of this.#peers) {
      if (addresses.has(address)) continue;
      this.#peers.delete(address);
      close(peer);
    }
  }

  close(): void {
    this.keepOnly(new Set());
  }

  #peer(address: string): Peer {
    const nowMs = this.clock.nowMs();
    const present = this.#peers.get(address);
    if (present !== undefined && !isStuck(present, nowMs)) return present;
    if (present !== undefined) close(present);
    const channel = openChannel(address, this.security, options);
    const peer: Peer = { channel, settledMs: nowMs, raft: null, reopenAtMs: 0 };
    this.#peers.set(address, peer);
    return peer;
  }

  #openRaft(peer: Peer): Peer['raft'] {
    if (this.clock.nowMs() < peer.reopenAtMs) return null;
    const { path, reply } = methods.raft;
    const broken = (): void => {
      if (peer.raft !== raft) return;
      peer.raft = null;
      peer.reopenAtMs = this.clock.nowMs() + reopenAfterMs;
    };
    const stream = peer.channel.client.makeClientStreamRequest(
      path,
      asBytes,
      (bytes: Buffer) => reply.decode(bytes),
      broken,
    );
    stream.on('error', broken);
    const raft = { stream, writes: new BoundedWrites(stream, unsentBytesMax) };
    peer.raft = raft;
    return raft;
  }
}

function isStuck(peer: Peer, nowMs: number): boolean {
  const state = peer.channel.client.getChannel().getConnectivityState(false);
  // idle: not connected, and nobody has asked for it since
  const isSettled = state === connectivityState.READY || state === connectivityState.IDLE;
  if (isSettled) peer.settledMs = nowMs;
  return nowMs - peer.settledMs > connectTimeoutMs;
}

function close(peer: Peer): void {
  peer.raft?.stream.cancel();
  peer.channel.close();
}
