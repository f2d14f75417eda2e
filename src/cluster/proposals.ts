/**
 * Commands on their way into the durable log, from any node: straight in on the leader, passed to it
 * elsewhere, tried again while leaders change. A command is answered when it is committed *and*, where its proposer
 * wants that, every member that answers has applied it (bounded), so that whoever asks any node next finds it there.
 */
import type { Clock } from '../lib/index.js';
import type { ReplicatedLog } from '../log/index.js';
import { HearthError, type NodeId } from '../types/index.js';
import type { ClusterCore } from './core.js';
import type { ProposalWait } from './messages.js';
import type { Peers } from './peers.js';
import { methods } from './rpc.js';

/** How long a command tries to find a leader that takes it. */
const proposeTimeoutMs = 8000;
/** How long without any leader until a write is refused: an election takes about one second. */
const leaderlessMs = 3000;
const retryEveryMs = 50;
/** How long a committed command waits for the slowest member before it is answered all the same. */
const visibleTimeoutMs = 1000;
const readIndexTimeoutMs = 1000;

export class Proposals {
  /** Those who wait a moment before they look for a leader again. */
  readonly #retries = new Set<() => void>();
  #visible: {
    readonly index: number;
    readonly deadlineMs: number;
    readonly resolve: () => void;
  }[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly core: ClusterCore,
    private readonly log: ReplicatedLog,
    private readonly peers: Peers,
    private readonly clusterId: string,
  ) {}

  /** Resolves with the index. Throws `no-quorum` where no majority takes it in time. */
  async propose(command: Uint8Array, wait: ProposalWait): Promise<number> {
    const startMs = this.clock.nowMs();
    let leaderSeenMs = startMs;
    while (this.clock.nowMs() - startMs < proposeTimeoutMs) {
      const { leader, quorum, diskFull } = this.log.status();
      if (leader !== null && quorum) leaderSeenMs = this.clock.nowMs();
      if (this.clock.nowMs() - leaderSeenMs > leaderlessMs) break;
      // a full disk of this node's own may be why nobody leads: its log says so
      const taker = leader ?? (diskFull ? this.core.self.id : null);
      const index = taker === null ? null : await this.#offer(taker, command, wait);
      if (index !== null) return index;
      await this.#untilRetry();
    }
    throw new HearthError(
      'no-quorum',
      'No majority of the voters answers this node, so the change was not acknowledged; try again, here or at another node.',
      { retryAfterS: 1 },
    );
  }

  /** On the leader: commits, and may wait until the command can be seen everywhere. */
  async proposeHere(command: Uint8Array, wait: ProposalWait): Promise<number> {
    const index = await this.log.propose('command', command);
    if (wait === 'everywhere') await this.#untilVisible(index);
    return index;
  }

  /** The index that a linearizable read waits for; null where no leader confirms one in time. */
  async readIndex(): Promise<number | null> {
    const { leader } = this.log.status();
    if (leader === null) return null;
    try {
      if (leader === this.core.self.id) return await this.log.readIndex();
      const reply = await this.#call(leader, methods.readIndex, {}, readIndexTimeoutMs);
      return reply?.known ? reply.index : null;
    } catch {
      return null;
    }
  }

  /** Another leader is known, or none: whoever waits for one looks at once. */
  leaderChanged(): void {
    for (const retry of [...this.#retries]) retry();
  }

  /** Something moved: members, reports, or time. */
  check(): void {
    if (this.#visible.length === 0) return;
    const nowMs = this.clock.nowMs();
    this.#visible = this.#visible.filter(({ index, deadlineMs, resolve }) => {
      if (!this.core.appliedEverywhere(index)) {
        if (nowMs < deadlineMs) return true;
        this.core.tooLate(index);
      }
      resolve();
      return false;
    });
  }

  #untilRetry(): Promise<void> {
    return new Promise((resolve) => {
      const retry = (): void => {
        cancel();
        this.#retries.delete(retry);
        resolve();
      };
      const cancel = this.clock.after(retryEveryMs, retry);
      this.#retries.add(retry);
    });
  }

  #untilVisible(index: number): Promise<void> {
    if (this.core.appliedEverywhere(index)) return Promise.resolve();
    const deadlineMs = this.clock.nowMs() + visibleTimeoutMs;
    return new Promise((resolve) => this.#visible.push({ index, deadlineMs, resolve }));
  }

  /** One try at one leader. Null: not taken, or nobody knows; repeating is safe (commands have ids). */
  async #offer(leader: NodeId, command: Uint8Array, wait: ProposalWait): Promise<number | null> {
    try {
      if (leader === this.core.self.id) return await this.proposeHere(command, wait);
      const request = { command, committedOnly: wait === 'committed' };
      const reply = await this.#call(leader, methods.propose, request, proposeTimeoutMs);
      return reply?.accepted ? reply.index : null;
    } catch (error) {
      if (error instanceof HearthError && error.code !== 'no-quorum') throw error;
      return null;
    }
  }

  #call<Request, Shape extends object, Reply, ReplyShape>(
    node: NodeId,
    method: Parameters<typeof this.peers.call<Request, Shape, Reply, ReplyShape>>[1],
    request: Shape,
    timeoutMs: number,
  ): Promise<Reply> {
    const address = this.core.addressOf(node);
    if (address === undefined) return Promise.reject(new Error(`no address of ${node}`));
    return this.peers.call(address, method, { clusterId: this.clusterId, ...request }, timeoutMs);
  }
}
