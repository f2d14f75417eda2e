/**
 * Packet <-> datagram: one byte version, one byte seal, then protobuf (proto/gossip.proto), sealed where
 * the cluster has a secret. Whatever arrives, `decode` answers: a packet, or the reason why not.
 */
import { strict as assert } from 'node:assert';
import { hearth } from '#proto/gossip';
import type { ClusterId } from '../types/index.js';
import {
  clusterId,
  HearthError,
  limits,
  type NodeId,
  nodeId,
  parseHostPort,
} from '../types/index.js';
import type { DropReason, MemberRecord, Packet, PacketBody } from './packet.js';
import { Seal, sealOverheadBytes } from './seal.js';
import type { GossipStatus } from './types.js';

const version = 1;
const plainSeal = 0;
const gcmSeal = 1;
const headerBytes = 2;
/** What surrounds the updates at most: ids 36, generation 9, the body 32; some spare. */
const envelopeBytesMax = 84;

/** Room for updates in one packet; each takes `recordBytes`. */
export const updatesBytesMax =
  limits.datagramBytesMax - headerBytes - sealOverheadBytes - envelopeBytesMax;

/** Longest `host:port`: a DNS name of 253 characters, brackets, colon and port. */
const addressCharsMax = 261;
const releaseCharsMax = 64;
const integerMax = 2 ** 52;
const loadSteps = 20;

export type DecodeResult =
  | { readonly ok: true; readonly packet: Packet }
  | { readonly ok: false; readonly reason: DropReason };

export class GossipCodec {
  readonly #seal: Seal | null;

  /** With a secret every packet is sealed and plain ones are refused; with `null` the other way round. */
  constructor(cluster: ClusterId, secret: Uint8Array | null) {
    this.#seal = secret === null ? null : new Seal(secret, cluster);
  }

  encode(packet: Packet): Uint8Array {
    const body = hearth.gossip.Packet.encode(toWire(packet)).finish();
    const sealed = this.#seal?.seal(body) ?? body;
    const datagram = new Uint8Array(headerBytes + sealed.length);
    datagram[0] = version;
    datagram[1] = this.#seal === null ? plainSeal : gcmSeal;
    datagram.set(sealed, headerBytes);
    assert(datagram.length <= limits.datagramBytesMax, 'the core filled a packet beyond its room');
    return datagram;
  }

  decode(datagram: Uint8Array): DecodeResult {
    if (datagram.length > limits.datagramBytesMax) return dropped('oversized');
    if (datagram.length < headerBytes) return dropped('malformed');
    if (datagram[0] !== version) return dropped('version');
    let body = datagram.subarray(headerBytes);
    if (datagram[1] === gcmSeal) {
      if (this.#seal === null) return dropped('sealed');
      try {
        body = this.#seal.open(body);
      } catch {
        return dropped('forged');
      }
    } else if (datagram[1] !== plainSeal) return dropped('malformed');
    else if (this.#seal !== null) return dropped('unsealed');
    try {
      return { ok: true, packet: fromWire(hearth.gossip.Packet.decode(body)) };
    } catch {
      return dropped('malformed');
    }
  }
}

/** Bytes that a record takes in a packet, its tag and length included. */
export function recordBytes(record: MemberRecord): number {
  return hearth.gossip.Member.encode(recordToWire(record)).len + 3;
}

/** Throws `invalid-parameter` where a member could not be told to others. */
export function checkSayable(record: MemberRecord): void {
  recordFromWire(recordToWire(record));
}

function dropped(reason: DropReason): DecodeResult {
  return { ok: false, reason };
}

function toWire(packet: Packet): hearth.gossip.Packet.$Properties {
  const { body } = packet;
  const envelope = {
    clusterId: Buffer.from(packet.clusterId, 'hex'),
    from: Buffer.from(packet.from, 'hex'),
    generation: packet.generation,
    updates: packet.updates.map(recordToWire),
  };
  switch (body.kind) {
    case 'ping':
      return { ...envelope, ping: probeToWire(body) };
    case 'ack':
      return { ...envelope, ack: probeToWire(body) };
    case 'ping-request':
      return { ...envelope, pingRequest: probeToWire(body) };
    case 'gossip':
      return { ...envelope, gossip: {} };
    case 'sync':
      return { ...envelope, sync: { replyWanted: body.replyWanted } };
  }
}

function probeToWire(body: { readonly sequence: number; readonly target: NodeId }) {
  return { sequence: body.sequence, target: Buffer.from(body.target, 'hex') };
}

const statusNumbers: { readonly [Status in GossipStatus]: number } = {
  alive: 1,
  suspect: 2,
  dead: 3,
  left: 4,
};
const statusNames: readonly (GossipStatus | undefined)[] = [
  undefined,
  'alive',
  'suspect',
  'dead',
  'left',
];

function recordToWire(record: MemberRecord): hearth.gossip.Member.$Properties {
  return {
    id: Buffer.from(record.id, 'hex'),
    generation: record.generation,
    incarnation: record.incarnation,
    status: statusNumbers[record.status],
    cluster: record.cluster,
    http: record.meta.http,
    release: record.meta.release,
    joinedAt: record.meta.joinedAt,
    loadTwentieths: Math.round(record.meta.load * loadSteps),
    draining: record.meta.draining,
    endedS: record.endedS,
  };
}

function fromWire(wire: hearth.gossip.Packet): Packet {
  return {
    clusterId: clusterId(hex(wire.clusterId)),
    from: nodeId(hex(wire.from)),
    generation: integer(wire.generation),
    updates: wire.updates.map(recordFromWire),
    body: bodyFromWire(wire),
  };
}

function bodyFromWire(wire: hearth.gossip.Packet): PacketBody {
  if (wire.ping) return { kind: 'ping', ...probeFromWire(wire.ping) };
  if (wire.ack) return { kind: 'ack', ...probeFromWire(wire.ack) };
  if (wire.pingRequest) return { kind: 'ping-request', ...probeFromWire(wire.pingRequest) };
  if (wire.gossip) return { kind: 'gossip' };
  if (wire.sync) return { kind: 'sync', replyWanted: wire.sync.replyWanted === true };
  throw new TypeError('a packet without a body');
}

function probeFromWire(wire: hearth.gossip.Probe.$Properties) {
  return { sequence: integer(wire.sequence), target: nodeId(hex(wire.target)) };
}

function recordFromWire(wire: hearth.gossip.Member.$Properties): MemberRecord {
  const status = statusNames[wire.status ?? 0];
  if (status === undefined) throw new TypeError('not a status');
  return {
    id: nodeId(hex(wire.id)),
    generation: integer(wire.generation),
    incarnation: integer(wire.incarnation),
    status,
    cluster: address(wire.cluster, 'the gossip address', 1),
    meta: {
      http: address(wire.http, 'the HTTP address', 0),
      release: text(wire.release, releaseCharsMax),
      joinedAt: integer(wire.joinedAt),
      load: Math.min(loadSteps, integer(wire.loadTwentieths)) / loadSteps,
      draining: wire.draining === true,
    },
    endedS: status === 'dead' || status === 'left' ? integer(wire.endedS) : 0,
  };
}

function hex(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString('hex') : '';
}

function integer(value: number | null | undefined): number {
  const number = value ?? 0;
  if (!Number.isInteger(number) || number < 0 || number > integerMax) {
    throw new RangeError(`not a counter: ${number}`);
  }
  return number;
}

function address(value: string | null | undefined, what: string, portMin: number): string {
  const { port } = parseHostPort(text(value, addressCharsMax), what);
  if (port < portMin) throw new HearthError('invalid-parameter', `${what} has port 0; name one.`);
  return value ?? '';
}

function text(value: string | null | undefined, charsMax: number): string {
  const string = value ?? '';
  if (Buffer.byteLength(string) > charsMax) {
    throw new HearthError(
      'invalid-parameter',
      `'${string.slice(0, 80)}' is longer than the ${charsMax} bytes gossip can carry; shorten it.`,
    );
  }
  return string;
}
