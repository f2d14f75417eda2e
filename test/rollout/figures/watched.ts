/** A cluster of one function whose times and errors are drawn under a seed, watched for a bake. */
import { type Random, seededRandom } from '../../../src/lib/index.js';
import { bucketCount, bucketOf, trimmed } from '../../../src/rollout/figures/buckets.js';
import { type Comparison, type NodeFigures, ReleaseWatch } from '../../../src/rollout/index.js';
import { nodeId } from '../../../src/types/index.js';

export interface Behaviour {
  /** The time of one invocation. */
  readonly ms: (random: Random) => number;
  readonly failureShare?: number;
  readonly functionErrorShare?: number;
  readonly lagMs?: (random: Random) => number;
  readonly perS?: number;
}

export interface Plan {
  readonly old: Behaviour;
  readonly new: Behaviour;
  readonly oldNodes?: number;
  readonly bakeMs?: number;
  readonly requestsMin?: number;
  /** Seconds after which it is given up; without it, as many as the longest bake. */
  readonly seconds?: number;
}

export const lookMs = 250;

/** Looks until there is a verdict. */
export function watched(seed: number, plan: Plan): Comparison {
  const { bakeMs = 10_000, requestsMin = 200, oldNodes = 5 } = plan;
  const random = seededRandom(seed);
  const watch = new ReleaseWatch({ bakeMs, requestsMin });
  const nodes = Array.from({ length: oldNodes + 1 }, (_, index) => ({
    id: nodeId(index.toString(16).padStart(32, '0')),
    isNew: index === oldNodes,
    node: new SimulatedNode(random, index === oldNodes ? plan.new : plan.old),
  }));
  const endMs = plan.seconds === undefined ? 5 * bakeMs + 2000 : plan.seconds * 1000;
  for (let nowMs = 0; ; nowMs += lookMs) {
    const readings = nodes.map(({ id, isNew, node }) => ({
      node: id,
      isNew,
      figures: node.figures(),
    }));
    const found = watch.look(nowMs, readings);
    if (found.verdict !== 'waiting' || nowMs >= endMs) return found;
    for (const { node } of nodes) node.go();
  }
}

class SimulatedNode {
  readonly #warm = new Uint32Array(bucketCount);
  readonly #lag = new Uint32Array(bucketCount);
  #requests = 0;
  #failures = 0;
  #functionErrors = 0;
  #owed = 0;

  constructor(
    private readonly random: Random,
    private readonly behaviour: Behaviour,
  ) {}

  /** As much as between two looks. */
  go(): void {
    const { random } = this;
    const { ms, failureShare = 0, functionErrorShare = 0, perS = 40, lagMs } = this.behaviour;
    for (this.#owed += (perS * lookMs) / 1000; this.#owed >= 1; this.#owed--) {
      this.#requests++;
      if (random.next() < failureShare) this.#failures++;
      else if (random.next() < functionErrorShare) this.#functionErrors++;
      else count(this.#warm, ms(random));
    }
    for (let sample = 0; sample < 2; sample++) count(this.#lag, lagMs?.(random) ?? 1);
  }

  figures(): NodeFigures {
    const { name, requests, failures, functionErrors } = {
      name: 'f',
      requests: this.#requests,
      failures: this.#failures,
      functionErrors: this.#functionErrors,
    };
    const warmBuckets = trimmed(this.#warm);
    return {
      startedMs: 1,
      functions: [{ name, requests, failures, functionErrors, warmBuckets }],
      forwardedBuckets: [],
      lagBuckets: trimmed(this.#lag),
    };
  }
}

function count(buckets: Uint32Array, ms: number): void {
  const bucket = bucketOf(ms);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}
