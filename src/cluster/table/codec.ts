/**
 * Messages of the routing table to bytes and back (`proto/table.proto`). What comes from another node is
 * checked here: whatever decodes has ids that are ids and numbers in their range.
 */
import { hearth } from '#proto/table';
import { type FunctionKey, limits, nodeId } from '../../types/index.js';
import type { Claim } from './claim.js';
import type { Epoch, NumberedClaim, Position, Report, TableMessage } from './messages.js';

const pb = hearth.table;

export function encodeTableMessage(message: TableMessage): Buffer {
  const bytes = pb.TableMessage.encode(toWire(message)).finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Null for a message of a kind that this release does not know. Throws for bytes that are no message. */
export function decodeTableMessage(bytes: Uint8Array): TableMessage | null {
  const wire = pb.TableMessage.decode(bytes);
  if (wire.report) return toReport(wire.report);
  if (wire.passedOn) {
    const { origin, report } = wire.passedOn;
    return { kind: 'passed-on', origin: nodeId(origin ?? ''), report: toReport(report ?? {}) };
  }
  if (wire.reported)
    return { kind: 'reported', ...numbers(wire.reported as hearth.table.Reported) };
  if (wire.collect) {
    const { generation, since } = wire.collect as hearth.table.Collect;
    return { kind: 'collect', generation, since };
  }
  if (wire.follow) {
    const { position } = wire.follow;
    return { kind: 'follow', position: position ? toPosition(position) : null };
  }
  if (wire.batch) {
    const { epoch, base, claims } = wire.batch;
    return {
      kind: 'batch',
      epoch: toEpoch(epoch),
      base: toPosition(base),
      claims: (claims ?? []).map(toClaim),
    };
  }
  if (wire.applied) return { kind: 'applied', position: toPosition(wire.applied.position) };
  if (wire.snapshot) {
    const { id, position, part, last, claims } = wire.snapshot as hearth.table.Snapshot;
    return {
      kind: 'snapshot',
      id,
      position: toPosition(position),
      part,
      last,
      claims: claims.map(toClaim),
    };
  }
  if (wire.partTaken) {
    const { id, part } = wire.partTaken as hearth.table.PartTaken;
    return { kind: 'part-taken', id, part };
  }
  if (wire.lookup) {
    const { id, key } = wire.lookup as hearth.table.Lookup;
    return { kind: 'lookup', id, key: toKey(key) };
  }
  if (wire.holders) {
    const { id, known, holders } = wire.holders as hearth.table.Holders;
    const named = holders.map(({ node, load }) => ({
      node: nodeId(node ?? ''),
      load: toLoad(load),
    }));
    return { kind: 'holders', id, holders: known ? named : null };
  }
  return null;
}

function toWire(message: TableMessage): hearth.table.ITableMessage {
  switch (message.kind) {
    case 'report':
      return { report: fromReport(message) };
    case 'passed-on':
      return { passedOn: { origin: message.origin, report: fromReport(message.report) } };
    case 'reported':
      return { reported: message };
    case 'collect':
      return { collect: message };
    case 'follow':
      return { follow: message };
    case 'batch':
      return { batch: { ...message, claims: message.claims.map(fromClaim) } };
    case 'applied':
      return { applied: message };
    case 'snapshot':
      return { snapshot: { ...message, claims: message.claims.map(fromClaim) } };
    case 'part-taken':
      return { partTaken: message };
    case 'lookup':
      return { lookup: message };
    case 'holders': {
      const { id, holders } = message;
      return { holders: { id, known: holders !== null, holders: [...(holders ?? [])] } };
    }
    default:
      return message satisfies never;
  }
}

function toReport(wire: hearth.table.IReport): Report {
  const { generation, since, sequence, complete, claims } = wire;
  return {
    kind: 'report',
    generation: generation ?? 0,
    since: since ?? 0,
    sequence: sequence ?? 0,
    complete: complete ?? false,
    claims: (claims ?? []).map(toNumbered),
  };
}

function fromReport(report: Report): hearth.table.IReport {
  return { ...report, claims: report.claims.map(fromNumbered) };
}

// Tables are 100,000 claims and more: objects are written out, which takes a third of the time of spreading them.

function fromNumbered({ key, state, load, sequence }: NumberedClaim): hearth.table.IClaim {
  return { key, sequence, warm: state === 'warm', load };
}

function fromClaim(claim: Claim): hearth.table.IClaim {
  const { key, state, load, sequence, node, generation } = claim;
  return { key, sequence, warm: state === 'warm', load, node, generation };
}

function toClaim(wire: hearth.table.IClaim): Claim {
  const { key, warm, load, node, generation, sequence } = wire;
  return {
    key: toKey(key),
    state: warm === true ? 'warm' : 'cold',
    load: toLoad(load),
    node: nodeId(node ?? ''),
    generation: generation ?? 0,
    sequence: sequence ?? 0,
  };
}

function toNumbered({ key, warm, load, sequence }: hearth.table.IClaim): NumberedClaim {
  return {
    key: toKey(key),
    state: warm === true ? 'warm' : 'cold',
    load: toLoad(load),
    sequence: sequence ?? 0,
  };
}

function toKey(key: string | null | undefined): FunctionKey {
  if (!key || key.length > limits.functionKeyCharsMax) throw new TypeError('not a function key');
  return key as FunctionKey;
}

function toLoad(load: number | null | undefined): number {
  return Math.min(load ?? 0, 100);
}

function toPosition(wire: hearth.table.IPosition | null | undefined): Position {
  return { epoch: toEpoch(wire?.epoch), offset: wire?.offset ?? 0 };
}

function toEpoch(wire: hearth.table.IEpoch | null | undefined): Epoch {
  const { number, master, generation } = wire ?? {};
  return { number: number ?? 0, master: nodeId(master ?? ''), generation: generation ?? 0 };
}

function numbers({ generation, sequence }: hearth.table.Reported) {
  return { generation, sequence };
}
