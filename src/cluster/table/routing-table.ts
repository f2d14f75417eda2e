/**
 * Who holds what warm: claims by function and by node. Of every author the table is right up to a number: it
 * holds whatever was warm of the claims up to it, and what came before it is taken in no more. Claims of `cold` do
 * not move the number: a node that is asked again for one too many tells it twice, and one too few is never told.
 */
import type { FunctionKey, NodeId } from '../../types/index.js';
import type { Claim } from './claim.js';

interface Author {
  readonly generation: number;
  /** The table is right up to this claim. */
  sequence: number;
  readonly keys: Set<FunctionKey>;
}

export class RoutingTable {
  readonly #holders = new Map<FunctionKey, Map<NodeId, Claim>>();
  readonly #authors = new Map<NodeId, Author>();
  #size = 0;

  /** Warm claims held. */
  get size(): number {
    return this.#size;
  }

  /** Functions that somebody holds warm. */
  get functions(): number {
    return this.#holders.size;
  }

  /** Takes a claim in, unless it is known or a newer one is. A new life of a node ends the claims of its last. */
  merge(claim: Claim): void {
    const { key, node } = claim;
    const author = this.#authorOf(claim);
    if (author === undefined) return;
    if (claim.state === 'cold') {
      const present = this.#holders.get(key)?.get(node);
      if (present !== undefined && present.sequence < claim.sequence) {
        this.#remove(key, node, author);
      }
      return;
    }
    if (claim.sequence > author.sequence) {
      author.sequence = claim.sequence;
      this.#put(claim, author);
    }
  }

  /** Takes in a claim of a snapshot, which come in any order. */
  load(claim: Claim): void {
    const author = this.#authorOf(claim);
    if (author === undefined) return;
    author.sequence = Math.max(author.sequence, claim.sequence);
    this.#put(claim, author);
  }

  /** The claim up to which the table is right about this life of the node; 0 for none. */
  sequenceOf(node: NodeId, generation: number): number {
    const author = this.#authors.get(node);
    return author?.generation === generation ? author.sequence : 0;
  }

  /** The life of the node that its claims are of; 0 where it has none. */
  generationOf(node: NodeId): number {
    return this.#authors.get(node)?.generation ?? 0;
  }

  /** What the node holds warm. */
  keysOf(node: NodeId): ReadonlySet<FunctionKey> {
    return this.#authors.get(node)?.keys ?? new Set();
  }

  nodes(): IterableIterator<NodeId> {
    return this.#authors.keys();
  }

  drop(node: NodeId): void {
    const author = this.#authors.get(node);
    if (author === undefined) return;
    for (const key of author.keys) this.#remove(key, node, author);
    this.#authors.delete(node);
  }

  holders(key: FunctionKey): IterableIterator<Claim> | readonly Claim[] {
    return this.#holders.get(key)?.values() ?? [];
  }

  /** All warm claims. */
  *claims(): Generator<Claim> {
    for (const holders of this.#holders.values()) yield* holders.values();
  }

  /**
   * All warm claims as of now, though the table may change while they are read. A copy, of 8 bytes a claim: whoever
   * stands at a position must hold the same as all others there, for they will be told the same.
   */
  snapshot(): Iterator<Claim> {
    return [...this.claims()].values();
  }

  /** Undefined where the claim is of a life that is over. */
  #authorOf({ node, generation }: Claim): Author | undefined {
    const present = this.#authors.get(node);
    if (present !== undefined) {
      if (present.generation === generation) return present;
      if (present.generation > generation) return undefined;
      this.drop(node);
    }
    const author: Author = { generation, sequence: 0, keys: new Set() };
    this.#authors.set(node, author);
    return author;
  }

  #put(claim: Claim, author: Author): void {
    const { key, node } = claim;
    let holders = this.#holders.get(key);
    if (holders === undefined) {
      holders = new Map();
      this.#holders.set(key, holders);
    }
    if (!holders.has(node)) this.#size++;
    holders.set(node, claim);
    author.keys.add(key);
  }

  #remove(key: FunctionKey, node: NodeId, author: Author): void {
    author.keys.delete(key);
    const holders = this.#holders.get(key);
    if (holders === undefined || !holders.delete(node)) return;
    this.#size--;
    if (holders.size === 0) this.#holders.delete(key);
  }
}
