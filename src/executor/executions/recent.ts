/** The newest blocks in memory: what is asked for most, and all there is where the disk takes nothing. */
import { type BlockHead, blockHead } from './block.js';

export interface HeldBlock {
  readonly block: Buffer;
  readonly head: BlockHead;
}

export class RecentBlocks {
  /** The oldest first. */
  #blocks: HeldBlock[] = [];
  #bytes = 0;

  constructor(private readonly bytesMax: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** The newest first; stays as it is while it is looked at. */
  newestFirst(): readonly HeldBlock[] {
    return [...this.#blocks].reverse();
  }

  add(block: Buffer): HeldBlock {
    const head = blockHead(block, 0);
    if (head === null) throw new Error('a block that was just made is not whole');
    const held = { block, head };
    this.#blocks.push(held);
    this.#bytes += block.length;
    let gone = 0;
    while (this.#bytes > this.bytesMax && gone < this.#blocks.length - 1) {
      this.#bytes -= this.#blocks[gone]?.block.length ?? 0;
      gone++;
    }
    if (gone > 0) this.#blocks = this.#blocks.slice(gone);
    return held;
  }
}
