/**
 * Messages of AWS's event stream, in which InvokeWithResponseStream answers:
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 *
 *     u32 bytes in all | u32 bytes of headers | u32 CRC-32 so far | headers | payload | u32 CRC-32 of all before
 *
 * A header is u8 length and name, u8 type (7: text), u16 length and value.
 */
import { crc32 } from 'node:zlib';

export const eventStreamType = 'application/vnd.amazon.eventstream';

const preludeBytes = 12;
const crcBytes = 4;
const textType = 7;

const chunkHeaders = headersOf('PayloadChunk', 'application/octet-stream');
const completeHeaders = headersOf('InvokeComplete', 'application/json');

/** How an invocation ended; members are left out where there is nothing to say. */
export interface Completion {
  readonly ErrorCode?: string;
  readonly ErrorDetails?: string;
  /** Base64. */
  readonly LogResult?: string;
}

export function payloadChunk(payload: Uint8Array): Buffer {
  return message(chunkHeaders, payload);
}

export function invokeComplete(completion: Completion): Buffer {
  return message(completeHeaders, Buffer.from(JSON.stringify(completion)));
}

function message(headers: Uint8Array, payload: Uint8Array): Buffer {
  const payloadAt = preludeBytes + headers.length;
  const crcAt = payloadAt + payload.length;
  const buffer = Buffer.allocUnsafe(crcAt + crcBytes);
  buffer.writeUInt32BE(buffer.length, 0);
  buffer.writeUInt32BE(headers.length, 4);
  buffer.writeUInt32BE(crc32(buffer.subarray(0, 8)), 8);
  buffer.set(headers, preludeBytes);
  buffer.set(payload, payloadAt);
  buffer.writeUInt32BE(crc32(buffer.subarray(0, crcAt)), crcAt);
  return buffer;
}

function headersOf(eventType: string, contentType: string): Buffer {
  const headers = [
    [':message-type', 'event'],
    [':event-type', eventType],
    [':content-type', contentType],
  ] as const;
  return Buffer.concat(
    headers.map(([name, value]) => {
      const length = Buffer.alloc(3, textType);
      length.writeUInt16BE(value.length, 1);
      return Buffer.concat([Buffer.of(name.length), Buffer.from(name), length, Buffer.from(value)]);
    }),
  );
}
