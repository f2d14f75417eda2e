/**
 * How a node gets admitted: it asks one member after the other until the leader has put it into the log, or is the
 * leader and does so itself. What can never come to anything (another cluster, another secret, a release too far from
 * that of a member) ends the node with the reason; everything else is tried again.
 */
import { status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import type { hearth } from '#proto/cluster';
import { type Clock, type Logger, reasonOf } from '../lib/index.js';
import { formatHostPort, HearthError, type HostPort } from '../types/index.js';
import type { ClusterCore } from './core.js';
import { encodeNodeInfo } from './node-info.js';
import { joinTimeoutMs, type OpenCluster } from './peer-requests.js';
import type { Peers } from './peers.js';
import { methods } from './rpc.js';
import { secretMismatch } from './secret-check.js';
import type { Security } from './security.js';
import { checkSkew } from './skew.js';

export interface JoiningDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly peers: Peers;
  readonly security: Security;
  core(): ClusterCore;
  /** Null before the cluster is known. */
  open(): OpenCluster | null;
  isStopped(): boolean;
  knownAddresses(): readonly HostPort[];
  /** A member has admitted this node. */
  admitted(reply: hearth.cluster.JoinReply): Promise<void>;
  /** It never will. */
  failed(message: string): void;
}

/** Between two tries to be admitted. */
const joinEveryMs = 250;
/** How often a node that is not admitted says so. */
const joinWarnEveryMs = 5000;

export class Joining {
  #busy = false;
  #nextMs = 0;
  #turn = 0;
  #warnMs = 0;

  constructor(
    private readonly deps: JoiningDeps,
    /** The addresses of --join. */
    private readonly given: readonly HostPort[],
  ) {}

  /** To be called often while the node is not admitted. */
  tick(nowMs: number): void {
    if (this.#busy || nowMs < this.#nextMs) return;
    this.#busy = true;
    this.#nextMs = nowMs + joinEveryMs;
    const log = this.deps.open()?.log;
    // the addresses of --join are asked first in any case: they may be of another cluster
    const leads = log?.status().state === 'leader' && this.#turn >= this.given.length;
    const attempt = leads ? this.#admitSelf(log) : this.#ask();
    attempt
      .catch((error: unknown) => this.#refused(error))
      .finally(() => {
        this.#busy = false;
      });
  }

  async #admitSelf(log: OpenCluster['log']): Promise<void> {
    const core = this.deps.core();
    checkSkew(core.self, core.view().nodes);
    await log.propose('member', encodeNodeInfo(core.self));
  }

  async #ask(): Promise<void> {
    const address = this.#whomToAsk(this.#turn++);
    if (address === undefined) return;
    const { self } = this.deps.core();
    const request = { clusterId: this.deps.open()?.id ?? '', node: self, forwarded: false };
    const reply = await this.deps.peers
      .call(address, methods.join, request, joinTimeoutMs)
      .catch((error: unknown) => this.#explained(address, error));
    if (!this.deps.isStopped()) await this.deps.admitted(reply);
  }

  /** Throws what was thrown, unless the cluster secret is behind it. */
  async #explained(address: string, thrown: unknown): Promise<never> {
    const { clock, security } = this.deps;
    const { code } = thrown as Partial<ServiceError>;
    const mismatch =
      code === grpcStatus.UNAVAILABLE && !this.deps.isStopped()
        ? await secretMismatch(clock, security, address)
        : null;
    throw mismatch === null ? thrown : new HearthError('unauthorized', mismatch);
  }

  /** First each address of --join, then the leader where one is known, else the members in turn. */
  #whomToAsk(turn: number): string | undefined {
    const given = this.given[turn];
    if (given !== undefined) return formatHostPort(given);
    const core = this.deps.core();
    const leader = this.deps.open()?.log.status().leader ?? null;
    if (leader !== null && leader !== core.self.id) return core.addressOf(leader);
    const others = this.deps.knownAddresses();
    const other = others[turn % others.length];
    return other === undefined ? undefined : formatHostPort(other);
  }

  #refused(error: unknown): void {
    const reason = reasonOf(error);
    const { code, details } = error as Partial<ServiceError>;
    const isFinal = error instanceof HearthError && finalCodes.has(error.code);
    if (isFinal || code === grpcStatus.FAILED_PRECONDITION) {
      this.deps.failed(`Cannot join the cluster: ${isFinal ? reason : details}.`);
      return;
    }
    const nowMs = this.deps.clock.nowMs();
    if (nowMs < this.#warnMs) return;
    this.#warnMs = nowMs + joinWarnEveryMs;
    const asked = this.deps.knownAddresses().map(formatHostPort);
    this.deps.logger.warn({ asked, reason }, 'not admitted to the cluster yet, asking again');
  }
}

const finalCodes: ReadonlySet<string> = new Set(['unauthorized', 'revision-mismatch']);
