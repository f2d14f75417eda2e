/** Chance by rank: the first is drawn most, the n-th 1/n times as often (Zipf's law with exponent 1). */
import type { Random } from '../../../src/lib/index.js';

export class Zipf<Item> {
  /** Up to which number of [0, 1) each is drawn. */
  readonly #bounds: readonly number[];

  constructor(private readonly items: readonly Item[]) {
    const weights = items.map((_, index) => 1 / (index + 1));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let reached = 0;
    this.#bounds = weights.map((weight) => {
      reached += weight / total;
      return reached;
    });
  }

  draw(random: Random): Item {
    const dice = random.next();
    const index = this.#bounds.findIndex((bound) => dice < bound);
    // sums of fractions may end just below 1
    return this.items.at(index) as Item;
  }
}
