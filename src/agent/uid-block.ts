/**
 * A user of its own for every sandbox, as the host sees it: what one leaves behind, opens or signals is never
 * another's. The numbers are far above those that hosts give to people and services. A node takes a block at
 * random, so that nodes on one host hardly ever share one; inside, every sandbox sees the same number.
 */
import { strict as assert } from 'node:assert';
import type { Random } from '../lib/index.js';
import { limits } from '../types/index.js';

const firstUid = 1_900_000_000;
/** More than there are sandboxes: some are on their way out. */
const uidsPerBlock = 2048;
const blocks = 65_536;

assert(uidsPerBlock > limits.sandboxesPerNodeMax, 'every sandbox of a node has a user');

export class UidBlock {
  readonly #first: number;
  readonly #free: number[] = [];
  #next = 0;

  constructor(random: Random) {
    this.#first = firstUid + uidsPerBlock * random.below(blocks);
  }

  /** One that nobody has; null where all are taken. Those given back are the last to be taken again. */
  take(): number | null {
    if (this.#next < uidsPerBlock) return this.#first + this.#next++;
    return this.#free.shift() ?? null;
  }

  /** To be called when nothing is left that belongs to it. */
  giveBack(uid: number): void {
    assert(uid >= this.#first && uid < this.#first + uidsPerBlock, 'a user of this block');
    assert(!this.#free.includes(uid), 'a user is given back once');
    this.#free.push(uid);
  }
}
