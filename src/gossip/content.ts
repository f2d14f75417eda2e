/**
 * The content of a packet as protobuf (proto/gossip.proto). Who sends it stands in the header, which is
 * the codec's. What arrives is checked field by field, so that no core ever sees nonsense.
 */
import { hearth } from '#proto/gossip';
import {
  coarseMemoryMb,
  coarseWaiting,
  HearthError,
  type NodeId,
  nodeId,
  parseHostPort,
} from '../types/index.js';
import type { Ack, MemberRecord, Packet, PacketBody } from './packet.js';
import { parameters } from './parameters.js';
import type { GossipStatus, MemberMeta } from './types.js';

/** What surrounds the updates at most: the view 10 bytes, the body 37; some spare. */
export const contentOverheadBytesMax = 56;

/** Longest `host:port`: a DNS name of 253 characters, brackets, colon and port. */
const addressCharsMax = 261;
const releaseCharsMax = 64;
const integerMax = 2 ** 52;
const loadSteps = 20;
const memoryStepMb = 64;
const viewBytes = 8;

export function encodeContent(packet: Packet): Uint8Array {
  return hearth.gossip.Packet.encode(toWire(packet)).finish();
}

/** Throws where the bytes are no content of a packet. */
export function decodeContent(bytes: Uint8Array): Pick<Packet, 'updates' | 'view' | 'body'> {
  const wire = hearth.gossip.Packet.decode(bytes);
  const view = hex(wire.view);
  if (view !== '' && view.length !== 2 * viewBytes) throw new RangeError('not a view checksum');
  return { updates: wire.updates.map(recordFromWire), view, body: bodyFromWire(wire) };
}

/** Bytes that a record takes in a packet, its tag and length included. */
export function recordBytes(record: MemberRecord): number {
  return hearth.gossip.Member.encode(recordToWire(record)).len + 3;
}

/** How busy a member is, in the steps in which it travels: `load` by 0.05 between 0 and 1. */
export function normalised(meta: MemberMeta): MemberMeta {
  return {
    ...meta,
    load: Math.min(loadSteps, Math.max(0, Math.round(meta.load * loadSteps))) / loadSteps,
    waiting: coarseWaiting(meta.waiting),
    freeMemoryMb: coarseMemoryMb(meta.freeMemoryMb),
  };
}

/** Throws `invalid-parameter` where a member could not be told to others. */
export function checkSayable(record: MemberRecord): void {
  recordFromWire(recordToWire(record));
}

function toWire({ updates, view, body }: Packet): hearth.gossip.Packet.$Properties {
  const rest = { updates: updates.map(recordToWire), view: Buffer.from(view, 'hex') };
  switch (body.kind) {
    case 'ping':
      return { ...rest, ping: probeToWire(body) };
    case 'ack':
      return { ...rest, ack: { ...probeToWire(body), wallMs: body.wallMs ?? 0 } };
    case 'ping-request':
      return { ...rest, pingRequest: probeToWire(body) };
    case 'nack':
      return { ...rest, nack: probeToWire(body) };
    case 'gossip':
      return { ...rest, gossip: {} };
    case 'sync':
      return { ...rest, sync: {} };
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
    degraded: record.meta.degraded,
    cohort: record.meta.cohort,
    waiting: record.meta.waiting,
    freeMemoryUnits: record.meta.freeMemoryMb / memoryStepMb,
    endedS: record.endedS,
    accusers: [...record.accusers],
    proven: record.proven === true,
  };
}

function bodyFromWire(wire: hearth.gossip.Packet): PacketBody {
  if (wire.ping) return { kind: 'ping', ...probeFromWire(wire.ping) };
  if (wire.ack) return ackFromWire(wire.ack);
  if (wire.pingRequest) return { kind: 'ping-request', ...probeFromWire(wire.pingRequest) };
  if (wire.nack) return { kind: 'nack', ...probeFromWire(wire.nack) };
  if (wire.gossip) return { kind: 'gossip' };
  if (wire.sync) return { kind: 'sync' };
  throw new TypeError('a packet without a body');
}

function probeFromWire(wire: hearth.gossip.Probe.$Properties) {
  return { sequence: integer(wire.sequence), target: nodeId(hex(wire.target)) };
}

function ackFromWire(wire: hearth.gossip.Probe.$Properties): Ack {
  const wallMs = integer(wire.wallMs);
  return { kind: 'ack', ...probeFromWire(wire), ...(wallMs > 0 && { wallMs }) };
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
      degraded: wire.degraded === true,
      cohort: integer(wire.cohort),
      waiting: coarseWaiting(integer(wire.waiting)),
      freeMemoryMb: coarseMemoryMb(integer(wire.freeMemoryUnits) * memoryStepMb),
    },
    endedS: status === 'dead' || status === 'left' ? integer(wire.endedS) : 0,
    accusers: status === 'suspect' ? accusers(wire.accusers ?? []) : [],
    ...(status === 'dead' && wire.proven === true && { proven: true }),
  };
}

function accusers(marks: readonly number[]): readonly number[] {
  if (marks.length > parameters.accusersMax) throw new RangeError('too many accusers');
  return [...new Set(marks)].sort((one, other) => one - other);
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
