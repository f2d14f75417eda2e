/**
 * What this node says about itself: the only place where claims are made. Newer ones stand further back,
 * so that what came after a number is a tail. Claims of `cold` are kept as tombstones for a while; a
 * Master that knows less than the oldest of them is told everything instead.
 */
import type { FunctionKey, WarmClaim } from '../../types/index.js';
import type { NumberedClaim } from './messages.js';

export interface ClaimsSince {
  readonly since: number;
  readonly sequence: number;
  /** All that is warm, and no other. */
  readonly complete: boolean;
  readonly claims: readonly NumberedClaim[];
}

export class OwnClaims {
  /** In the order of their sequence. */
  readonly #claims = new Map<FunctionKey, NumberedClaim>();
  #sequence = 0;
  #tombstones = 0;
  /** Tombstones up to this one have been forgotten. */
  #floor = 0;

  constructor(private readonly tombstonesMax: number) {}

  /** The newest claim's number; 0 where none was ever made. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Numbers what is new; false where the claim says what is known already. */
  add({ key, state, load }: WarmClaim): boolean {
    const present = this.#claims.get(key);
    const known = present?.state ?? 'cold';
    if (known === state && (present?.load ?? 0) === load) return false;
    if (present?.state === 'cold') this.#tombstones--;
    this.#claims.delete(key);
    this.#claims.set(key, { key, state, load, sequence: ++this.#sequence });
    if (state === 'cold' && ++this.#tombstones > this.tombstonesMax) this.#forgetTombstone();
    return true;
  }

  /** The claims after number `since`, oldest first. */
  since(since: number): ClaimsSince {
    const complete = since < this.#floor;
    const claims: NumberedClaim[] = [];
    for (const claim of this.#claims.values()) {
      if (complete ? claim.state === 'warm' : claim.sequence > since) claims.push(claim);
    }
    return { since: complete ? 0 : since, sequence: this.#sequence, complete, claims };
  }

  #forgetTombstone(): void {
    for (const [key, { state, sequence }] of this.#claims) {
      if (state === 'warm') continue;
      this.#claims.delete(key);
      this.#tombstones--;
      this.#floor = sequence;
      return;
    }
  }
}
