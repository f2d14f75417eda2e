/** A gRPC channel to another node, and a call on it: what the members' channels and gossip's share. */
import { type ChannelOptions, Client, type ServiceError } from '@grpc/grpc-js';
import { certificateName } from './certificate.js';
import { type Method, serialize } from './rpc.js';
import type { Security } from './security.js';

const commonOptions: ChannelOptions = {
  // a node is known by the secret, not by the address at which it was dialled
  'grpc.ssl_target_name_override': certificateName,
  // proxies named in the environment are for the world outside
  'grpc.enable_http_proxy': 0,
};

export interface Channel {
  readonly client: Client;
  /** Ends it with all its connections, at once. */
  close(): void;
}

/** Connects when it is first used; to be closed. */
export function openChannel(address: string, security: Security, options: ChannelOptions): Channel {
  const credentials = security.channel();
  const client = new Client(address, credentials, { ...commonOptions, ...options });
  return {
    client,
    close() {
      client.close();
      credentials.close();
    },
  };
}

/** One unary call. Rejects with grpc-js's ServiceError, `DEADLINE_EXCEEDED` at `deadline`. */
export function callUnary<Request, RequestShape, Reply, ReplyShape>(
  { client }: Channel,
  method: Method<Request, RequestShape, Reply, ReplyShape>,
  request: RequestShape,
  deadline: Date,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      serialize(method.request),
      (bytes: Buffer) => method.reply.decode(bytes),
      request,
      { deadline },
      (error: ServiceError | null, reply?: Reply) => {
        if (error !== null) reject(error);
        else resolve(reply as Reply);
      },
    );
  });
}
