/**
 * What may arrive on the port of gossip and was not sent by an honest member: noise, damaged, old,
 * oversized and repeated packets, headers and bodies of different packets, and protobuf that lies about
 * itself. All of it from one seed.
 */
import fc from 'fast-check';
import type { Carrier, GossipCodec } from '../../src/gossip/index.js';
import type { Seal } from '../../src/gossip/seal.js';
import type { Random } from '../../src/lib/index.js';
import { type ClusterId, limits, nodeId } from '../../src/types/index.js';
import { HostileContent } from './hostile-content.js';
import { anyPacket } from './packets.js';

export interface HostileInput {
  readonly kind: HostileKind;
  readonly bytes: Uint8Array;
  readonly carrier: Carrier;
}

export const hostileKinds = [
  'noise',
  'truncated',
  'mutated',
  'wrong-version',
  'oversized',
  'replayed',
  'spliced',
  'hostile-content',
  'other-cluster',
  'genuine',
] as const;
export type HostileKind = (typeof hostileKinds)[number];

export interface Senders {
  /** Seals or not, as the node under test expects it. */
  readonly codec: GossipCodec;
  /** A member of another cluster. */
  readonly stranger: GossipCodec;
  /** Seals any content; null where the cluster is plain. */
  readonly seal: Seal | null;
}

const headerBytes = 24;
const samples = 200;
const noiseBytes = 1 << 16;
/** Kept to be sent again: more than one window holds, so that some are too old. */
const recentMax = 2000;

export class HostileBytes {
  readonly #noise: Buffer;
  readonly #packets;
  readonly #strange: readonly Uint8Array[];
  readonly #content: HostileContent;
  readonly #recent: Uint8Array[] = [];
  #model: Uint8Array = new Uint8Array();
  #modelUses = 0;

  constructor(
    private readonly random: Random,
    private readonly senders: Senders,
    private readonly cluster: ClusterId,
    seed: number,
  ) {
    this.#noise = Buffer.from(Array.from({ length: noiseBytes }, () => random.below(256)));
    this.#packets = fc.sample(anyPacket(cluster), { numRuns: samples, seed });
    this.#strange = this.#packets.map((packet) => senders.stranger.encode(packet));
    this.#content = new HostileContent(random, this.#packets);
  }

  next(): HostileInput {
    const kind = hostileKinds[this.random.below(hostileKinds.length)] ?? 'noise';
    const carrier: Carrier = this.random.below(4) === 0 ? 'stream' : 'datagram';
    return { kind, carrier, bytes: this.#bytes(kind) };
  }

  #bytes(kind: HostileKind): Uint8Array {
    switch (kind) {
      case 'noise':
        return this.#disguised(this.#noiseOf(this.random.below(1400)));
      case 'truncated': {
        const bytes = this.#spoilable();
        return bytes.subarray(0, this.random.below(bytes.length));
      }
      case 'mutated':
        return this.#mutated();
      case 'wrong-version': {
        const bytes = Buffer.from(this.#spoilable());
        bytes[0] = this.random.below(256);
        return bytes;
      }
      case 'oversized': {
        const spare = this.random.below(this.random.below(32) === 0 ? 65_000 : 1_000);
        return Buffer.concat([this.#spoilable(), this.#noiseOf(limits.datagramBytesMax + spare)]);
      }
      case 'replayed':
        return this.#recent[this.random.below(this.#recent.length)] ?? this.#genuine();
      case 'spliced':
        return this.#spliced();
      case 'hostile-content':
        return this.#withContent(this.#content.next());
      case 'other-cluster':
        return this.#strange[this.random.below(samples)] ?? this.#genuine();
      case 'genuine':
        return this.#genuine();
    }
  }

  #genuine(): Uint8Array {
    const packet = this.#packets[this.random.below(samples)];
    if (packet === undefined) throw new RangeError('no samples');
    const bytes = this.senders.codec.encode(packet);
    if (this.#recent.length < recentMax) this.#recent.push(bytes);
    else this.#recent[this.random.below(recentMax)] = bytes;
    return bytes;
  }

  /** A genuine packet to spoil, not sent so far; a new one now and then, for encoding takes longest. */
  #spoilable(): Uint8Array {
    if (this.#modelUses++ % 8 === 0) this.#model = this.#genuine();
    return this.#model;
  }

  #noiseOf(length: number): Buffer {
    const from = this.random.below(this.#noise.length);
    const once = this.#noise.subarray(from, from + length);
    const filled = Buffer.alloc(length);
    if (once.length > 0) filled.fill(once);
    return filled;
  }

  /** Some of the noise wears the header of a packet: without it, all would die at the version. */
  #disguised(bytes: Buffer): Buffer {
    const genuine = this.#spoilable();
    const worn = [0, 2, headerBytes, headerBytes + 4, headerBytes + 16][this.random.below(5)] ?? 0;
    bytes.set(genuine.subarray(0, Math.min(worn, bytes.length)));
    return bytes;
  }

  #mutated(): Uint8Array {
    const bytes = Buffer.from(this.#spoilable());
    for (let flips = 1 + this.random.below(4); flips > 0; flips--) {
      const at = this.random.below(bytes.length);
      const flipped = (bytes[at] ?? 0) ^ (1 << this.random.below(8));
      bytes[at] = this.random.below(2) === 0 ? flipped : this.random.below(256);
    }
    return bytes;
  }

  #spliced(): Uint8Array {
    const [one, other] = [this.#spoilable(), this.#genuine()];
    const at = this.random.below(2) === 0 ? headerBytes : this.random.below(one.length);
    return Buffer.concat([one.subarray(0, at), other.subarray(at)]);
  }

  /** Content under an honest header and, where the cluster seals, sealed as by a member gone mad. */
  #withContent(content: Uint8Array): Uint8Array {
    const bytes = Buffer.from(this.#spoilable().subarray(0, headerBytes));
    if (this.senders.seal === null) {
      return Buffer.concat([bytes, Buffer.from(this.cluster, 'hex'), content]);
    }
    // a sender of its own: its counters are not those of the honest ones
    bytes.fill(0xee, 2);
    const sender = {
      id: nodeId(bytes.toString('hex', 2, 18)),
      generation: bytes.readUIntBE(18, 6),
    };
    const header = { bytes, senderBytes: bytes.subarray(2), sender };
    return Buffer.concat([bytes, this.senders.seal.seal(header, content)]);
  }
}
