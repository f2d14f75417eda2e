/**
 * The gRPC methods of `proto/cluster.proto` over the generated codecs, and the one place that turns
 * log messages into envelopes and back.
 */
import type { ServiceDefinition } from '@grpc/grpc-js';
import { hearth } from '#proto/cluster';
import type { EntryKind, LogEntry, LogMessage } from '../log/index.js';
import { nodeId } from '../types/index.js';

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

/** For streams that carry encoded messages: encoded once, however many nodes they go to. */
export const asBytes = (bytes: Buffer): Buffer => bytes;

/** The stream of the routing table as grpc-js wants it described. */
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

/** The numbers of entry kinds on the wire: a contract, never reused. */
const entryKinds: readonly EntryKind[] = ['noop', 'voters', 'member', 'command'];

export function toEnvelope(clusterId: string, message: LogMessage): hearth.cluster.IRaftEnvelope {
  const { from, to, term } = message;
  const base = { clusterId, from, to, term };
  switch (message.kind) {
    case 'vote-request':
      return { ...base, voteRequest: message };
    case 'vote-reply':
      return { ...base, voteReply: message };
    case 'append-request': {
      const entries = message.entries.map(({ index, term, kind, data }) => ({
        index,
        term,
        kind: entryKinds.indexOf(kind),
        data,
      }));
      const { previousIndex, previousTerm, commitIndex, round } = message;
      const appendRequest = { previousIndex, previousTerm, commitIndex, entries, round };
      return { ...base, appendRequest };
    }
    case 'append-reply':
      return { ...base, appendReply: message };
    default:
      throw new Error(
        `a log message of an unknown kind: ${JSON.stringify(message satisfies never)}`,
      );
  }
}

/** Null for an envelope that holds no message this release knows. Throws TypeError for bad ids. */
export function fromEnvelope(envelope: hearth.cluster.RaftEnvelope): LogMessage | null {
  const { voteRequest, voteReply, appendRequest, appendReply } = envelope;
  const base = { from: nodeId(envelope.from), to: nodeId(envelope.to), term: envelope.term };
  if (voteRequest) {
    const { lastIndex = 0, lastTerm = 0, preVote = false } = defined(voteRequest);
    return { ...base, kind: 'vote-request', lastIndex, lastTerm, preVote };
  }
  if (voteReply) {
    const { granted = false, preVote = false } = defined(voteReply);
    return { ...base, kind: 'vote-reply', granted, preVote };
  }
  if (appendRequest) {
    const {
      previousIndex = 0,
      previousTerm = 0,
      commitIndex = 0,
      round = 0,
    } = defined(appendRequest);
    const entries = (appendRequest.entries ?? []).map(toEntry);
    return {
      ...base,
      kind: 'append-request',
      previousIndex,
      previousTerm,
      commitIndex,
      entries,
      round,
    };
  }
  if (appendReply) {
    const { accepted = false, matchIndex = 0, round = 0 } = defined(appendReply);
    return { ...base, kind: 'append-reply', accepted, matchIndex, round };
  }
  return null;
}

function toEntry(entry: hearth.cluster.ILogEntry): LogEntry {
  const kind = entryKinds[entry.kind ?? -1];
  if (kind === undefined) throw new TypeError(`an entry of unknown kind ${entry.kind}`);
  const { index, term, data } = defined(entry);
  // a copy: the decoded bytes are a view into the whole received message
  return { index: index ?? 0, term: term ?? 0, kind, data: Uint8Array.from(data ?? []) };
}

type Defined<Shape> = { [Key in keyof Shape]?: NonNullable<Shape[Key]> };

/** Generated types allow null beside undefined; decoded messages never hold it. */
function defined<Shape extends object>(shape: Shape): Defined<Shape> {
  return shape as Defined<Shape>;
}
