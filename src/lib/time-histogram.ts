/** How often something took how long: counts by upper bounds, cheap enough for what happens with every request. */

/** As plain data, which passes from thread to thread. */
export interface TimeFigures {
  /** Of each bucket for itself; the last one has no bound. */
  readonly counts: readonly number[];
  readonly sumS: number;
}

export class TimeHistogram implements TimeFigures {
  readonly counts: number[];
  sumS = 0;

  /** Upper bounds in seconds, the least first. */
  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  get isEmpty(): boolean {
    return this.counts.every((count) => count === 0);
  }

  add(ms: number): void {
    const { bounds, counts } = this;
    const seconds = ms / 1000;
    let bucket = 0;
    while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket++;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    this.sumS += seconds;
  }

  figures(): TimeFigures {
    return { counts: [...this.counts], sumS: this.sumS };
  }
}
