/**
 * The newest changes of the routing table with their positions. Master and Replicas keep the same: when a
 * Replica becomes Master it begins a new epoch where it stands, and tells the others what they lack from
 * here, without a snapshot. Epochs and where they began are the lineage, as the leader epochs of
 * Kafka are (KIP-101): a position is understood if its epoch is in it.
 */
import type { Claim } from './claim.js';
import { type Epoch, type Position, sameEpoch } from './messages.js';

interface Reign {
  readonly epoch: Epoch;
  /** The offset at which it began. */
  readonly start: number;
}

export class History {
  #lineage: Reign[] = [];
  /** The changes from offset `#base` on. */
  #claims: Claim[] = [];
  #base = 0;

  constructor(private readonly claimsMax: number) {}

  /** Where this node stands; null where it holds no table. */
  get end(): Position | null {
    const epoch = this.#lineage.at(-1)?.epoch;
    return epoch === undefined ? null : { epoch, offset: this.offset };
  }

  get offset(): number {
    return this.#base + this.#claims.length;
  }

  append(claim: Claim): void {
    this.#claims.push(claim);
    // cut rarely, so that the cost of a cut is spread over many changes
    if (this.#claims.length > 2 * this.claimsMax) this.#cut(this.#claims.length - this.claimsMax);
  }

  /** A new epoch begins where the history ends. */
  begin(epoch: Epoch): void {
    this.#lineage.push({ epoch, start: this.offset });
  }

  /** Starts anew from a snapshot at `position`; null: from nothing. */
  reset(position: Position | null): void {
    this.#claims = [];
    this.#base = position?.offset ?? 0;
    this.#lineage = position === null ? [] : [{ epoch: position.epoch, start: position.offset }];
  }

  /**
   * Whether whoever stands at `position` only has to be told what follows it here. If not, it needs a snapshot:
   * also where it has heard more of an ended epoch than is known here, for nobody can tell it what to take back.
   */
  meets({ epoch, offset }: Position): boolean {
    const at = this.#lineage.findIndex((reign) => sameEpoch(reign.epoch, epoch));
    const reign = this.#lineage[at];
    if (reign === undefined) return false;
    const end = this.#lineage[at + 1]?.start ?? this.offset;
    return offset >= reign.start && offset <= end && offset >= this.#base;
  }

  /** Whether the changes after `offset` are all still here. */
  reaches(offset: number): boolean {
    return offset >= this.#base && offset <= this.offset;
  }

  /** Up to `bytesMax` of changes after `offset`, at least one where there is one. */
  after(offset: number, bytesMax: number, bytesOf: (claim: Claim) => number): readonly Claim[] {
    const from = offset - this.#base;
    let bytes = 0;
    let to = from;
    for (; to < this.#claims.length && bytes < bytesMax; to++) {
      bytes += bytesOf(this.#claims[to] as Claim);
    }
    return this.#claims.slice(from, to);
  }

  #cut(count: number): void {
    this.#claims = this.#claims.slice(count);
    this.#base += count;
    const current = this.#lineage.findLastIndex(({ start }) => start <= this.#base);
    this.#lineage = this.#lineage.slice(Math.max(0, current));
  }
}
