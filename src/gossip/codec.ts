/**
 * Packet <-> bytes, for datagrams and for streams: a header, then the content (content.ts), sealed where
 * the cluster has a secret. Whatever arrives, `decode` answers: a packet, or the reason why not.
 *
 *     version 1 | seal 1 | sender 16 | generation 6 | plain:  cluster id 16 | content
 *                                                   | sealed: key id 4 | nonce 12 | content, sealed | tag 16
 */
import { strict as assert } from 'node:assert';
import { systemClock } from '../lib/index.js';
import { type ClusterId, limits, nodeId } from '../types/index.js';
import { contentOverheadBytesMax, decodeContent, encodeContent } from './content.js';
import { checkBounds } from './content-bounds.js';
import type { DropReason, Packet } from './packet.js';
import { type ClearHeader, type NonceStart, nonceStart, Seal, sealOverheadBytes } from './seal.js';
import type { Sender } from './senders.js';

const version = 2;
const plainSeal = 0;
const gcmSeal = 1;
const idBytes = 16;
const generationBytes = 6;
const senderAt = 2;
const generationAt = senderAt + idBytes;
const headerBytes = generationAt + generationBytes;

/** Room for updates in one datagram; each takes `recordBytes`. */
export const updatesBytesMax =
  limits.datagramBytesMax -
  headerBytes -
  Math.max(idBytes, sealOverheadBytes) -
  contentOverheadBytesMax;

/** How a packet travels: alone in a datagram, or as a message on a stream, where a whole view fits. */
export type Carrier = 'datagram' | 'stream';

const bytesMax: { readonly [Way in Carrier]: number } = {
  datagram: limits.datagramBytesMax,
  stream: limits.gossipSyncBytesMax,
};

export type DecodeResult =
  | { readonly ok: true; readonly packet: Packet }
  | { readonly ok: false; readonly reason: DropReason };

export class GossipCodec {
  readonly #seal: Seal | null;

  /**
   * With secrets every packet is sealed, with the first of them, and opened with any; plain ones are
   * refused. Without, sealed ones are refused. One codec per node: it counts what it sealed and opened.
   * A simulator hands in `start`, so that a run repeats itself byte by byte.
   */
  constructor(
    private readonly cluster: ClusterId,
    secrets: readonly Uint8Array[],
    start: NonceStart = nonceStart(systemClock),
  ) {
    this.#seal = secrets.length === 0 ? null : new Seal(cluster, secrets, start);
  }

  /** Goes over to these secrets between two packets. A cluster with a secret never does without again. */
  useSecrets(secrets: readonly Uint8Array[]): void {
    if (this.#seal === null) assert(secrets.length === 0, 'a plain cluster stays plain');
    else this.#seal.useSecrets(secrets);
  }

  encode(packet: Packet, carrier: Carrier = 'datagram'): Uint8Array {
    const header = writtenHeader(packet, this.#seal === null ? plainSeal : gcmSeal);
    const content = encodeContent(packet);
    const rest =
      this.#seal?.seal(header, content) ??
      Buffer.concat([Buffer.from(packet.clusterId, 'hex'), content]);
    const bytes = Buffer.concat([header.bytes, rest]);
    assert(bytes.length <= bytesMax[carrier], 'the core filled a packet beyond its room');
    return bytes;
  }

  decode(bytes: Uint8Array, carrier: Carrier = 'datagram'): DecodeResult {
    if (bytes.length > bytesMax[carrier]) return dropped('oversized');
    if (bytes.length < headerBytes + idBytes) return dropped('malformed');
    if (bytes[0] !== version) return dropped('version');
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const rest = buffer.subarray(headerBytes);
    const header = readHeader(buffer);
    switch (bytes[1]) {
      case gcmSeal: {
        if (this.#seal === null) return dropped('sealed');
        const opened = this.#seal.open(header, rest);
        return opened.ok ? unpacked(header.sender, this.cluster, opened.plain) : opened;
      }
      case plainSeal: {
        if (this.#seal !== null) return dropped('unsealed');
        const clusterId = rest.toString('hex', 0, idBytes) as ClusterId;
        return unpacked(header.sender, clusterId, rest.subarray(idBytes));
      }
      default:
        return dropped('malformed');
    }
  }
}

function writtenHeader({ from, generation }: Packet, seal: number): ClearHeader {
  const bytes = Buffer.alloc(headerBytes);
  bytes[0] = version;
  bytes[1] = seal;
  bytes.write(from, senderAt, 'hex');
  bytes.writeUIntBE(generation, generationAt, generationBytes);
  const senderBytes = bytes.subarray(senderAt);
  return { bytes, senderBytes, sender: { id: from, generation } };
}

function readHeader(buffer: Buffer): ClearHeader {
  const bytes = buffer.subarray(0, headerBytes);
  const id = nodeId(bytes.toString('hex', senderAt, generationAt));
  const generation = bytes.readUIntBE(generationAt, generationBytes);
  return { bytes, senderBytes: bytes.subarray(senderAt), sender: { id, generation } };
}

function unpacked({ id, generation }: Sender, clusterId: ClusterId, content: Buffer): DecodeResult {
  try {
    checkBounds(content);
    return { ok: true, packet: { clusterId, from: id, generation, ...decodeContent(content) } };
  } catch {
    return dropped('malformed');
  }
}

function dropped(reason: DropReason): DecodeResult {
  return { ok: false, reason };
}
