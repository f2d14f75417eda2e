/** The server side of gRPC between nodes: checks who calls, parses, and hands over to the handlers. */
import { timingSafeEqual } from 'node:crypto';
import {
  type Metadata,
  Server,
  ServerCredentials,
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
} from '../types/index.js';
import { tokenKey } from './peers.js';
import { clusterService } from './rpc.js';

type Unary<Request, Reply> = (request: Request) => Promise<Reply>;

export interface ClusterHandlers {
  join(request: hearth.cluster.JoinRequest): Promise<hearth.cluster.IJoinReply>;
  propose(request: hearth.cluster.ProposeRequest): Promise<hearth.cluster.IProposeReply>;
  readIndex(request: hearth.cluster.ReadIndexRequest): Promise<hearth.cluster.IReadIndexReply>;
  applied(report: hearth.cluster.AppliedReport): Promise<hearth.cluster.INothing>;
  raft(envelope: hearth.cluster.RaftEnvelope): void;
}

export class ClusterServer {
  readonly #server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });

  constructor(
    private readonly handlers: ClusterHandlers,
    private readonly token: string | null,
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
    });
    await new Promise<void>((resolve, reject) => {
      this.#server.bindAsync(
        formatHostPort(address),
        ServerCredentials.createInsecure(),
        (error, port) => {
          if (error === null && port === address.port) resolve();
          else reject(taken(address, error));
        },
      );
    });
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #unary<Request, Reply>(handle: Unary<Request, Reply>) {
    return (call: ServerUnaryCall<Request, Reply>, answer: sendUnaryData<Reply>): void => {
      if (!this.#trusted(call.metadata)) {
        answer({ code: status.UNAUTHENTICATED, details: 'the cluster secret does not match' });
        return;
      }
      handle(call.request).then(
        (reply) => answer(null, reply),
        (thrown: unknown) => {
          if (!(thrown instanceof HearthError)) this.logger.error({ err: thrown }, 'a call failed');
          const error = asHearthError(thrown);
          answer({ code: status[errorTable[error.code].grpc], details: error.message });
        },
      );
    };
  }

  #raft() {
    return (
      call: ServerReadableStream<hearth.cluster.RaftEnvelope, hearth.cluster.INothing>,
      answer: sendUnaryData<hearth.cluster.INothing>,
    ): void => {
      if (!this.#trusted(call.metadata)) {
        answer({ code: status.UNAUTHENTICATED, details: 'the cluster secret does not match' });
        return;
      }
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

  #trusted(metadata: Metadata): boolean {
    if (this.token === null) return true;
    const given = Buffer.from(String(metadata.get(tokenKey)[0] ?? ''));
    const expected = Buffer.from(this.token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

function taken(address: HostPort, error: Error | null): HearthError {
  const why = error === null ? '' : ` (${error.message})`;
  return new HearthError(
    'invalid-parameter',
    `port ${address.port} (--cluster ${formatHostPort(address)}, TCP) is already in use or cannot be bound${why}; choose another.`,
  );
}
