/**
 * The cluster actor: the one owner of ClusterCore. Gossip, the durable log, gRPC and the data thread
 * all end here, and what this node should do next about membership starts here.
 *
 * A node founds a cluster, or asks members to admit it, or (with a cluster id on disk) comes back to the
 * one it was in. Admission is an entry in the log; its index is the number that uptime rank is made of.
 */
import type { hearth } from '#proto/cluster';
import type { Gossip, GossipMember } from '../gossip/index.js';
import { type Clock, type Logger, type Random, randomHex32, TickLag } from '../lib/index.js';
import type {
  LogEvents,
  LogStatus,
  ReplicatedLog,
  StateMachine,
  VotersControl,
} from '../log/index.js';
import {
  asHearthError,
  type ClusterId,
  clusterId,
  formatHostPort,
  HearthError,
  type HostPort,
  type NodeId,
  type NodeLoad,
  parseHostPort,
} from '../types/index.js';
import { AppliedReports } from './applied-reports.js';
import { CatalogBridge } from './catalog-bridge.js';
import { ClusterCore } from './core.js';
import type { Identity, IdentityFile } from './identity.js';
import { Joining } from './joining.js';
import { toEnvelope } from './log-envelope.js';
import type { ToControl, ToData } from './messages.js';
import { type NodeInfo, toNodeInfo } from './node-info.js';
import { type OpenCluster, PeerRequests } from './peer-requests.js';
import type { Peers } from './peers.js';
import { Proposals } from './proposals.js';
import { ReplicatedState } from './replicated-state.js';
import type { SealingKeyFile } from './sealing-key.js';
import type { Security } from './security.js';
import { ClusterServer } from './server.js';
import { Standstill } from './standstill.js';
import { Steering } from './steering.js';
import { TableActor } from './table-actor.js';

export interface ClusterDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly identityFile: IdentityFile;
  readonly sealingKey: SealingKeyFile;
  readonly peers: Peers;
  /** The same that `peers` has. */
  readonly security: Security;
  /** How long the data thread has not moved; null where that is not known. Asked at every tick. */
  dataThreadLagMs(nowMs: number): number | null;
  createLog(options: {
    self: NodeId;
    clusterId: ClusterId;
    found: boolean;
    /** Others have what the log holds, so that a damaged one can be fetched anew. */
    hasOthers: boolean;
    machine: StateMachine;
    events: LogEvents;
  }): ReplicatedLog & VotersControl;
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
/** How often the data thread gets what this one has counted, for its metrics. */
const countersEveryMs = 1000;
/** A returning node that nobody answers serves what it has on disk after this long. */
const aloneAfterMs = 5000;

export class ClusterActor {
  readonly #server: ClusterServer;
  readonly #standstill = new Standstill();
  readonly #bridge: CatalogBridge;
  readonly #joining: Joining;
  #core: ClusterCore | null = null;
  #table: TableActor | null = null;
  #open: OpenCluster | null = null;
  #cancelTick: (() => void) | null = null;
  #startedMs = 0;
  #countersAtMs = 0;
  readonly #lag = new TickLag(tickMs);
  #memberAnnounced = false;
  #announcing = false;
  /** What the data thread said last, which may have been before there was anybody to tell it to. */
  #load: NodeLoad | null = null;
  #cohort = 0;
  #stopped = false;

  constructor(
    private readonly deps: ClusterDeps,
    private readonly options: ClusterOptions,
  ) {
    const requests = new PeerRequests({
      open: () => (this.#stopped ? null : this.#open),
      core: () => this.#state,
      admitted: (joinedAt, info) => this.#admitted(joinedAt, info),
      table: () => this.#routingTable,
      sealingKey: () => deps.sealingKey.key,
      peers: deps.peers,
      advertise: options.advertise,
    });
    this.#joining = new Joining(
      {
        ...deps,
        core: () => this.#state,
        open: () => this.#open,
        isStopped: () => this.#stopped,
        knownAddresses: () => this.#knownAddresses(),
        admitted: (reply) => this.#admittedBy(reply),
        failed: (message) => deps.toData({ kind: 'failed', code: 'invalid-parameter', message }),
      },
      options.join,
    );
    this.#bridge = new CatalogBridge(deps.toData);
    this.#server = new ClusterServer(requests, deps.security, deps.logger);
  }

  /** Resolves when the node listens; membership comes as `view` and `member` messages. */
  async start(): Promise<void> {
    const { clock, identityFile } = this.deps;
    this.#startedMs = clock.nowMs();
    const identity = await identityFile.open();
    const key = await this.deps.sealingKey.open();
    if (key !== null) this.deps.toData({ kind: 'sealing-key', key });
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
    // while it still hears the others: without their answers it cannot hand anything over
    await this.#leave();
    this.#stopped = true;
    this.#cancelTick?.();
    this.#table?.stop();
    this.#open?.reports.stop();
    await this.#open?.log.stop();
    this.#server.stop();
    this.deps.peers.close();
    await this.#open?.gossip.stop();
  }

  receive(message: Exclude<ToControl, { kind: 'stop' }>): void {
    switch (message.kind) {
      case 'propose':
        this.#answer(message.call, (open) => open.proposals.propose(message.command, message.wait));
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
      case 'part':
      case 'restore-taken':
        this.#bridge.take(message);
        return;
      case 'load':
        this.#load = { ...message.load, load: Math.round(message.load.load * 10) / 10 };
        this.#open?.gossip.setMeta(this.#load);
        return;
      case 'cohort':
        this.#cohort = message.number;
        this.#open?.gossip.setMeta({ cohort: message.number });
        return;
      case 'hand-over':
        this.#answer(message.call, () => this.#routingTable.handOver(message.to));
        return;
      case 'leave':
        void this.#leave();
        return;
      case 'secrets':
        this.deps.security.use(message.secrets);
        this.#open?.gossip.useSecrets(message.secrets);
        this.#keep(this.deps.sealingKey.useSecrets(message.secrets), 'the sealing key');
        return;
      default:
        throw new Error(`an unknown message: ${JSON.stringify(message satisfies never)}`);
    }
  }

  /** The lead goes first: whoever hears that this node leaves looks for another leader. */
  async #leave(): Promise<void> {
    await this.#open?.steering.handOver();
    await this.#open?.gossip.leave();
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
    const key = await this.deps.sealingKey.make();
    this.deps.toData({ kind: 'sealing-key', key });
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
      statusChanged: (status) => this.#statusChanged(status),
      failed: (error) => this.deps.logger.error({ err: error }, 'the disk refuses the durable log'),
    };
    const machine = new ReplicatedState(core, this.#bridge, this.deps.toData, (admission) =>
      this.#admitted(admission.joinedAt, admission),
    );
    const hasOthers = this.#knownAddresses().length > 0;
    const self = core.self.id;
    const log = this.deps.createLog({ self, clusterId: id, found, hasOthers, machine, events });
    const steering = new Steering(core, log, this.deps.clock, this.deps.logger);
    const gossip = this.deps.createGossip({
      identity: this.deps.identityFile.current,
      clusterId: id,
      onChange: (members) => this.#membersChanged(members),
    });
    const proposals = new Proposals(this.deps.clock, core, log, this.deps.peers, id);
    const reports = new AppliedReports(this.deps.clock, core, log, this.deps.peers, id);
    this.#open = { id, log, gossip, proposals, reports, steering };
    await gossip.start();
    gossip.setMeta({ degraded: this.#standstill.stands, cohort: this.#cohort });
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
    this.#lag.tick(nowMs);
    this.#watchDataThread(nowMs);
    const open = this.#open;
    if (open === null || this.#ownAdmission() === undefined) this.#joining.tick(nowMs);
    if (open === null) return;
    open.proposals.check();
    open.reports.check();
    open.steering.tick(nowMs);
    if (!this.#memberAnnounced) this.#announceMembership(nowMs);
    if (nowMs < this.#countersAtMs) return;
    this.#countersAtMs = nowMs + countersEveryMs;
    this.deps.toData({
      kind: 'counters',
      counters: {
        gossip: open.gossip.counters(),
        table: this.#routingTable.counters(),
        tableTraffic: this.#routingTable.streams.traffic(),
        log: open.log.status(),
        lag: this.#lag.figures(),
      },
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

  async #admittedBy(reply: hearth.cluster.JoinReply): Promise<void> {
    const id = clusterId(reply.clusterId);
    await this.#takeSealingKey(reply.sealingKey);
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

  #admitted(joinedAt: number, info: NodeInfo): void {
    this.#state.admitted(joinedAt, info);
    const own = this.#ownAdmission();
    if (own !== undefined && own.joinedAt > 0) {
      this.#open?.gossip.setMeta({ ...this.#load, joinedAt: own.joinedAt });
      this.#open?.log.admittedAt(own.joinedAt);
    }
  }

  async #takeSealingKey(key: Uint8Array): Promise<void> {
    if (key.length === 0 || this.deps.sealingKey.key !== null) return;
    await this.deps.sealingKey.save(key);
    this.deps.toData({ kind: 'sealing-key', key: Uint8Array.from(key) });
  }

  /** Lets something be written; a failure is not the end of anything. */
  #keep(writing: Promise<void>, what: string): void {
    writing.catch((error: unknown) => this.deps.logger.warn({ err: error }, `${what} not saved`));
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

  #membersChanged(members: readonly GossipMember[]): void {
    this.#state.membersChanged(members, this.deps.clock.nowMs());
    this.#routingTable.membersChanged(members);
    this.deps.peers.keepOnly(
      new Set([...this.#state.addresses(), ...this.#knownAddresses().map(formatHostPort)]),
    );
    this.#open?.proposals.check();
    this.#open?.steering.membersChanged();
    this.#publish();
    const addresses = this.#state.addresses();
    if (!sameList(addresses, this.deps.identityFile.current.members)) {
      this.#keep(this.deps.identityFile.save({ members: addresses }), 'members');
    }
  }

  #statusChanged(status: LogStatus): void {
    this.#state.statusChanged(status);
    this.#open?.steering.statusChanged();
    this.#open?.proposals.leaderChanged();
    this.#publish();
  }

  #publish(): void {
    this.deps.toData({ kind: 'view', view: this.#state.view() });
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
