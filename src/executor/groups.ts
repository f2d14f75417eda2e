/**
 * Functions over their versions. What is reserved for a function on this node bounds what all its versions run
 * together, and keeps as many places of the node free for it from everybody else.
 */
import type { Pool } from './pool.js';

export interface Group {
  readonly functionName: string;
  /** Invocations that may run here at the same time; Infinity where nothing is reserved. */
  share: number;
  running: number;
  /** Sandboxes of all versions, starting, idle or busy. */
  slots: number;
  /** Invocations that one of them runs, as the version seen last has it. */
  concurrency: number;
  /** Those of its versions. */
  readonly pools: Set<Pool>;
}

export class Groups {
  readonly #groups = new Map<string, Group>();
  #unusedSlots = 0;

  /** Places that functions with a share could still need. */
  get unusedSlots(): number {
    return this.#unusedSlots;
  }

  /** The one of a function, to whose pools one will be added. */
  of(functionName: string): Group {
    return this.#of(functionName);
  }

  leave(pool: Pool): void {
    pool.group.pools.delete(pool);
    this.#dropUnused(pool.group);
  }

  setConcurrency(group: Group, concurrency: number): void {
    this.#change(group, () => {
      group.concurrency = concurrency;
    });
  }

  count(group: Group, slots: number): void {
    const before = unusedSlotsOf(group);
    group.slots += slots;
    this.#unusedSlots += unusedSlotsOf(group) - before;
  }

  setShare(functionName: string, share: number): Group {
    const group = this.#of(functionName);
    this.#change(group, () => {
      group.share = share;
    });
    this.#dropUnused(group);
    return group;
  }

  get(functionName: string): Group | undefined {
    return this.#groups.get(functionName);
  }

  all(): Iterable<Group> {
    return this.#groups.values();
  }

  #of(functionName: string): Group {
    let group = this.#groups.get(functionName);
    if (group === undefined) {
      group = {
        functionName,
        share: Number.POSITIVE_INFINITY,
        running: 0,
        slots: 0,
        concurrency: 1,
        pools: new Set(),
      };
      this.#groups.set(functionName, group);
    }
    return group;
  }

  #change(group: Group, change: () => void): void {
    const before = unusedSlotsOf(group);
    change();
    this.#unusedSlots += unusedSlotsOf(group) - before;
  }

  #dropUnused(group: Group): void {
    if (group.pools.size > 0 || group.share !== Number.POSITIVE_INFINITY) return;
    this.#groups.delete(group.functionName);
  }
}

/** Places that the function has a right to and has not taken. */
export function unusedSlotsOf(group: Group): number {
  return Math.max(0, rightOf(group) - group.slots);
}

/** All its places are within its right: ending one would make room for nobody else. */
export function isProtected(group: Group): boolean {
  return group.share !== Number.POSITIVE_INFINITY && group.slots <= rightOf(group);
}

/** How many more invocations of the function may run now. */
export function roomOf({ share, running }: Group): number {
  return Math.max(0, share - running);
}

function rightOf({ share, concurrency }: Group): number {
  return share === Number.POSITIVE_INFINITY ? 0 : Math.ceil(share / concurrency);
}
