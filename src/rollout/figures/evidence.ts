/**
 * Whether something happens more often on one side than on the other, however often one looks: a product of likelihood
 * ratios, which ever exceeds 1/a with a probability of a at most where it does not (Ville's inequality; Ramdas and
 * others, "Game-theoretic statistics and safe anytime-valid inference", 2023). The alternatives are rates that are so
 * many times higher. With n and N requests, c = (n + N) / (n times + N), x new events multiply by (times c)^x and y old
 * ones by c^y, of which the mean is at most 1 for any rate that both have, and also where the new one is higher by m and
 * m N is added to y. No rate has to be known or stay the same, and functions, slices of time and looks simply multiply.
 */

/** What happened on both sides, to one function, within one slice of time. */
export interface Pair {
  readonly newRequests: number;
  readonly newEvents: number;
  readonly oldRequests: number;
  readonly oldEvents: number;
}

/** How much more often it may be: each is believed in equally. */
const timesMore = [2, 5, 20];

export class Evidence {
  readonly #nats = timesMore.map(() => 0);

  /**
   * `wantedNats`: what counts as proven. `margin`: by how much larger a share may be. `slicesMin`: no slice may bring more than its share of that, for what happens
   * within a second often has one cause, such as the death of a third node.
   */
  constructor(
    private readonly wantedNats: number,
    private readonly slicesMin: number,
    private readonly margin: number,
  ) {}

  /** Belief as a share of what is wanted: 1 is proven, 0 is none at all. */
  get share(): number {
    const most = Math.max(...this.#nats);
    const sum = this.#nats.reduce((all, nats) => all + Math.exp(nats - most), 0);
    return Math.max(0, most + Math.log(sum / timesMore.length)) / this.wantedNats;
  }

  /** One slice of time. */
  add(pairs: readonly Pair[]): void {
    const most = (this.wantedNats + Math.log(timesMore.length)) / this.slicesMin;
    for (const [index, more] of timesMore.entries()) {
      const gained = pairs.reduce((all, pair) => all + gain(pair, more, this.margin), 0);
      this.#nats[index] = (this.#nats[index] ?? 0) + Math.min(gained, most);
    }
  }
}

/** The logarithm of the likelihood ratio. */
function gain(
  { newRequests, newEvents, oldRequests, oldEvents }: Pair,
  more: number,
  margin: number,
): number {
  if (newRequests === 0 || oldRequests === 0) return 0;
  const all = newRequests + oldRequests;
  const raised = all / (newRequests * more + oldRequests);
  const asMany = oldEvents + margin * oldRequests;
  return newEvents * Math.log(more * raised) + asMany * Math.log(raised);
}
