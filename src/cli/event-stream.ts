/** Reads AWS's event stream, in which streamed answers come: https://smithy.io/2.0/aws/amazon-eventstream.html */
import { crc32 } from 'node:zlib';
import { CommandFailure } from './failure.js';

export interface EventMessage {
  /** `PayloadChunk` or `InvokeComplete`. */
  readonly type: string;
  readonly payload: Buffer;
}

const preludeBytes = 12;
const crcBytes = 4;
const textType = 7;
/** More than any answer that is not streamed, which comes in one message. */
const messageBytesMax = 16 * 1024 * 1024;

/** The messages in an answer that comes in any pieces. Throws where it is none, or is cut short. */
export async function* eventMessages(pieces: AsyncIterable<Buffer>): AsyncGenerator<EventMessage> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let wanted = preludeBytes;
  for await (const piece of pieces) {
    waiting.push(piece);
    bytes += piece.length;
    while (bytes >= wanted) {
      const data = Buffer.concat(waiting);
      const length = lengthOf(data);
      const isWhole = data.length >= length;
      if (isWhole) yield messageOf(data.subarray(0, length));
      const rest = isWhole ? data.subarray(length) : data;
      waiting = [rest];
      bytes = rest.length;
      wanted = isWhole ? preludeBytes : length;
    }
  }
  if (bytes > 0) throw garbled();
}

function lengthOf(data: Buffer): number {
  const length = data.readUInt32BE(0);
  const isRight = crc32(data.subarray(0, 8)) === data.readUInt32BE(8);
  if (isRight && length >= preludeBytes + crcBytes && length <= messageBytesMax) return length;
  throw garbled();
}

function messageOf(message: Buffer): EventMessage {
  const crcAt = message.length - crcBytes;
  const payloadAt = preludeBytes + message.readUInt32BE(4);
  if (crc32(message.subarray(0, crcAt)) !== message.readUInt32BE(crcAt)) throw garbled();
  let type = '';
  for (let at = preludeBytes; at < payloadAt; ) {
    const nameAt = at + 1;
    const typeAt = nameAt + message.readUInt8(at);
    if (message.readUInt8(typeAt) !== textType) throw garbled();
    const valueAt = typeAt + 3;
    at = valueAt + message.readUInt16BE(typeAt + 1);
    if (message.toString('utf8', nameAt, typeAt) === ':event-type') {
      type = message.toString('utf8', valueAt, at);
    }
  }
  return { type, payload: message.subarray(payloadAt, crcAt) };
}

function garbled(): CommandFailure {
  return new CommandFailure('what came is not a whole streamed answer.');
}
