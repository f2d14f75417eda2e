/**
 * Asks all nodes for their figures while releases are compared, and has them compared: once while canaries are baked,
 * and once from the first old node that is drained on, so that new nodes are still compared when there are no old ones.
 */
import type { Clock } from '../../lib/index.js';
import type { NodeView } from '../../types/index.js';
import { type Reading, ReleaseWatch } from '../figures/release-watch.js';
import type { Comparison, NodeFigures, PlanSettings, Rollout, Step } from '../types.js';
import type { Peer } from './peers.js';

export interface ComparisonsDeps {
  readonly clock: Clock;
  /** Throws where the node does not answer in time. */
  ask(node: Peer): Promise<NodeFigures>;
}

/** Steps in which releases are compared; those with one name are one watch. */
const watches: Partial<Record<Step, string>> = {
  'baking-canaries': 'canaries',
  draining: 'all',
  'draining-last': 'all',
  baking: 'all',
};
const askEveryMs = 500;

export class Comparisons {
  #watch: { readonly name: string; readonly watch: ReleaseWatch } | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;
  #asking = false;
  #latest: Comparison | null = null;

  constructor(
    private readonly deps: ComparisonsDeps,
    private readonly settings: PlanSettings,
  ) {}

  /** Of the present step; null where there is none yet. */
  get latest(): Comparison | null {
    return this.#latest;
  }

  look(rollout: Rollout, members: readonly NodeView[]): void {
    const of = watches[rollout.step];
    if (of === undefined) {
      this.forget();
      return;
    }
    const name = `${rollout.id} ${of}`;
    if (this.#watch?.name !== name) {
      this.#watch = { name, watch: new ReleaseWatch(this.settings) };
      this.#latest = null;
    }
    const nowMs = this.deps.clock.nowMs();
    if (this.#asking || nowMs - this.#askedMs < askEveryMs) return;
    this.#askedMs = nowMs;
    this.#asking = true;
    void this.#ask(this.#watch.watch, rollout, members).finally(() => {
      this.#asking = false;
    });
  }

  /** Nothing is compared now. */
  forget(): void {
    this.#watch = null;
    this.#latest = null;
  }

  /** Who does not answer in time is not among the readings of this time. */
  async #ask(watch: ReleaseWatch, rollout: Rollout, members: readonly NodeView[]): Promise<void> {
    const concerned = new Set([rollout.from.version, rollout.release.version]);
    const asked = members
      .filter(({ release }) => concerned.has(release))
      .map((node) => this.#read(node, rollout.release.version));
    const readings = (await Promise.all(asked)).filter((reading) => reading !== null);
    if (this.#watch?.watch !== watch) return;
    this.#latest = watch.look(this.deps.clock.nowMs(), readings);
  }

  async #read(node: NodeView, newVersion: string): Promise<Reading | null> {
    const { id, release } = node;
    const answer = this.deps.ask(node);
    return answer.then(
      (figures) => ({ node: id, isNew: release === newVersion, figures }),
      () => null,
    );
  }
}
