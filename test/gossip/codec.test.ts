import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordBytes, updatesBytesMax } from '../../src/gossip/codec.js';
import {
  GossipCodec,
  type MemberRecord,
  type Packet,
  type PacketBody,
} from '../../src/gossip/index.js';
import { seededRandom } from '../../src/lib/index.js';
import { type ClusterId, clusterId, nodeId } from '../../src/types/index.js';

const cluster = clusterId('ab'.repeat(16));
const other = clusterId('cd'.repeat(16));
const secret = Buffer.from('the secret');
const plain = new GossipCodec(cluster, null);
const sealed = new GossipCodec(cluster, secret);

const plainObjects = { noNullPrototype: true };
const anyId = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => nodeId(Buffer.from(bytes).toString('hex')));
const anyCount = fc.integer({ min: 0, max: 2 ** 52 });
const anyAddress = fc
  .tuple(fc.stringMatching(/^[a-z0-9.-]{1,255}$/), fc.integer({ min: 1, max: 65_535 }))
  .map(([host, port]) => `${host}:${port}`);
const anyRecord: fc.Arbitrary<MemberRecord> = fc
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
        draining: fc.boolean(),
      },
      plainObjects,
    ),
    endedS: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  })
  .map((record) => ({
    ...record,
    endedS: record.status === 'dead' || record.status === 'left' ? record.endedS : 0,
  }));
const anyProbe = fc.record(
  { sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }), target: anyId },
  plainObjects,
);
const anyBody: fc.Arbitrary<PacketBody> = fc.oneof(
  anyProbe.map((probe) => ({ kind: 'ping' as const, ...probe })),
  anyProbe.map((probe) => ({ kind: 'ack' as const, ...probe })),
  anyProbe.map((probe) => ({ kind: 'ping-request' as const, ...probe })),
  fc.constant({ kind: 'gossip' as const }),
  fc.boolean().map((replyWanted) => ({ kind: 'sync' as const, replyWanted })),
);
/** A packet filled as the core fills it: up to the room there is for updates. */
const anyPacket: fc.Arbitrary<Packet> = fc
  .record({
    clusterId: fc.constant<ClusterId>(cluster),
    from: anyId,
    generation: anyCount,
    updates: fc.array(anyRecord, { maxLength: 30 }).map((records) => {
      let roomBytes = updatesBytesMax;
      return records.filter((record) => {
        if (recordBytes(record) > roomBytes) return false;
        roomBytes -= recordBytes(record);
        return true;
      });
    }),
    body: anyBody,
  })
  .map((packet) => ({ ...packet }));

test('every packet comes back as it was, sealed or plain, and fits in a datagram', () => {
  for (const codec of [plain, sealed]) {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        const datagram = codec.encode(packet);
        assert.ok(datagram.length <= 1200);
        assert.deepEqual(codec.decode(datagram), { ok: true, packet });
      }),
    );
  }
});

test('20,000 random, truncated and mutated datagrams are answered with a packet or a reason', () => {
  const random = seededRandom(7);
  const samples = fc.sample(anyPacket, { numRuns: 50, seed: 7 });
  const genuine = [plain, sealed].flatMap((codec) => samples.map((packet) => codec.encode(packet)));
  const reasons = new Map<string, number>();
  for (let turn = 0; turn < 20_000; turn++) {
    const datagram = turn % 4 === 0 ? noise(random.below(1400)) : mutated(turn);
    for (const codec of [plain, sealed]) {
      const result = codec.decode(datagram);
      const reason = result.ok ? 'ok' : result.reason;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  for (const reason of ['oversized', 'version', 'unsealed', 'sealed', 'forged', 'malformed']) {
    assert.ok((reasons.get(reason) ?? 0) > 0, `no datagram was ${reason}`);
  }

  function noise(length: number): Uint8Array {
    const bytes = Uint8Array.from({ length }, () => random.below(256));
    if (random.below(2) === 0) bytes.set([1, random.below(2)].slice(0, length));
    return bytes;
  }
  function mutated(turn: number): Uint8Array {
    const bytes = Uint8Array.from(genuine[random.below(genuine.length)] ?? []);
    if (turn % 4 === 1) return bytes.subarray(0, random.below(bytes.length));
    for (let flips = 1 + random.below(4); flips > 0; flips--) {
      const at = turn % 4 === 2 ? 2 + random.below(bytes.length - 2) : random.below(bytes.length);
      bytes[at] = random.below(256);
    }
    return bytes;
  }
});

test('a sealed packet opens only with the same secret for the same cluster, and unchanged', () => {
  const packet = fc.sample(anyPacket, 1)[0];
  assert.ok(packet !== undefined);
  const datagram = sealed.encode(packet);
  const forged = { ok: false, reason: 'forged' };
  assert.deepEqual(new GossipCodec(cluster, Buffer.from('another')).decode(datagram), forged);
  assert.deepEqual(new GossipCodec(other, secret).decode(datagram), forged);
  for (let index = 2; index < datagram.length; index += 7) {
    const changed = Uint8Array.from(datagram, (byte, at) => (at === index ? byte ^ 1 : byte));
    assert.deepEqual(sealed.decode(changed), forged);
  }
  assert.notDeepEqual(sealed.encode(packet), datagram, 'a nonce is never used twice');
});

test('a node with a secret refuses plain packets, and one without refuses sealed ones', () => {
  const packet = fc.sample(anyPacket, 1)[0];
  assert.ok(packet !== undefined);
  assert.deepEqual(sealed.decode(plain.encode(packet)), { ok: false, reason: 'unsealed' });
  assert.deepEqual(plain.decode(sealed.encode(packet)), { ok: false, reason: 'sealed' });
});
