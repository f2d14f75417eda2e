/**
 * The server side of gRPC between nodes: parses, and hands over to the handlers. Whoever gets here holds
 * the cluster's secret, where there is one: TLS has seen to that.
 */
import {
  Metadata,
  Server,
  type ServerOptions,
  type ServerReadableStream,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import type { hearth } from '#proto/cluster';
import type { Logger } from '../lib/index.js';
import {
  asHearthError,
  errorTable,
  formatHostPort,
  HearthError,
  type HostPort,
  limits,
} from '../types/index.js';
import { clusterService, tableService } from './rpc.js';
import type { Security } from './security.js';
import type { HandoverAnswer, HandoverStream } from './table-handover.js';
import type { TableStream } from './table-streams.js';

type Unary<Request, Reply> = (request: Request) => Promise<Reply>;

export interface ClusterHandlers {
  join(request: hearth.cluster.JoinRequest): Promise<hearth.cluster.IJoinReply>;
  propose(request: hearth.cluster.ProposeRequest): Promise<hearth.cluster.IProposeReply>;
  readIndex(request: hearth.cluster.ReadIndexRequest): Promise<hearth.cluster.IReadIndexReply>;
  applied(report: hearth.cluster.AppliedReport): Promise<hearth.cluster.INothing>;
  raft(envelope: hearth.cluster.RaftEnvelope): void;
  /** The reply of gossip to one of its packets; null refuses it. */
  exchange(data: Uint8Array): Uint8Array | null;
  /** Takes a stream of the routing table. Throws HearthError where it is not meant for this node. */
  table(stream: TableStream): void;
  /** Takes a whole routing table. Throws HearthError where it is not meant for this node, or not whole. */
  handover(stream: HandoverStream): Promise<HandoverAnswer>;
}

const options: ServerOptions = {
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
  // callers that vanished without a word are let go
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
};

export class ClusterServer {
  readonly #server = new Server(options);

  constructor(
    private readonly handlers: ClusterHandlers,
    private readonly security: Security,
    private readonly logger: Logger,
  ) {}

  /** Binds the TCP port. Throws `invalid-parameter` where it is taken. */
  async start(address: HostPort): Promise<void> {
    const { handlers } = this;
    this.#server.addService(clusterService, {
      join: this.#unary((request) => handlers.join(request)),
      propose: this.#unary((request) => handlers.propose(request)),
      readIndex: this.#unary((request) => handlers.readIndex(request)),
      applied: this.#unary((request) => handlers.applied(request)),
      raft: this.#raft(),
      exchange: this.#unary(({ data }: hearth.cluster.GossipMessage) => this.#exchange(data)),
    });
    this.#server.addService(tableService, {
      exchange: (stream: TableStream) => this.#table(stream),
      handoverState: this.#handover(),
    });
    await new Promise<void>((resolve, reject) => {
      this.#server.bindAsync(formatHostPort(address), this.security.server, (error, port) => {
        if (error === null && port === address.port) resolve();
        else reject(taken(address, error));
      });
    });
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #unary<Request, Reply>(handle: Unary<Request, Reply>) {
    return (call: ServerUnaryCall<Request, Reply>, answer: sendUnaryData<Reply>): void => {
      handle(call.request).then(
        (reply) => answer(null, reply),
        (thrown: unknown) => {
          if (!(thrown instanceof HearthError)) this.logger.error({ err: thrown }, 'a call failed');
          answer(grpcError(thrown));
        },
      );
    };
  }

  #raft() {
    return (
      call: ServerReadableStream<hearth.cluster.RaftEnvelope, hearth.cluster.INothing>,
      answer: sendUnaryData<hearth.cluster.INothing>,
    ): void => {
      greet(call);
      call.on('data', (envelope: hearth.cluster.RaftEnvelope) => {
        try {
          this.handlers.raft(envelope);
        } catch (error) {
          this.logger.warn({ err: error }, 'dropped a message of the log that cannot be read');
        }
      });
      call.on('error', () => {});
      call.on('end', () => answer(null, {}));
    };
  }

  #table(stream: TableStream): void {
    // a stream that breaks is missed by nobody: whoever has something to say opens another
    stream.on('error', () => {});
    greet(stream);
    try {
      this.handlers.table(stream);
    } catch (thrown) {
      stream.emit('error', grpcError(thrown));
    }
  }

  #handover() {
    return (stream: HandoverStream, answer: sendUnaryData<HandoverAnswer>): void => {
      stream.on('error', () => {});
      greet(stream);
      this.handlers.handover(stream).then(
        (reply) => answer(null, reply),
        (thrown: unknown) => answer(grpcError(thrown)),
      );
    };
  }

  async #exchange(data: Uint8Array): Promise<hearth.cluster.IGossipMessage> {
    const reply = data.length > limits.gossipSyncBytesMax ? null : this.handlers.exchange(data);
    if (reply === null) throw new HearthError('route-not-found', 'gossip has no reply to this');
    return { data: reply };
  }
}

/**
 * Answers a stream before anything is said on it. Until grpc-js hears from the other side it keeps all that it has
 * sent, up to a megabyte of messages, to send them again elsewhere.
 */
function greet(stream: Pick<TableStream, 'sendMetadata'>): void {
  stream.sendMetadata(new Metadata());
}

/** A thrown thing as gRPC tells it. */
function grpcError(thrown: unknown): { code: status; details: string } {
  const error = asHearthError(thrown);
  return { code: status[errorTable[error.code].grpc], details: error.message };
}

function taken(address: HostPort, error: Error | null): HearthError {
  const why = error === null ? '' : ` (${error.message})`;
  return new HearthError(
    'invalid-parameter',
    `port ${address.port} (--cluster ${formatHostPort(address)}, TCP) is already in use or cannot be bound${why}; choose another.`,
  );
}
