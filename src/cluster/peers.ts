/**
 * The client side of gRPC between nodes: one channel per address, made when first needed, and on it one
 * stream for the messages of the durable log, reopened when it breaks.
 */
import {
  type CallOptions,
  Client,
  type ClientWritableStream,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import type { hearth } from '#proto/cluster';
import type { Clock } from '../lib/index.js';
import { type Method, methods, serialize } from './rpc.js';

/** A stream that has this much unsent loses messages instead of memory: the log repeats them. */
const streamBufferBytesMax = 8 * 1024 * 1024;
/** How long a broken stream rests before it is opened again. */
const reopenAfterMs = 100;

interface Peer {
  readonly client: Client;
  raft: ClientWritableStream<hearth.cluster.IRaftEnvelope> | null;
  reopenAtMs: number;
}

/** Metadata key of the token that proves a node is of the cluster. */
export const tokenKey = 'x-hearth-peer';

export class Peers {
  readonly #peers = new Map<string, Peer>();

  constructor(
    private readonly clock: Clock,
    private readonly token: string | null,
  ) {}

  /** One unary call. Rejects with grpc-js's ServiceError, `DEADLINE_EXCEEDED` after `timeoutMs`. */
  call<Request, RequestShape, Reply, ReplyShape>(
    address: string,
    method: Method<Request, RequestShape, Reply, ReplyShape>,
    request: RequestShape,
    timeoutMs: number,
  ): Promise<Reply> {
    const options: CallOptions = { deadline: new Date(this.clock.wallMs() + timeoutMs) };
    return new Promise((resolve, reject) => {
      this.#peer(address).client.makeUnaryRequest(
        method.path,
        serialize(method.request),
        (bytes: Buffer) => method.reply.decode(bytes),
        request,
        this.#metadata(),
        options,
        (error: ServiceError | null, reply?: Reply) => {
          if (error !== null) reject(error);
          else resolve(reply as Reply);
        },
      );
    });
  }

  /** Sends a message of the log, or loses it. */
  sendRaft(address: string, envelope: hearth.cluster.IRaftEnvelope): void {
    const peer = this.#peer(address);
    const stream = peer.raft ?? this.#openRaft(peer);
    if (stream === null || stream.writableLength > streamBufferBytesMax) return;
    stream.write(envelope);
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
    const present = this.#peers.get(address);
    if (present !== undefined) return present;
    const client = new Client(address, credentials.createInsecure(), {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.min_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 1000,
    });
    const peer: Peer = { client, raft: null, reopenAtMs: 0 };
    this.#peers.set(address, peer);
    return peer;
  }

  #openRaft(peer: Peer): Peer['raft'] {
    if (this.clock.nowMs() < peer.reopenAtMs) return null;
    const { path, request, reply } = methods.raft;
    const broken = (): void => {
      if (peer.raft !== stream) return;
      peer.raft = null;
      peer.reopenAtMs = this.clock.nowMs() + reopenAfterMs;
    };
    const stream = peer.client.makeClientStreamRequest(
      path,
      serialize(request),
      (bytes: Buffer) => reply.decode(bytes),
      this.#metadata(),
      {},
      broken,
    ) as ClientWritableStream<hearth.cluster.IRaftEnvelope>;
    stream.on('error', broken);
    peer.raft = stream;
    return stream;
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    if (this.token !== null) metadata.set(tokenKey, this.token);
    return metadata;
  }
}

function close(peer: Peer): void {
  peer.raft?.cancel();
  peer.client.close();
}
