/** Packets as fast-check arbitraries: whatever the core may send, up to the room that it fills. */
import fc from 'fast-check';
import { updatesBytesMax } from '../../src/gossip/codec.js';
import { recordBytes } from '../../src/gossip/content.js';
import {
  gossipParameters,
  type MemberRecord,
  type Packet,
  type PacketBody,
} from '../../src/gossip/index.js';
import { type ClusterId, coarseMemoryMb, nodeId } from '../../src/types/index.js';

const plainObjects = { noNullPrototype: true };
const anyMark = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const anyCount = fc.integer({ min: 0, max: 2 ** 52 });
const anyAddress = fc
  .tuple(fc.stringMatching(/^[a-z0-9.-]{1,255}$/), fc.integer({ min: 1, max: 65_535 }))
  .map(([host, port]) => `${host}:${port}`);

export const anyId = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => nodeId(Buffer.from(bytes).toString('hex')));

export const anyRecord: fc.Arbitrary<MemberRecord> = fc
  .record({
    id: anyId,
    generation: anyCount,
    incarnation: anyCount,
    status: fc.constantFrom('alive', 'suspect', 'dead', 'left'),
    cluster: anyAddress,
    meta: fc.record(
      {
        http: anyAddress,
        release: fc.stringMatching(/^[ -~]{0,64}$/),
        joinedAt: anyCount,
        load: fc.integer({ min: 0, max: 20 }).map((steps) => steps / 20),
        waiting: fc.constantFrom(0, 1, 4, 16, 64),
        freeMemoryMb: fc.nat().map(coarseMemoryMb),
        degraded: fc.boolean(),
        cohort: anyMark,
      },
      plainObjects,
    ),
    endedS: anyMark,
    accusers: fc
      .uniqueArray(anyMark, { maxLength: gossipParameters.accusersMax })
      .map((marks) => marks.sort((one, other) => one - other)),
  })
  .map((record) => ({
    ...record,
    endedS: record.status === 'dead' || record.status === 'left' ? record.endedS : 0,
    accusers: record.status === 'suspect' ? record.accusers : [],
  }));

const anyProbe = fc.record({ sequence: anyMark, target: anyId }, plainObjects);
const anyBody: fc.Arbitrary<PacketBody> = fc.oneof(
  anyProbe.map((probe) => ({ kind: 'ping' as const, ...probe })),
  anyProbe.map((probe) => ({ kind: 'ack' as const, ...probe })),
  fc
    .tuple(anyProbe, fc.integer({ min: 1, max: 2 ** 52 }))
    .map(([probe, wallMs]) => ({ kind: 'ack' as const, ...probe, wallMs })),
  anyProbe.map((probe) => ({ kind: 'ping-request' as const, ...probe })),
  anyProbe.map((probe) => ({ kind: 'nack' as const, ...probe })),
  fc.constant({ kind: 'gossip' as const }),
  fc.constant({ kind: 'sync' as const }),
);

/** A packet filled as the core fills it: up to the room there is for updates. */
export function anyPacket(clusterId: ClusterId): fc.Arbitrary<Packet> {
  return fc
    .record({
      clusterId: fc.constant(clusterId),
      from: anyId,
      generation: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      updates: fc.array(anyRecord, { maxLength: 30 }).map((records) => {
        let roomBytes = updatesBytesMax;
        return records.filter((record) => {
          if (recordBytes(record) > roomBytes) return false;
          roomBytes -= recordBytes(record);
          return true;
        });
      }),
      view: fc.constantFrom('', '0123456789abcdef', 'ff'.repeat(8)),
      body: anyBody,
    })
    .map((packet) => ({ ...packet }));
}
