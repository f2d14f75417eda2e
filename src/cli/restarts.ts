/**
 * Starts nodes of `hearth up` again that have crashed or were killed, as a supervisor would: a moment later, and
 * not for ever. A node that comes up may die as often as somebody likes to kill it; one that ends three times in a
 * row before it is up will not do better the fourth time.
 */
import type { Clock } from '../lib/index.js';
import { asFailure } from './failure.js';
import type { NodeProcess } from './node-process.js';
import { sleep } from './sleep.js';
import type { PlannedNode } from './up-plan.js';

export interface RestartsCollaborators {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly start: (plan: PlannedNode) => NodeProcess;
  /** `wait`: a rollout is under way, which starts nodes itself; `never`: another node took its part meanwhile. */
  readonly mayStart?: (plan: PlannedNode) => Promise<'now' | 'wait' | 'never'>;
}

const pauseMs = 1000;
const failuresMax = 3;

export class Restarts {
  /** One for each node that is about to be started. */
  readonly pending = new Set<Promise<void>>();
  /** How often in a row it has ended before it was up, by the number of the node; absent where it is up. */
  readonly #failures = new Map<number, number>();
  readonly #stopped = new AbortController();

  constructor(private readonly collaborators: RestartsCollaborators) {}

  /** `how`: what is said of it; `swept` resolves once nothing of it is left that could be in the way. */
  died({ plan }: NodeProcess, how: string, swept: Promise<void>): void {
    const { say } = this.collaborators;
    const before = this.#failures.get(plan.number);
    const failures = before === undefined ? 0 : before + 1;
    this.#failures.set(plan.number, failures);
    if (failures === failuresMax) {
      say(
        `${how}; it ended ${failuresMax} times before it was up and stays down; the others go on.`,
      );
      return;
    }
    say(`${how}; the others go on, and it is started again.`);
    const restart = this.#restart(plan, swept)
      .catch((thrown) => say(asFailure(thrown, `node ${plan.number} cannot be started`).message))
      .finally(() => this.pending.delete(restart));
    this.pending.add(restart);
  }

  /** Starts nothing any more; what is pending ends. */
  stop(): void {
    this.#stopped.abort();
  }

  async #restart(plan: PlannedNode, swept: Promise<void>): Promise<void> {
    await swept;
    for (let may = 'wait'; may === 'wait'; ) {
      await sleep(this.collaborators.clock, pauseMs, this.#stopped.signal);
      if (this.#stopped.signal.aborted) return;
      may = (await this.collaborators.mayStart?.(plan)) ?? 'now';
      if (may === 'never') return;
    }
    void this.collaborators.start(plan).ready.then(() => this.#failures.delete(plan.number));
  }
}
