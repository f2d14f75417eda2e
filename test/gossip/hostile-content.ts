/** Protobuf that lies about itself: lengths, depths, wire types, numbers, text. */
import { encodeContent } from '../../src/gossip/content.js';
import type { Packet } from '../../src/gossip/index.js';
import type { Random } from '../../src/lib/index.js';

/** Tag bytes of proto/gossip.proto: field number and wire type. */
const updateTag = 0x0a;
const groupStart = 0x0b;
const accusersTag = 0x6a;
const lengthDelimited = 2;

export class HostileContent {
  readonly #honestOnes: readonly Uint8Array[];

  constructor(
    private readonly random: Random,
    packets: readonly Packet[],
  ) {
    this.#honestOnes = packets.map(encodeContent);
  }

  next(): Uint8Array {
    switch (this.random.below(9)) {
      case 0:
        return Uint8Array.of(updateTag, ...varint(2 ** 31 - this.random.below(4)), 1, 2, 3);
      case 1:
        // as many members as bytes can claim
        return Buffer.alloc(2 * this.random.below(500), Uint8Array.of(updateTag, 0));
      case 2:
        return Buffer.alloc(this.random.below(1000), groupStart);
      case 3:
        return Buffer.alloc(this.random.below(1000), 0xff);
      case 4:
        return this.#member(Uint8Array.of(accusersTag, ...varint(400), ...new Array(400).fill(7)));
      case 5:
        return this.#member(this.#fields(1 + this.random.below(20)));
      case 6:
        return this.#fields(1 + this.random.below(20));
      case 7:
        // two bodies: the last one counts
        return Buffer.concat([this.#honest(), this.#honest()]);
      default:
        return this.#damaged();
    }
  }

  #honest(): Uint8Array {
    return this.#honestOnes[this.random.below(this.#honestOnes.length)] ?? new Uint8Array();
  }

  #damaged(): Uint8Array {
    const bytes = Buffer.from(this.#honest());
    for (let changes = 1 + this.random.below(3); changes > 0; changes--) {
      bytes[this.random.below(bytes.length)] = this.random.below(256);
    }
    return bytes;
  }

  #member(fields: Uint8Array): Uint8Array {
    return Buffer.concat([this.#honest(), Uint8Array.of(updateTag), varint(fields.length), fields]);
  }

  /** Fields with any number up to 15, of any wire type, with values at their extremes. */
  #fields(count: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let field = 0; field < count; field++) {
      const wireType = this.random.below(8);
      parts.push(Uint8Array.of((this.random.below(16) << 3) | wireType));
      if (wireType === lengthDelimited) {
        const bytes = Buffer.alloc(this.random.below(40), this.random.below(256));
        parts.push(varint(bytes.length), bytes);
      } else parts.push(this.#number());
    }
    return Buffer.concat(parts);
  }

  #number(): Uint8Array {
    const values = [0, 1, 127, 128, 2 ** 31, 2 ** 32 - 1, 2 ** 52, Number.MAX_SAFE_INTEGER];
    const value = values[this.random.below(values.length + 1)];
    // the largest that ten bytes hold, far above what a number holds
    return value === undefined ? Buffer.from('ffffffffffffffffff01', 'hex') : varint(value);
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}
