/**
 * The routing table given away as a whole, over a gRPC call of its own (`HandoverState`): the Master sends the parts of a
 * snapshot one after the other, and the node that is to rule next answers once it holds them all and follows from there.
 * Whatever breaks on the way leaves both as they were.
 */
import type { ClientWritableStream, Metadata, ServerReadableStream } from '@grpc/grpc-js';
import { hearth } from '#proto/table';
import { HearthError, limits } from '../types/index.js';
import {
  type Claim,
  decodeTableMessage,
  encodeTableMessage,
  type SnapshotPart,
} from './table/index.js';

type HandoverReply = hearth.table.HandoverReply;
export type HandoverAnswer = hearth.table.IHandoverReply;
export type HandoverStream = ServerReadableStream<Buffer, HandoverAnswer>;

/** How long the whole may take. */
export const handoverTimeoutMs = 10_000;

/** Opens the call; `answered` gets its end. */
export type OpenHandover = (
  metadata: Metadata,
  answered: (error: Error | null, reply?: HandoverReply) => void,
) => ClientWritableStream<Buffer>;

/** Sends all parts, no faster than they leave. Rejects with what gRPC says, or where the other does not take them. */
export function giveTable(
  open: OpenHandover,
  metadata: Metadata,
  parts: Iterable<SnapshotPart>,
): Promise<HandoverReply> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const stream = open(metadata, (error, reply) => {
      isOver = true;
      if (error === null && reply !== undefined) resolve(reply);
      else reject(error ?? new Error('no reply'));
    });
    stream.on('error', reject);
    const rest = parts[Symbol.iterator]();
    const next = (): void => {
      if (isOver) return;
      const { value, done } = rest.next();
      if (done === true) stream.end();
      else stream.write(encodeTableMessage(value), (error?: Error | null) => error ?? next());
    };
    next();
  });
}

/** Gathers all parts and hands them to `take`, which says whether it follows from there. Rejects where they are not whole. */
export function takeTable(
  stream: HandoverStream,
  take: (position: SnapshotPart['position'], claims: readonly Claim[]) => boolean,
): Promise<HandoverAnswer> {
  return new Promise((resolve, reject) => {
    const claims: Claim[] = [];
    let next = 0;
    let reply: HandoverAnswer | null = null;
    const fail = (): void => reject(broken());
    const gather = (bytes: Buffer): void => {
      const part = decodeTableMessage(bytes);
      if (part?.kind !== 'snapshot' || part.part !== next) throw broken();
      if (claims.length + part.claims.length > limits.handoverClaimsMax) throw broken();
      next++;
      for (const claim of part.claims) claims.push(claim);
      if (part.last) reply = { ready: take(part.position, claims), claims: claims.length };
    };
    stream.on('data', (bytes: Buffer) => {
      try {
        gather(bytes);
      } catch (thrown) {
        reject(thrown);
        stream.destroy();
      }
    });
    stream.on('end', () => (reply === null ? fail() : resolve(reply)));
    for (const event of ['error', 'cancelled']) stream.on(event, fail);
  });
}

function broken(): HearthError {
  return new HearthError('no-quorum', 'the handover of the routing table broke off; begin it anew');
}

export const decodeHandoverReply = (bytes: Buffer): HandoverReply =>
  hearth.table.HandoverReply.decode(bytes);

export const encodeHandoverReply = (reply: HandoverAnswer): Buffer =>
  Buffer.from(hearth.table.HandoverReply.encode(reply).finish());
