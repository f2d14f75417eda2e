/**
 * Tells the leader of the log how far this node's catalogue has come, so that the leader can answer a
 * deploy once it is visible everywhere. One report is under way at a time; it is always the newest.
 */
import { type Clock, Paced } from '../lib/index.js';
import type { ReplicatedLog } from '../log/index.js';
import type { NodeId } from '../types/index.js';
import type { ClusterCore } from './core.js';
import type { Peers } from './peers.js';
import { methods } from './rpc.js';

const reportTimeoutMs = 2000;
/** A report costs more than an entry does: one is for many where they follow each other. */
const reportEveryMs = 25;

export class AppliedReports {
  #reporting = false;
  readonly #paced: Paced;
  #told: { leader: NodeId | null; index: number } = { leader: null, index: 0 };

  constructor(
    clock: Clock,
    private readonly core: ClusterCore,
    private readonly log: ReplicatedLog,
    private readonly peers: Peers,
    private readonly clusterId: string,
  ) {
    this.#paced = new Paced(clock, reportEveryMs, () => this.#report());
  }

  /** Reports where there is something that the present leader was not told, now or in a moment. */
  check(): void {
    if (!this.#reporting && this.#news() !== null) this.#paced.ask();
  }

  stop(): void {
    this.#paced.stop();
  }

  #news(): { readonly leader: NodeId; readonly address: string; readonly index: number } | null {
    const { self } = this.core;
    const { leader } = this.log.status();
    if (leader === null || leader === self.id) return null;
    const index = this.core.appliedBy(self.id);
    const address = this.core.addressOf(leader);
    const isNew = this.#told.leader !== leader || this.#told.index < index;
    return isNew && address !== undefined ? { leader, address, index } : null;
  }

  #report(): void {
    const news = this.#news();
    if (news === null) return;
    const { leader, address, index } = news;
    this.#reporting = true;
    const report = { clusterId: this.clusterId, node: this.core.self.id, index };
    this.peers.call(address, methods.applied, report, reportTimeoutMs).then(
      () => {
        this.#reporting = false;
        this.#told = { leader, index };
        this.check();
      },
      () => {
        // the next tick tries again
        this.#reporting = false;
      },
    );
  }
}
