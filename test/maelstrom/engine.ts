/**
 * The durable log under a Maelstrom node: the only file here that knows src/log. Maelstrom names its nodes
 * `n1`, `n2` and so on; the log wants 32 hex digits, so a node goes by its place in the list. The first
 * node founds the cluster, and the oldest one, three or five vote, oldest meaning first in the list. The
 * others are fed through the oldest but one, as Workers through their Replicas.
 */
import { type Clock, type Logger, systemRandom } from '../../src/lib/index.js';
import { type LogMessage, RaftLog, realDisk, SegmentStorage } from '../../src/log/index.js';
import { replicaCount, replicasFor } from '../../src/roles/index.js';
import { HearthError, type NodeId, nodeId } from '../../src/types/index.js';
import { decodeMessage, encodeMessage } from './log-codec.js';

export interface EngineEvents {
  /** A message of the log for another node, as JSON. */
  send(to: string, message: string): void;
  /** The data of a committed proposal; `index` rises. */
  committed(index: number, data: Uint8Array): void;
  /** The whole state as of now, in parts. */
  snapshot(): AsyncIterable<Uint8Array>;
  /** Becomes what a snapshot says, which ends with the entry at `index`. */
  restore(index: number, parts: AsyncIterable<Uint8Array>): Promise<void>;
  /** Another leader, or none. */
  leaderChanged(): void;
}

/** `refused`: it did not happen and never will. `unknown`: it may have happened, or may yet. */
export type ProposeOutcome = 'committed' | 'refused' | 'unknown';

const voterCheckMs = 100;

export class Engine {
  readonly #log: RaftLog;
  readonly #ids: readonly NodeId[];
  #cancelCheck: (() => void) | null = null;
  #changing = false;

  constructor(
    private readonly collaborators: {
      readonly clock: Clock;
      readonly logger: Logger;
      readonly events: EngineEvents;
    },
    private readonly options: {
      readonly self: string;
      readonly nodes: readonly string[];
      readonly directory: string;
    },
  ) {
    const { clock, logger, events } = collaborators;
    const { self, nodes, directory } = options;
    this.#ids = nodes.map((_, place) => nodeId((place + 1).toString(16).padStart(32, '0')));
    const storage = new SegmentStorage(
      { disk: realDisk, logger },
      { directory, clusterId: 'maelstrom' },
    );
    this.#log = new RaftLog(
      {
        clock,
        logger,
        storage,
        random: systemRandom(),
        replaceStorage: null,
        machine: {
          committed: (entries) => {
            for (const { index, kind, data } of entries) {
              if (kind === 'member') this.#admitted(index, Buffer.from(data).toString());
              events.committed(index, kind === 'command' ? data : nothing);
            }
          },
          snapshot: () => events.snapshot(),
          restore: (index, parts) => events.restore(index, parts),
        },
        events: {
          send: (message) => events.send(this.#name(message.to) ?? '', encodeMessage(message)),
          statusChanged: () => events.leaderChanged(),
          failed: (error) => {
            logger.error({ err: error }, 'the log failed');
            process.exit(1);
          },
        },
      },
      { self: this.#id(self), found: nodes[0] === self },
    );
  }

  async start(): Promise<void> {
    const self = this.#id(this.options.self);
    const replicas = this.#ids.slice(1, 1 + replicaCount(this.#ids.length));
    await this.#log.start();
    this.#log.setPreference(this.#ids);
    this.#log.setFeeders([...new Set([...replicasFor(self, replicas), ...this.#ids.slice(0, 5)])]);
    this.#cancelCheck = this.collaborators.clock.every(voterCheckMs, () => this.#checkVoters());
  }

  async stop(): Promise<void> {
    this.#cancelCheck?.();
    await this.#log.stop();
  }

  /** The name of who leads, as far as this node knows. */
  get leader(): string | null {
    const { leader } = this.#log.status();
    return leader === null ? null : this.#name(leader);
  }

  get leads(): boolean {
    return this.#log.status().state === 'leader';
  }

  receive(from: string, message: unknown): void {
    const decoded = decodeMessage(message, this.#id(from), this.#id(this.options.self));
    // Only our own nodes write these.
    this.#log.receive(decoded as LogMessage);
  }

  async propose(data: Uint8Array): Promise<ProposeOutcome> {
    // The log says `no-quorum` both for "not the leader" and for "lost the lead meanwhile".
    if (!this.leads) return 'refused';
    try {
      await this.#log.propose('command', data);
      return 'committed';
    } catch (thrown) {
      const unknown = !(thrown instanceof HearthError) || !definite.includes(thrown.code);
      return unknown ? 'unknown' : 'refused';
    }
  }

  /** Leader: up to where a read must have seen. Rejects where the lead cannot be confirmed. */
  readIndex(): Promise<number> {
    return this.#log.readIndex();
  }

  /** Leader: admits who starts with nothing, and makes the oldest voters. */
  #checkVoters(): void {
    const { state, voters, changing } = this.#log.status();
    if (state !== 'leader' || this.#changing) return;
    const wanted = this.#ids.slice(0, voterCount(this.#ids.length));
    this.#log.setLearners(wanted);
    const followers = this.#log.followers();
    const mute = [...followers].find(([, follower]) => follower.mute)?.[0];
    const ready = wanted.every((id) => voters.includes(id) || followers.get(id)?.caughtUp === true);
    const isSettled = changing || wanted.every((id) => voters.includes(id));
    if (mute !== undefined) this.#change(this.#log.propose('member', Buffer.from(mute)));
    else if (ready && !isSettled) this.#change(this.#log.changeVoters(wanted));
  }

  #change(change: Promise<unknown>): void {
    this.#changing = true;
    change
      // Somebody may not have caught up: the next check tries again.
      .catch(() => undefined)
      .finally(() => {
        this.#changing = false;
      });
  }

  #admitted(index: number, id: string): void {
    if (id === this.#id(this.options.self)) this.#log.admittedAt(index);
  }

  #id(name: string): NodeId {
    const id = this.#ids[this.options.nodes.indexOf(name)];
    if (id === undefined) throw new TypeError(`${name} is not among the nodes of this cluster`);
    return id;
  }

  #name(id: NodeId): string | null {
    return this.options.nodes[this.#ids.indexOf(id)] ?? null;
  }
}

const nothing = new Uint8Array();
const definite: readonly string[] = ['too-many-requests', 'request-too-large'];

function voterCount(nodes: number): number {
  if (nodes <= 2) return 1;
  return nodes < 7 ? 3 : 5;
}
