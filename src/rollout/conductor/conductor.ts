/** Who works from the present facts towards the next step of a rollout: this node, for as long as it is the Master. */
import type { Comparison, PlanSettings } from '../types.js';
import { Reign, type ReignDeps } from './reign.js';

export interface ConductorDeps extends ReignDeps {
  /** It rules, or does no more: a source is watched by one node. */
  readonly rules: (rules: boolean) => void;
}

export class Conductor {
  #reign: Reign | null = null;
  #started = false;

  constructor(
    private readonly deps: ConductorDeps,
    private readonly settings: PlanSettings,
  ) {}

  /** From now on this node knows what the cluster knows. */
  start(): void {
    this.#started = true;
    this.changed();
  }

  stop(): void {
    this.#started = false;
    this.changed();
  }

  /** The members have changed, or the state. */
  changed(): void {
    const view = this.deps.view();
    const rules = this.#started && view !== null && view.master === view.self;
    if (rules && this.#reign === null) {
      this.deps.logger.info('this node leads rollouts from now on');
      this.#reign = new Reign(this.deps, this.settings);
      this.deps.rules(true);
    } else if (!rules && this.#reign !== null) {
      this.#reign.end();
      this.#reign = null;
      this.deps.rules(false);
    } else this.#reign?.look();
  }

  /** Null where this node does not rule, or nothing is compared. */
  get comparison(): Comparison | null {
    return this.#reign?.comparison ?? null;
  }
}
