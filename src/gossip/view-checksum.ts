/**
 * One number for a whole view: 64 bits, the exclusive or of a hash per member, so that it is kept up to
 * date member by member in whatever order news come. What differs without harm (how busy it is, incarnation,
 * a suspicion under way) is left out: equal checksums mean that readers see the same cluster.
 */
import type { GossipMember } from './types.js';

interface Hash {
  readonly high: number;
  readonly low: number;
}

export class ViewChecksum {
  #high = 0;
  #low = 0;
  #text: string | null = null;

  /** Adds a member, or takes it out where it was in. */
  toggle({ high, low }: Hash): void {
    this.#high ^= high;
    this.#low ^= low;
    this.#text = null;
  }

  /** 16 hex digits. */
  get text(): string {
    this.#text ??= hex8(this.#high) + hex8(this.#low);
    return this.#text;
  }
}

/** The share of one member. */
export function memberHash(member: GossipMember): Hash {
  const { id, generation, status, cluster, meta } = member;
  if (status === 'dead' || status === 'left') return hashOf(`${id} ${generation} ${status}`);
  const { http, release, joinedAt, degraded, cohort } = meta;
  const live = `${id} ${generation} live ${cluster} ${http} ${release} ${joinedAt} ${degraded}`;
  // earlier releases know of no cohorts: where there is none, their checksum is the same
  return hashOf(cohort === 0 ? live : `${live} ${cohort}`);
}

/** Two FNV-1a hashes of 32 bits from different starts, each mixed as MurmurHash3 ends. */
function hashOf(text: string): Hash {
  let high = 0x811c9dc5;
  let low = 0x2f0b4c47;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x01000193) + high;
  }
  return { high: mixed(high), low: mixed(low) };
}

function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

function hex8(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0');
}
