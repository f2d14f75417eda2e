import { strict as assert } from 'node:assert';
import { hkdfSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { updatesBytesMax } from '../../src/gossip/codec.js';
import { recordBytes } from '../../src/gossip/content.js';
import {
  type Carrier,
  GossipCodec,
  type MemberRecord,
  nonceStart,
  type Packet,
} from '../../src/gossip/index.js';
import { Keyring } from '../../src/gossip/keyring.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { clusterId, limits, nodeId } from '../../src/types/index.js';
import { anyPacket, anyRecord } from './packets.js';

const cluster = clusterId('ab'.repeat(16));
const other = clusterId('cd'.repeat(16));
const [one, two, three] = ['one', 'two', 'three'].map((name) => Buffer.from(`secret ${name}`));
assert(one !== undefined && two !== undefined && three !== undefined);

const forged = { ok: false, reason: 'forged' };
const replayed = { ok: false, reason: 'replayed' };

/** A packet without updates, from the node whose id is this digit 32 times. */
function packet(digit = '1', generation = 1): Packet {
  const envelope = { clusterId: cluster, from: nodeId(digit.repeat(32)), generation };
  return { ...envelope, updates: [], view: '', body: { kind: 'gossip' } };
}

test('every packet comes back as it was, sealed or plain, and fits in a datagram', () => {
  const sealed: readonly Uint8Array[] = [one];
  for (const secrets of [[], sealed]) {
    const sender = new GossipCodec(cluster, secrets);
    const receiver = new GossipCodec(cluster, secrets);
    fc.assert(
      fc.property(anyPacket(cluster), (sent) => {
        const datagram = sender.encode(sent);
        assert.ok(datagram.length <= limits.datagramBytesMax);
        assert.deepEqual(receiver.decode(datagram), { ok: true, packet: sent });
      }),
    );
  }
});

test('a datagram filled to the last byte of its room is not oversized, whatever its body', () => {
  const [record] = fc.sample(anyRecord, { numRuns: 1, seed: 1 });
  assert(record !== undefined);
  const recordOf = (bytes: number): MemberRecord => {
    const sizes = Array.from({ length: 255 }, (_, length) => `${'h'.repeat(length + 1)}:1`);
    const records = sizes.map((address): MemberRecord => ({ ...record, cluster: address }));
    const exact = records.find((sized) => recordBytes(sized) === bytes);
    assert(exact !== undefined, `no record takes ${bytes} bytes`);
    return exact;
  };
  const part = Math.floor(updatesBytesMax / 4);
  const sizes = [part, part, part, updatesBytesMax - 3 * part];
  const target = nodeId('f'.repeat(32));
  const codec = new GossipCodec(cluster, [one]);
  for (const kind of ['ping', 'ack', 'ping-request', 'nack'] as const) {
    const probe = { sequence: 2 ** 32 - 1, target };
    const body = kind === 'ack' ? { kind, ...probe, wallMs: 2 ** 52 } : { kind, ...probe };
    const full = { ...packet('f', 2 ** 48 - 1), view: 'f'.repeat(16), body };
    const datagram = codec.encode({ ...full, updates: sizes.map(recordOf) });
    assert.ok(datagram.length > limits.datagramBytesMax - 48, `${datagram.length} bytes`);
  }
});

test('a whole view fits in a message on a stream, and in no datagram', () => {
  const sender = new GossipCodec(cluster, [one]);
  const [record] = fc
    .sample(anyPacket(cluster), { numRuns: 50, seed: 1 })
    .flatMap((sent) => sent.updates);
  assert(record !== undefined);
  const longest = { ...record, cluster: `${'a'.repeat(255)}:65535`, accusers: [] };
  const everybody = { ...packet(), updates: new Array(limits.membersMax).fill(longest) };
  const message = sender.encode(everybody, 'stream');
  const receiver = new GossipCodec(cluster, [one]);
  assert.deepEqual(receiver.decode(message), { ok: false, reason: 'oversized' });
  assert.deepEqual(receiver.decode(message, 'stream'), { ok: true, packet: everybody });
  assert.throws(() => sender.encode(everybody), /beyond its room/);
});

test('a sealed packet opens only with the same secret for the same cluster, and unchanged', () => {
  const datagram = new GossipCodec(cluster, [one]).encode(packet());
  assert.deepEqual(new GossipCodec(cluster, [two]).decode(datagram), forged);
  assert.deepEqual(new GossipCodec(other, [one]).decode(datagram), forged);
  for (let index = 2; index < datagram.length; index++) {
    const changed = Uint8Array.from(datagram, (byte, at) => (at === index ? byte ^ 1 : byte));
    const receiver = new GossipCodec(cluster, [one]);
    assert.deepEqual(receiver.decode(changed), forged, `byte ${index}`);
    assert.equal(receiver.decode(datagram).ok, true, 'a forged packet leaves no trace');
  }
});

test('a node with a secret refuses plain packets, and one without refuses sealed ones', () => {
  const plain = new GossipCodec(cluster, []);
  const sealed = new GossipCodec(cluster, [one]);
  assert.deepEqual(sealed.decode(plain.encode(packet())), { ok: false, reason: 'unsealed' });
  assert.deepEqual(plain.decode(sealed.encode(packet())), { ok: false, reason: 'sealed' });
  assert.throws(() => sealed.useSecrets([]), /holds a secret/);
  assert.throws(() => plain.useSecrets([one]), /stays plain/);
});

test('no nonce comes twice, on whatever carrier, and a restart begins above the last one', () => {
  const clock = new SimulatedClock();
  const before = new GossipCodec(cluster, [one], nonceStart(clock));
  const nonces = new Set<string>();
  const counters: bigint[] = [];
  const take = (bytes: Uint8Array): void => {
    nonces.add(Buffer.from(bytes.subarray(28, 40)).toString('hex'));
    counters.push(Buffer.from(bytes).readBigUInt64BE(32));
  };
  for (let turn = 0; turn < 500; turn++)
    take(before.encode(packet(), turn % 2 ? 'stream' : 'datagram'));
  before.useSecrets([two, one]);
  for (let turn = 0; turn < 500; turn++) take(before.encode(packet()));
  clock.advance(1);
  const after = new GossipCodec(cluster, [one], nonceStart(clock));
  for (let turn = 0; turn < 10; turn++) take(after.encode(packet()));
  assert.equal(nonces.size, 1010);
  assert.deepEqual(
    counters,
    [...counters].sort((a, b) => Number(a - b)),
  );
});

test('two starts of the same life at the same moment still seal with different nonces', () => {
  const clock = new SimulatedClock();
  const [first, second] = [1, 2].map(() => new GossipCodec(cluster, [one], nonceStart(clock)));
  assert.notDeepEqual(first?.encode(packet()), second?.encode(packet()));
});

test('with the same start the same packets are the same bytes: a simulation replays', () => {
  const start = { salt: Uint8Array.of(1, 2, 3, 4), counter: 77 };
  const [first, second] = [1, 2].map(() => new GossipCodec(cluster, [one], start));
  for (let turn = 0; turn < 3; turn++) {
    assert.deepEqual(first?.encode(packet()), second?.encode(packet()));
  }
});

test('the key of a sender is HKDF of the secret, and differs per sender, life, secret and cluster', () => {
  const sender = Buffer.from('11'.repeat(22), 'hex');
  const ring = new Keyring([one], cluster);
  const info = Buffer.concat([
    Buffer.from('hearth gossip v2'),
    Buffer.from(cluster, 'hex'),
    sender,
  ]);
  const key = ring.senderKey(ring.sealing, sender);
  assert.deepEqual(key, Buffer.from(hkdfSync('sha256', one, '', info, 32)));
  const elsewhere = new Keyring([one], other);
  const another = new Keyring([two], cluster);
  const keys = [
    key,
    ring.senderKey(ring.sealing, Buffer.from(`${'11'.repeat(21)}12`, 'hex')),
    elsewhere.senderKey(elsewhere.sealing, sender),
    another.senderKey(another.sealing, sender),
  ];
  assert.equal(new Set(keys.map((bytes) => bytes.toString('hex'))).size, keys.length);
});

test('a packet opens once, in whatever order packets arrive', () => {
  const sender = new GossipCodec(cluster, [one]);
  const receiver = new GossipCodec(cluster, [one]);
  const datagrams = Array.from({ length: 1024 }, () => sender.encode(packet()));
  for (const datagram of datagrams.reverse()) assert.equal(receiver.decode(datagram).ok, true);
  for (const datagram of datagrams) assert.deepEqual(receiver.decode(datagram), replayed);
});

test('a packet more than 1024 behind counts as opened before', () => {
  const sender = new GossipCodec(cluster, [one]);
  const receiver = new GossipCodec(cluster, [one]);
  const late = [sender.encode(packet()), sender.encode(packet())];
  for (let turn = 0; turn < 1024; turn++) receiver.decode(sender.encode(packet()));
  assert.deepEqual(
    late.map((datagram) => receiver.decode(datagram)),
    [replayed, replayed],
  );
});

test('one counter serves both carriers: what came as a datagram does not open on a stream', () => {
  const receiver = new GossipCodec(cluster, [one]);
  const datagram = new GossipCodec(cluster, [one]).encode(packet());
  assert.equal(receiver.decode(datagram).ok, true);
  assert.deepEqual(receiver.decode(datagram, 'stream'), replayed);
});

test('a later life of a sender starts a new window; packets of an earlier one leave no trace', () => {
  const start = { salt: new Uint8Array(4), counter: 1_000_000 };
  const receiver = new GossipCodec(cluster, [one]);
  const earlier = new GossipCodec(cluster, [one], start);
  const later = new GossipCodec(cluster, [one], { ...start, counter: 5 });
  const old = earlier.encode(packet('1', 1));
  assert.equal(receiver.decode(old).ok, true);
  const young = later.encode(packet('1', 2));
  assert.equal(receiver.decode(young).ok, true, 'a lower counter, in a later life');
  assert.equal(receiver.decode(old).ok, true, 'for the core to refuse');
  assert.deepEqual(receiver.decode(young), replayed, 'and the window is still that of the later');
});

test('secrets rotate by add, use, remove, node by node, and no packet is dropped on the way', () => {
  const nodes = ['1', '2', '3'].map((digit) => ({ digit, codec: new GossipCodec(cluster, [one]) }));
  const everybodyTalks = (carrier: Carrier): void => {
    for (const from of nodes) {
      for (const to of nodes.filter((node) => node !== from)) {
        const sent = packet(from.digit);
        const result = to.codec.decode(from.codec.encode(sent, carrier), carrier);
        assert.deepEqual(result, { ok: true, packet: sent });
      }
    }
  };
  const steps = [[one], [one, two], [two, one], [two]];
  for (const secrets of steps) {
    for (const { codec } of nodes) {
      codec.useSecrets(secrets);
      everybodyTalks('datagram');
      everybodyTalks('stream');
    }
  }
  const withOld = new GossipCodec(cluster, [one]).encode(packet('4'));
  for (const { codec } of nodes) assert.deepEqual(codec.decode(withOld), forged);
});

test('a packet that is under way while its receiver changes secrets still opens', () => {
  const sender = new GossipCodec(cluster, [one]);
  const receiver = new GossipCodec(cluster, [one]);
  const [early, late] = [sender.encode(packet()), sender.encode(packet())];
  receiver.useSecrets([two, one]);
  assert.equal(receiver.decode(early).ok, true);
  receiver.useSecrets([two]);
  assert.deepEqual(receiver.decode(late), forged);
});

test('what was opened before a change of secrets does not open again after it', () => {
  const sender = new GossipCodec(cluster, [one]);
  const receiver = new GossipCodec(cluster, [one]);
  const datagram = sender.encode(packet());
  assert.equal(receiver.decode(datagram).ok, true);
  receiver.useSecrets([two, three, one]);
  assert.deepEqual(receiver.decode(datagram), replayed);
  sender.useSecrets([three]);
  assert.equal(receiver.decode(sender.encode(packet())).ok, true);
});
