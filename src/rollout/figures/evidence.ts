/**
 * Whether something happens more often on one side than on the other, however often one looks: a product of likelihood
 * ratios, which exceeds 1/a with a probability of a at most where it does not (Ville's inequality; Ramdas and others,
 * "Game-theoretic statistics and safe anytime-valid inference", 2023). Of `x + y` events, new ones are a binomial draw
 * by the sides' requests at most; the alternatives are rates that are so many times higher. No share, no distribution
 * and no rate has to be known or stay the same, and functions, slices of time and looks simply multiply.
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
   * `wantedNats`: what counts as proven. `slicesMin`: no slice may bring more than its share of that, for what happens
   * within a second often has one cause, such as the death of a third node.
   */
  constructor(
    private readonly wantedNats: number,
    private readonly slicesMin: number,
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
      const gained = pairs.reduce((all, pair) => all + gain(pair, more), 0);
      this.#nats[index] = (this.#nats[index] ?? 0) + Math.min(gained, most);
    }
  }
}

/** The logarithm of the likelihood ratio. */
function gain({ newRequests, newEvents, oldRequests, oldEvents }: Pair, more: number): number {
  if (newRequests === 0 || oldRequests === 0) return 0;
  const all = newRequests + oldRequests;
  const raised = all / (newRequests * more + oldRequests);
  return newEvents * Math.log(more * raised) + oldEvents * Math.log(raised);
}
