/**
 * Commands on their way into the durable log, from any node: straight in on the leader, passed to it
 * elsewhere, tried again while leaders change. A command is answered when it is committed *and*, where its proposer
 * wants that, every member that answers has applied it (bounded), so that whoever asks any node next finds it there.
 * While a command waits, the leader is asked whether it still leads: one that is cut off is not waited for.
 */
import type { Clock } from '../lib/index.js';
import type { ReplicatedLog } from '../log/index.js';
import { HearthError, type NodeId } from '../types/index.js';
import type { ClusterCore } from './core.js';
import { LeadDoubt } from './lead-doubt.js';
import type { ProposalWait } from './messages.js';
import type { Peers } from './peers.js';
import { methods } from './rpc.js';

/** How long a command tries to find a leader that takes it, while there is one that answers. */
const proposeTimeoutMs = 8000;
const retryEveryMs = 50;
/** How long a committed command waits for the slowest member before it is answered all the same. */
const visibleTimeoutMs = 1000;
const readIndexTimeoutMs = 400;
/** How often a leader is asked whether it still leads, while commands wait for it that long, or in doubt. */
const confirmEveryMs = 200;

/** What an offer came to: the index; not taken; nobody knows. */
type Offered = number | 'refused' | 'unknown';

/** A command that a leader has, and has not answered yet. */
interface Waiting {
  readonly startMs: number;
  readonly offeredMs: number;
  readonly leader: NodeId;
  readonly giveUp: () => void;
}

export class Proposals {
  readonly #doubt = new LeadDoubt();
  readonly #waiting = new Set<Waiting>();
  /** When the leader was last asked because commands wait; null while it is being asked. */
  #askedMs: number | null = 0;
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

  /** Resolves with the index. Throws `no-quorum` where no majority takes it in time, and says whether it still may. */
  async propose(command: Uint8Array, wait: ProposalWait): Promise<number> {
    const startMs = this.clock.nowMs();
    let mayHappen = false;
    while (this.clock.nowMs() < this.#givesUpAt(startMs)) {
      const { leader, diskFull } = this.log.status();
      // a full disk of this node's own may be why nobody leads: its log says so
      const taker = leader ?? (diskFull ? this.core.self.id : null);
      if (taker === null) this.#doubt.unanswered(this.clock.nowMs());
      else {
        const offered = await this.#offer(taker, command, wait, startMs);
        if (typeof offered === 'number') return offered;
        mayHappen ||= offered === 'unknown';
      }
      await this.#untilRetry();
    }
    throw refusal(mayHappen);
  }

  /** On the leader: commits, and may wait until the command can be seen everywhere. */
  async proposeHere(command: Uint8Array, wait: ProposalWait): Promise<number> {
    const index = await this.log.propose('command', command);
    if (wait === 'everywhere') await this.#untilVisible(index);
    return index;
  }

  /** The index that a linearizable read waits for; null where no leader confirms one in time. */
  async readIndex(): Promise<number | null> {
    const askedMs = this.clock.nowMs();
    const index = await this.#confirmedIndex();
    if (index === null) this.#doubt.unanswered(askedMs);
    else this.#doubt.confirmed(this.clock.nowMs());
    return index;
  }

  /** Another leader is known, or none: whoever waits for one looks at once. */
  leaderChanged(): void {
    for (const retry of [...this.#retries]) retry();
    this.#checkWaiting();
  }

  /** Something moved: members, reports, or time. */
  check(): void {
    this.#doubt.look(this.clock.nowMs());
    this.#checkWaiting();
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

  /** Nobody waits for a leader that does not answer, or while there is another one. */
  #checkWaiting(): void {
    if (this.#waiting.size === 0) return;
    const nowMs = this.clock.nowMs();
    const { leader } = this.log.status();
    for (const waiting of this.#waiting) {
      const replaced = leader !== null && leader !== waiting.leader;
      if (replaced || nowMs >= this.#givesUpAt(waiting.startMs)) waiting.giveUp();
      else if (this.#doubt.exists || nowMs - waiting.offeredMs >= confirmEveryMs) {
        this.#askLeader(nowMs);
      }
    }
  }

  #askLeader(nowMs: number): void {
    if (this.#askedMs === null || nowMs - this.#askedMs < confirmEveryMs) return;
    this.#askedMs = null;
    void this.readIndex().finally(() => {
      this.#askedMs = nowMs;
    });
  }

  #givesUpAt(startMs: number): number {
    this.#doubt.look(this.clock.nowMs());
    return Math.min(this.#doubt.givesUpAt(startMs), startMs + proposeTimeoutMs);
  }

  async #confirmedIndex(): Promise<number | null> {
    const { leader } = this.log.status();
    if (leader === null) return null;
    try {
      if (leader === this.core.self.id) return await this.#inTime(this.log.readIndex());
      const reply = await this.#call(leader, methods.readIndex, {}, readIndexTimeoutMs);
      return reply?.known ? reply.index : null;
    } catch {
      return null;
    }
  }

  async #inTime(index: Promise<number>): Promise<number | null> {
    let cancel = (): void => {};
    const late = new Promise<null>((resolve) => {
      cancel = this.clock.after(readIndexTimeoutMs, () => resolve(null));
    });
    return Promise.race([index, late]).finally(cancel);
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

  /** One try at one leader. Where it came to nothing, repeating is safe: commands have ids. */
  #offer(
    leader: NodeId,
    command: Uint8Array,
    wait: ProposalWait,
    startMs: number,
  ): Promise<Offered> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.delete(waiting);
        resolve('unknown');
      };
      const waiting = { startMs, offeredMs: this.clock.nowMs(), leader, giveUp };
      this.#waiting.add(waiting);
      const taken = (index: number | null): void => {
        if (index !== null) this.#doubt.confirmed(this.clock.nowMs());
        resolve(index ?? 'refused');
      };
      this.#take(leader, command, wait)
        .then(taken, (error: unknown) => {
          if (error instanceof HearthError && error.code !== 'no-quorum') reject(error);
          else resolve('unknown');
        })
        .finally(() => this.#waiting.delete(waiting));
    });
  }

  /** Null: it does not lead. */
  async #take(leader: NodeId, command: Uint8Array, wait: ProposalWait): Promise<number | null> {
    if (leader === this.core.self.id) return this.proposeHere(command, wait);
    const request = { command, committedOnly: wait === 'committed' };
    const reply = await this.#call(leader, methods.propose, request, proposeTimeoutMs);
    return reply?.accepted ? reply.index : null;
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

function refusal(mayHappen: boolean): HearthError {
  const message = mayHappen
    ? 'No majority of the voters has confirmed the change in time. It may still happen, so look before you repeat it, here or at another node.'
    : 'No majority of the voters answers this node, so nothing was changed; try again, here or at another node.';
  return new HearthError('no-quorum', message, { retryAfterS: 1 });
}
