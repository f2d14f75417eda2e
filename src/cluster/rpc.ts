/**
 * The gRPC methods of `proto/cluster.proto` over the generated codecs.
 */
import type { ServiceDefinition } from '@grpc/grpc-js';
import { hearth } from '#proto/cluster';
import { decodeHandoverReply, encodeHandoverReply } from './table-handover.js';

const pb = hearth.cluster;

interface Codec<Message, Shape> {
  encode(message: Shape): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
}

export interface Method<Request, RequestShape, Reply, ReplyShape> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly request: Codec<Request, RequestShape>;
  readonly reply: Codec<Reply, ReplyShape>;
}

function method<Request, RequestShape, Reply, ReplyShape>(
  name: string,
  request: Codec<Request, RequestShape>,
  reply: Codec<Reply, ReplyShape>,
  requestStream = false,
): Method<Request, RequestShape, Reply, ReplyShape> {
  return { path: `/hearth.cluster.Cluster/${name}`, requestStream, request, reply };
}

export const methods = {
  join: method('Join', pb.JoinRequest, pb.JoinReply),
  propose: method('Propose', pb.ProposeRequest, pb.ProposeReply),
  readIndex: method('ReadIndex', pb.ReadIndexRequest, pb.ReadIndexReply),
  applied: method('Applied', pb.AppliedReport, pb.Nothing),
  raft: method('Raft', pb.RaftEnvelope, pb.Nothing, true),
  exchange: method('Exchange', pb.GossipMessage, pb.GossipMessage),
};

export const serialize =
  <Shape>(codec: Codec<unknown, Shape>) =>
  (message: Shape): Buffer => {
    const bytes = codec.encode(message).finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };

export const tableMethod = '/hearth.table.Table/Exchange';
export const handoverMethod = '/hearth.table.Table/HandoverState';

/** For streams that carry encoded messages: encoded once, however many nodes they go to. */
export const asBytes = (bytes: Buffer): Buffer => bytes;

/** The streams of the routing table as grpc-js wants them described. */
export const tableService: ServiceDefinition = {
  exchange: {
    path: tableMethod,
    requestStream: true,
    responseStream: true,
    requestSerialize: asBytes,
    requestDeserialize: asBytes,
    responseSerialize: asBytes,
    responseDeserialize: asBytes,
  },
  handoverState: {
    path: handoverMethod,
    requestStream: true,
    responseStream: false,
    requestSerialize: asBytes,
    requestDeserialize: asBytes,
    responseSerialize: encodeHandoverReply,
    responseDeserialize: decodeHandoverReply,
  },
};

/** The service as grpc-js wants it described. */
export const clusterService: ServiceDefinition = Object.fromEntries(
  Object.entries(methods).map(([name, { path, requestStream, request, reply }]) => [
    name,
    {
      path,
      requestStream,
      responseStream: false,
      requestSerialize: serialize(request as Codec<unknown, unknown>),
      requestDeserialize: (bytes: Buffer) => request.decode(bytes),
      responseSerialize: serialize(reply as Codec<unknown, unknown>),
      responseDeserialize: (bytes: Buffer) => reply.decode(bytes),
    },
  ]),
);
