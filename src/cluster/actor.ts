/**
 * The cluster actor: the one owner of ClusterCore. Gossip, the durable log, gRPC and the data thread
 * all end here, and what this node should do next about membership starts here.
 *
 * A node founds a cluster, or asks members to admit it, or (with a cluster id on disk) comes back to the
 * one it was in. Admission is an entry in the log; its index is the number that uptime rank is made of.
 */
import { status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import type { Gossip, GossipMember } from '../gossip/index.js';
import { type Clock, type Logger, type Random, randomHex32 } from '../lib/index.js';
import type { LogEntry, LogEvents, LogStatus, ReplicatedLog } from '../log/index.js';
import {
  asHearthError,
  type ClusterId,
  clusterId,
  formatHostPort,
  HearthError,
  type HostPort,
  type NodeId,
  parseHostPort,
} from '../types/index.js';
import { AppliedReports } from './applied-reports.js';
import { ClusterCore } from './core.js';
import type { Identity, IdentityFile } from './identity.js';
import type { ToControl, ToData } from './messages.js';
import { decodeNodeInfo, encodeNodeInfo, type NodeInfo, toNodeInfo } from './node-info.js';
import { joinTimeoutMs, type OpenCluster, PeerRequests } from './peer-requests.js';
import type { Peers } from './peers.js';
import { Proposals } from './proposals.js';
import { methods, toEnvelope } from './rpc.js';
import { secretMismatch } from './secret-check.js';
import type { Security } from './security.js';
import { ClusterServer } from './server.js';
import { Standstill } from './standstill.js';
import { TableActor } from './table-actor.js';

export interface ClusterDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly identityFile: IdentityFile;
  readonly peers: Peers;
  /** The same that `peers` has. */
  readonly security: Security;
  /** How long the data thread has not moved; null where that is not known. Asked at every tick. */
  dataThreadLagMs(nowMs: number): number | null;
  createLog(options: { self: NodeId; found: boolean; events: LogEvents }): ReplicatedLog;
  createGossip(options: {
    identity: Identity;
    clusterId: ClusterId;
    onChange: (members: readonly GossipMember[]) => void;
  }): Gossip;
  toData(message: ToData): void;
}

export interface ClusterOptions {
  readonly bind: HostPort;
  readonly advertise: HostPort;
  readonly http: string;
  readonly release: string;
  readonly join: readonly HostPort[];
}

const tickMs = 50;
/** Between two tries to be admitted. */
const joinEveryMs = 250;
/** How often the data thread gets what this one has counted, for its metrics. */
const countersEveryMs = 1000;
/** How often a node that is not admitted says so. */
const joinWarnEveryMs = 5000;
/** A returning node that nobody answers serves what it has on disk after this long. */
const aloneAfterMs = 5000;

export class ClusterActor {
  readonly #server: ClusterServer;
  readonly #standstill = new Standstill();
  #core: ClusterCore | null = null;
  #table: TableActor | null = null;
  #open: OpenCluster | null = null;
  #cancelTick: (() => void) | null = null;
  #startedMs = 0;
  #joinNextMs = 0;
  #joinWarnMs = 0;
  #countersAtMs = 0;
  #joining = false;
  #joinTurn = 0;
  #memberAnnounced = false;
  #announcing = false;
  #planning = false;
  #stopped = false;

  constructor(
    private readonly deps: ClusterDeps,
    private readonly options: ClusterOptions,
  ) {
    const requests = new PeerRequests({
      open: () => (this.#stopped ? null : this.#open),
      core: () => this.#state,
      admitted: (joinedAt, info) => this.#admitted(joinedAt, info),
      table: () => this.#routingTable.streams,
      peers: deps.peers,
      advertise: options.advertise,
    });
    this.#server = new ClusterServer(requests, deps.security, deps.logger);
  }

  /** Resolves when the node listens; membership comes as `view` and `member` messages. */
  async start(): Promise<void> {
    const { clock, identityFile } = this.deps;
    this.#startedMs = clock.nowMs();
    const identity = await identityFile.open();
    this.#core = new ClusterCore({
      id: identity.nodeId,
      generation: identity.generation,
      http: this.options.http,
      cluster: formatHostPort(this.options.advertise),
      release: this.options.release,
    });
    this.#table = new TableActor(
      {
        ...this.deps,
        clusterId: () => this.#open?.id ?? null,
        addressOf: (node) => this.#state.addressOf(node),
      },
      { id: identity.nodeId, generation: identity.generation },
    );
    await this.#server.start(this.options.bind);
    if (identity.clusterId !== null) await this.#openCluster(identity.clusterId, false);
    else if (this.options.join.length === 0) await this.#found();
    this.#cancelTick = clock.every(tickMs, () => this.#tick());
    this.deps.toData({ kind: 'started' });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTick?.();
    this.#table?.stop();
    await this.#open?.gossip.leave();
    await this.#open?.log.stop();
    this.#server.stop();
    this.deps.peers.close();
    await this.#open?.gossip.stop();
  }

  receive(message: Exclude<ToControl, { kind: 'stop' }>): void {
    switch (message.kind) {
      case 'propose':
        this.#answer(message.call, (open) => open.proposals.propose(message.command));
        return;
      case 'read-index':
        this.#answer(message.call, (open) => open.proposals.readIndex());
        return;
      case 'applied':
        this.#state.applied(this.#state.self.id, message.index);
        this.#open?.proposals.check();
        this.#open?.reports.check();
        return;
      case 'claims':
        this.#routingTable.claim(message.claims);
        return;
      case 'lookup':
        this.#routingTable.lookup(message.call, message.key);
        return;
      case 'load':
        this.#open?.gossip.setMeta({ load: Math.round(message.load * 10) / 10 });
        return;
      case 'leave':
        void this.#open?.gossip.leave();
        return;
      case 'secrets':
        this.deps.security.use(message.secrets);
        this.#open?.gossip.useSecrets(message.secrets);
        return;
      default:
        throw new Error(`an unknown message: ${JSON.stringify(message satisfies never)}`);
    }
  }

  get #state(): ClusterCore {
    if (this.#core === null) throw new Error('the cluster actor is used before it was started');
    return this.#core;
  }

  get #routingTable(): TableActor {
    if (this.#table === null) throw new Error('the cluster actor is used before it was started');
    return this.#table;
  }

  async #found(): Promise<void> {
    const id = clusterId(randomHex32());
    // the log first: a cluster id on disk promises that the log behind it was founded
    await this.#openCluster(id, true);
    await this.deps.identityFile.save({ clusterId: id });
    this.deps.logger.info({ cluster: id }, 'founded a cluster');
  }

  async #openCluster(id: ClusterId, found: boolean): Promise<void> {
    const core = this.#state;
    const events: LogEvents = {
      send: (message) => {
        const address = core.addressOf(message.to);
        if (address !== undefined) this.deps.peers.sendRaft(address, toEnvelope(id, message));
      },
      committed: (entries) => this.#committed(entries),
      statusChanged: (status) => this.#statusChanged(status),
      failed: (error) => this.deps.logger.error({ err: error }, 'the disk refuses the durable log'),
    };
    const log = this.deps.createLog({ self: core.self.id, found, events });
    const gossip = this.deps.createGossip({
      identity: this.deps.identityFile.current,
      clusterId: id,
      onChange: (members) => this.#membersChanged(members),
    });
    const proposals = new Proposals(this.deps.clock, core, log, this.deps.peers, id);
    const reports = new AppliedReports(core, log, this.deps.peers, id);
    this.#open = { id, log, gossip, proposals, reports };
    await gossip.start();
    gossip.setMeta({ degraded: this.#standstill.stands });
    await log.start();
    this.#membersChanged(gossip.members());
    gossip.join(this.#knownAddresses());
  }

  /** Where other members may be: the command line, the disk, and what is known by now. */
  #knownAddresses(): HostPort[] {
    const own = formatHostPort(this.options.advertise);
    const known = new Set([
      ...this.options.join.map(formatHostPort),
      ...this.deps.identityFile.current.members,
      ...this.#state.addresses(),
    ]);
    known.delete(own);
    return [...known].map((address) => parseHostPort(address, 'a member address'));
  }

  #tick(): void {
    const nowMs = this.deps.clock.nowMs();
    this.#watchDataThread(nowMs);
    const open = this.#open;
    if (open === null || this.#ownAdmission() === undefined) {
      if (nowMs >= this.#joinNextMs) this.#seekAdmission(nowMs);
    }
    if (open === null) return;
    open.proposals.check();
    open.reports.check();
    if (open.log.status().state === 'leader') this.#followPlan(nowMs, open.log);
    if (!this.#memberAnnounced) this.#announceMembership(nowMs);
    if (nowMs < this.#countersAtMs) return;
    this.#countersAtMs = nowMs + countersEveryMs;
    this.deps.toData({
      kind: 'counters',
      gossip: open.gossip.counters(),
      table: this.#routingTable.counters(),
    });
  }

  #watchDataThread(nowMs: number): void {
    const change = this.#standstill.observe(this.deps.dataThreadLagMs(nowMs), nowMs);
    if (change === null) return;
    this.#open?.gossip.setMeta({ degraded: this.#standstill.stands });
    const { logger } = this.deps;
    if (change.kind === 'began') {
      const lagMs = Math.round(change.lagMs);
      logger.warn({ lagMs }, 'the data thread stands still: this node takes no work');
    } else {
      const durationMs = Math.round(change.durationMs);
      logger.info({ durationMs }, 'the data thread goes on: this node takes work again');
    }
  }

  #ownAdmission() {
    const { id, generation } = this.#state.self;
    return this.#state.admissionOf(id, generation);
  }

  #seekAdmission(nowMs: number): void {
    if (this.#joining) return;
    this.#joining = true;
    this.#joinNextMs = nowMs + joinEveryMs;
    const { self } = this.#state;
    const log = this.#open?.log;
    // the addresses of --join are asked first in any case: they may be of another cluster
    const leads = log?.status().state === 'leader' && this.#joinTurn >= this.options.join.length;
    const attempt = leads
      ? log.propose('member', encodeNodeInfo(self)).then(() => {})
      : this.#askToJoin();
    attempt
      .catch((error: unknown) => this.#joinFailed(error))
      .finally(() => {
        this.#joining = false;
      });
  }

  async #askToJoin(): Promise<void> {
    const address = this.#whomToAsk(this.#joinTurn++);
    if (address === undefined) return;
    const request = { clusterId: this.#open?.id ?? '', node: this.#state.self, forwarded: false };
    const reply = await this.deps.peers
      .call(address, methods.join, request, joinTimeoutMs)
      .catch((error: unknown) => this.#explainRefusal(address, error));
    if (this.#stopped) return;
    const id = clusterId(reply.clusterId);
    if (this.#open === null) {
      await this.deps.identityFile.save({ clusterId: id });
      for (const member of reply.members) this.#state.admitted(0, toNodeInfo(member));
      await this.#openCluster(id, false);
    }
    this.#admitted(reply.joinedAt, this.#state.self);
    this.#open?.gossip.join(
      reply.members.map((member) => parseHostPort(member.cluster ?? '', 'a member address')),
    );
  }

  /** Throws what was thrown, unless the cluster secret is behind it. */
  async #explainRefusal(address: string, thrown: unknown): Promise<never> {
    const { clock, security } = this.deps;
    const { code } = thrown as Partial<ServiceError>;
    const mismatch =
      code === grpcStatus.UNAVAILABLE && !this.#stopped
        ? await secretMismatch(clock, security, address)
        : null;
    throw mismatch === null ? thrown : new HearthError('unauthorized', mismatch);
  }

  /** First each address of --join, then the leader where one is known, else the members in turn. */
  #whomToAsk(turn: number): string | undefined {
    const given = this.options.join[turn];
    if (given !== undefined) return formatHostPort(given);
    const leader = this.#open?.log.status().leader ?? null;
    if (leader !== null && leader !== this.#state.self.id) return this.#state.addressOf(leader);
    const others = this.#knownAddresses();
    const other = others[turn % others.length];
    return other === undefined ? undefined : formatHostPort(other);
  }

  #joinFailed(error: unknown): void {
    const { code, details } = error as Partial<ServiceError>;
    const mismatch = error instanceof HearthError && error.code === 'unauthorized';
    if (mismatch || code === grpcStatus.FAILED_PRECONDITION) {
      const message = `Cannot join the cluster: ${mismatch ? error.message : details}.`;
      this.deps.toData({ kind: 'failed', code: 'invalid-parameter', message });
      return;
    }
    const nowMs = this.deps.clock.nowMs();
    if (nowMs < this.#joinWarnMs) return;
    this.#joinWarnMs = nowMs + joinWarnEveryMs;
    const reason = error instanceof Error ? error.message : String(error);
    const asked = this.#knownAddresses().map(formatHostPort);
    this.deps.logger.warn({ asked, reason }, 'not admitted to the cluster yet, asking again');
  }

  #admitted(joinedAt: number, info: NodeInfo): void {
    this.#state.admitted(joinedAt, info);
    const own = this.#ownAdmission();
    if (own !== undefined && own.joinedAt > 0) {
      this.#open?.gossip.setMeta({ joinedAt: own.joinedAt });
    }
  }

  /** Tells the data thread, once, when its catalogue can be trusted to be fresh. */
  #announceMembership(nowMs: number): void {
    const alone = nowMs - this.#startedMs > aloneAfterMs;
    const { leader, quorum } = (this.#open as OpenCluster).log.status();
    const settled = this.#ownAdmission() !== undefined && leader !== null && quorum;
    const announce = (index: number | null): void => {
      this.#memberAnnounced = true;
      this.deps.toData({ kind: 'member', index });
    };
    if (settled && (this.#state.votersSettled() || alone)) {
      if (this.#announcing) return;
      this.#announcing = true;
      this.#open?.proposals
        .readIndex()
        .then((index) => {
          if (index !== null) announce(index);
        })
        .finally(() => {
          this.#announcing = false;
        });
    } else if (alone && leader === null && this.#state.appliedBy(this.#state.self.id) > 0) {
      this.deps.logger.warn('no leader answers: running what is on disk, refusing changes');
      announce(null);
    }
  }

  #followPlan(nowMs: number, log: ReplicatedLog): void {
    const { learners, voters } = this.#state.plan(nowMs);
    log.setLearners(learners);
    if (voters === null || this.#planning) return;
    this.#planning = true;
    log
      .propose('voters', Buffer.from(JSON.stringify(voters)))
      .then(() => this.deps.logger.info({ voters }, 'changed the voters'))
      .catch((error: unknown) => this.deps.logger.debug({ err: error }, 'voters not changed yet'))
      .finally(() => {
        this.#planning = false;
      });
  }

  #membersChanged(members: readonly GossipMember[]): void {
    this.#state.membersChanged(members, this.deps.clock.nowMs());
    this.#routingTable.membersChanged(members);
    this.deps.peers.keepOnly(
      new Set([...this.#state.addresses(), ...this.#knownAddresses().map(formatHostPort)]),
    );
    this.#open?.proposals.check();
    this.#publish();
    const addresses = this.#state.addresses();
    if (!sameList(addresses, this.deps.identityFile.current.members)) {
      this.deps.identityFile
        .save({ members: addresses })
        .catch((error: unknown) => this.deps.logger.warn({ err: error }, 'members not saved'));
    }
  }

  #statusChanged(status: LogStatus): void {
    this.#state.statusChanged(status);
    this.#publish();
  }

  #publish(): void {
    this.deps.toData({ kind: 'view', view: this.#state.view() });
  }

  #committed(entries: readonly LogEntry[]): void {
    for (const { kind, index, data } of entries) {
      if (kind !== 'member') continue;
      this.#admitted(index, decodeNodeInfo(data));
    }
    this.deps.toData({
      kind: 'committed',
      entries: entries.map(({ index, kind, data }) => ({
        index,
        command: kind === 'command' ? data : null,
      })),
    });
  }

  #answer(call: number, run: (open: OpenCluster) => Promise<number | null>): void {
    const open = this.#open;
    const running =
      open === null
        ? Promise.reject(
            new HearthError('no-quorum', 'This node has not joined its cluster yet; try again.'),
          )
        : run(open);
    running.then(
      (index) => this.deps.toData({ kind: 'answer', call, index }),
      (thrown: unknown) => {
        const { code, message } = asHearthError(thrown);
        this.deps.toData({ kind: 'refused', call, code, message });
      },
    );
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
