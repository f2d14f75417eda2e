/**
 * Keeps who votes, who leads and who feeds whom as it should be: every node says whom it asks and whom
 * it prefers, and the leader carries the plan out, one change at a time.
 */
import type { Clock, Logger } from '../lib/index.js';
import type { ReplicatedLog, VotersControl } from '../log/index.js';
import type { NodeId } from '../types/index.js';
import type { ClusterCore } from './core.js';

/** After a change of voters or leader that failed. */
const restMs = 500;
/** How long a node that stops tries to hand the lead over. */
const handOverTimeoutMs = 1000;
/** Between two tries to: a refusal comes at once. */
const handOverRetryMs = 20;

export class Steering {
  #gone: ReadonlySet<NodeId> = new Set();
  #busy = false;
  #restUntilMs = 0;
  #leaving = false;
  #handingOver: Promise<void> | null = null;

  constructor(
    private readonly core: ClusterCore,
    private readonly log: ReplicatedLog & VotersControl,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  membersChanged(): void {
    this.log.setPreference(this.core.preference());
    this.log.setFeeders(this.core.feeders());
    const gone = this.core.gone();
    for (const id of gone) if (!this.#gone.has(id)) this.log.processGone(id);
    this.#gone = gone;
  }

  statusChanged(): void {
    this.log.setFeeders(this.core.feeders());
  }

  tick(nowMs: number): void {
    if (this.#leaving || this.log.status().state !== 'leader') return;
    const { learners, voters, leader } = this.core.plan(this.log.followers(), nowMs);
    this.log.setLearners(learners);
    if (this.#busy || nowMs < this.#restUntilMs) return;
    if (voters !== null) this.#do(this.log.changeVoters(voters), { voters });
    else if (leader !== null) this.#do(this.log.transferLead(leader), { leader });
  }

  /** This node stops: the lead goes to another at once, so that nobody has to miss it. */
  handOver(): Promise<void> {
    this.#handingOver ??= this.#handOver();
    return this.#handingOver;
  }

  async #handOver(): Promise<void> {
    this.#leaving = true;
    const nowMs = this.clock.nowMs();
    while (this.log.status().state === 'leader' && this.clock.nowMs() - nowMs < handOverTimeoutMs) {
      const followers = this.log.followers();
      const ready = (id: NodeId): boolean => followers.get(id)?.caughtUp === true;
      const { voters } = this.log.status();
      const to = this.core.preference().find((id) => voters.includes(id) && ready(id));
      if (to === undefined) return;
      await this.log.transferLead(to).catch(() => this.#pause());
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.clock.after(handOverRetryMs, resolve));
  }

  #do(change: Promise<unknown>, what: Record<string, unknown>): void {
    this.#busy = true;
    change
      .then(
        () => this.logger.info(what, 'changed who votes or leads'),
        (error: unknown) => {
          this.#restUntilMs = this.clock.nowMs() + restMs;
          this.logger.debug({ err: error, ...what }, 'not changed yet');
        },
      )
      .finally(() => {
        this.#busy = false;
      });
  }
}
