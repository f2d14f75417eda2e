/** What happens next in a simulation: events in the order of time, and of planning at equal times. */

interface Planned {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: () => void | Promise<void>;
}

export class EventHeap {
  readonly #heap: Planned[] = [];
  #sequence = 0;
  #first = 0;

  add(atMs: number, run: () => void | Promise<void>): void {
    const heap = this.#heap;
    const added = { atMs, sequence: this.#sequence++, run };
    let at = heap.push(added) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !before(added, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = added;
  }

  /** Before everything else that is planned for that time. */
  addFirst(atMs: number, run: () => void | Promise<void>): void {
    const sequence = this.#sequence;
    this.#sequence = --this.#first;
    this.add(atMs, run);
    this.#sequence = sequence;
  }

  next(): Planned | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const left = heap[below];
      const right = heap[below + 1];
      let least = left;
      if (right !== undefined && left !== undefined && before(right, left)) {
        least = right;
        below++;
      }
      if (least === undefined || !before(least, last)) break;
      heap[at] = least;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: Planned, b: Planned): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}
