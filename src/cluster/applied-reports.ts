/**
 * Tells the leader of the log how far this node's catalogue has come, so that the leader can answer a
 * deploy once it is visible everywhere. One report is under way at a time; it is always the newest.
 */
import type { ReplicatedLog } from '../log/index.js';
import type { NodeId } from '../types/index.js';
import type { ClusterCore } from './core.js';
import type { Peers } from './peers.js';
import { methods } from './rpc.js';

const reportTimeoutMs = 2000;

export class AppliedReports {
  #reporting = false;
  #told: { leader: NodeId | null; index: number } = { leader: null, index: 0 };

  constructor(
    private readonly core: ClusterCore,
    private readonly log: ReplicatedLog,
    private readonly peers: Peers,
    private readonly clusterId: string,
  ) {}

  /** Reports where there is something that the present leader was not told. */
  check(): void {
    const { self } = this.core;
    const { leader } = this.log.status();
    if (this.#reporting || leader === null || leader === self.id) return;
    const index = this.core.appliedBy(self.id);
    const address = this.core.addressOf(leader);
    const isNew = this.#told.leader !== leader || this.#told.index < index;
    if (!isNew || address === undefined) return;
    this.#reporting = true;
    const report = { clusterId: this.clusterId, node: self.id, index };
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
