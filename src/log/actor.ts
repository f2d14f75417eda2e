/**
 * The durable log of a node: the one owner of the consensus core. Everything that happens to the core
 * comes through one mailbox; after each input the effects are performed, and whenever the disk is free
 * the next write is put on it. Proposals that arrive during a write share the next one.
 */
import { type Clock, type Logger, Mailbox, type Random } from '../lib/index.js';
import { HearthError, limits, type NodeId } from '../types/index.js';
import { RaftCore } from './core.js';
import { Delivery, partsOf } from './delivery.js';
import { type Effects, type SnapshotRequest, snapshotRequest } from './effects.js';
import { foundingContent, isEmpty, muteContent } from './first-content.js';
import { refusals } from './refusals.js';
import { SnapshotMaker } from './snapshot-maker.js';
import type { LogEntry, LogStorage, LogWrite, SnapshotMeta } from './storage/types.js';
import { snapshots, timing } from './timing.js';
import type {
  Follower,
  LogEvents,
  LogMessage,
  LogStatus,
  ReplicatedLog,
  StateMachine,
  VotersControl,
} from './types.js';
import { decodeVoters, isJoint } from './voters.js';
import { type Waiter, Waiters } from './waiters.js';

type Caller = Pick<Waiter, 'resolve' | 'reject'>;
type Ask = (core: RaftCore, nowMs: number) => number | HearthError;

/** Something that happens to the core; `ask` wants an answer. */
type Input =
  | { readonly kind: 'do'; readonly run: (core: RaftCore, nowMs: number) => void }
  | { readonly kind: 'tick' }
  | {
      readonly kind: 'ask';
      readonly waiters: Waiters;
      readonly run: Ask;
      readonly caller: Caller;
    };

export interface RaftLogOptions {
  readonly self: NodeId;
  /** Begins a new log with this node as its only voter, where there is none on disk. */
  readonly found: boolean;
  /** Growth of the log that is worth a snapshot, bytes. */
  readonly snapshotBytesMin?: number;
}

export interface RaftLogDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly storage: LogStorage;
  /** Puts a damaged log aside for a new one that others fill; null where there are no others. */
  readonly replaceStorage: (() => Promise<LogStorage>) | null;
  readonly machine: StateMachine;
  readonly events: LogEvents;
}

export class RaftLog implements ReplicatedLog, VotersControl {
  readonly #mailbox = new Mailbox<Input>((input) => this.#handle(input), limits.mailboxMax);
  /** By the index of their entry, the id of the read, the index of the first of two entries. */
  readonly #proposals = new Waiters();
  readonly #reads = new Waiters();
  readonly #changes = new Waiters();
  readonly #transfers = new Waiters();
  /** All waiters are of this term. */
  #waitersTerm = 0;
  readonly #delivery: Delivery;
  readonly #snapshots: SnapshotMaker;
  #storage: LogStorage;
  #core: RaftCore | null = null;
  #cancelTick: (() => void) | null = null;
  #write: Promise<void> | null = null;
  #lastWriteMs = 0;
  #receiving = false;
  #told: LogStatus = nothingYet;
  /** What was asked in this turn is about to be performed. */
  #asked = false;
  /** The disk has no room: what this node is asked meanwhile. */
  #full: HearthError | null = null;
  /** Why the log takes no part any more: it was stopped, or its disk failed. */
  #ended: HearthError | null = null;

  constructor(
    private readonly deps: RaftLogDeps,
    private readonly options: RaftLogOptions,
  ) {
    this.#storage = deps.storage;
    this.#delivery = new Delivery(deps.machine, (error) => this.#fail(error));
    const { snapshotBytesMin = snapshots.logBytesMin } = options;
    this.#snapshots = new SnapshotMaker(deps.machine, deps.logger, snapshotBytesMin);
  }

  async start(): Promise<void> {
    const { random, clock } = this.deps;
    const content = await this.#open();
    if (this.#ended !== null) {
      await this.#storage.close();
      return;
    }
    const core = new RaftCore(random, { self: this.options.self, content, nowMs: clock.nowMs() });
    core.restored();
    this.#core = core;
    this.#lastWriteMs = clock.nowMs();
    this.#cancelTick = clock.every(timing.tickMs, () => this.#mailbox.send({ kind: 'tick' }));
    this.#mailbox.send({ kind: 'tick' });
  }

  async stop(): Promise<void> {
    this.#cancelTick?.();
    this.#cancelTick = null;
    if (this.#ended === null) this.#end(refusals.stopping());
    this.#mailbox.close();
    await this.#write;
    await this.#snapshots.settled();
    const last = this.#core?.takeWrite(true) ?? null;
    try {
      if (last !== null) await this.#storage.append(last);
    } catch (error) {
      // Nobody was told that this write is safe, so that it may be missing.
      this.deps.logger.warn({ err: error }, 'the last write of the log failed');
    } finally {
      await this.#storage.close();
    }
  }

  receive(message: LogMessage): void {
    this.#do((core, nowMs) => core.step(message, nowMs));
  }

  propose(kind: LogEntry['kind'], data: Uint8Array): Promise<number> {
    return this.#ask(this.#proposals, (core, nowMs) => core.propose(kind, data, nowMs));
  }

  readIndex(): Promise<number> {
    return this.#ask(this.#reads, (core, nowMs) => core.beginRead(nowMs));
  }

  changeVoters(voters: readonly NodeId[]): Promise<number> {
    return this.#ask(this.#changes, (core, nowMs) => core.changeVoters(voters, nowMs));
  }

  async transferLead(to: NodeId): Promise<void> {
    await this.#ask(this.#transfers, (core, nowMs) => core.transferLead(to, nowMs) ?? core.term);
  }

  setLearners(learners: readonly NodeId[]): void {
    this.#do((core, nowMs) => core.setLearners(learners, nowMs));
  }

  setFeeders(feeders: readonly NodeId[]): void {
    this.#do((core, nowMs) => core.setFeeders(feeders, nowMs));
  }

  setPreference(order: readonly NodeId[]): void {
    this.#do((core) => core.setPreference(order));
  }

  processGone(node: NodeId): void {
    this.#do((core, nowMs) => core.processGone(node, nowMs));
  }

  admittedAt(index: number): void {
    this.#do((core) => core.admittedAt(index));
  }

  followers(): ReadonlyMap<NodeId, Follower> {
    return this.#core?.followers(this.deps.clock.nowMs()) ?? new Map();
  }

  status(): LogStatus {
    if (this.#core === null) return nothingYet;
    const status = {
      ...this.#core.status(this.deps.clock.nowMs()),
      diskFull: this.#full !== null,
    };
    if (this.#ended === null) return status;
    const state = status.state === 'learner' ? 'learner' : 'follower';
    return { ...status, state, leader: null, quorum: false };
  }

  /** What is on disk, with the state restored from it; a log to begin with where there is none. */
  async #open() {
    const { logger, replaceStorage } = this.deps;
    let { found } = this.options;
    const content = await this.#readStorage().catch(async (thrown: unknown) => {
      const damaged = thrown instanceof HearthError && thrown.code === 'log-damaged';
      if (!damaged || replaceStorage === null) throw thrown;
      logger.error({ err: thrown }, 'the log is damaged: this node gets it from the others anew');
      await this.#storage.close();
      this.#storage = await replaceStorage();
      // There was a log, so there is a cluster: a second one would fork it.
      found = false;
      return this.#readStorage();
    });
    if (!isEmpty(content)) return content;
    // Whoever was there before may have promised what is forgotten now.
    const first = found ? foundingContent(this.options.self) : muteContent;
    await this.#storage.append({ ...first, install: null });
    return first;
  }

  async #readStorage() {
    const content = await this.#storage.open();
    const index = content.snapshot?.index;
    if (index !== undefined) {
      await this.deps.machine.restore(index, partsOf(this.#storage, index));
    }
    return content;
  }

  #do(run: (core: RaftCore, nowMs: number) => void): void {
    this.#mailbox.send({ kind: 'do', run });
  }

  #ask(waiters: Waiters, run: Ask): Promise<number> {
    return new Promise((resolve, reject) => {
      const refusal = this.#ended ?? this.#full;
      if (refusal !== null || this.#core === null) reject(refusal ?? refusals.notStarted());
      else if (waiters.size >= limits.proposalsPendingMax) reject(refusals.tooMany());
      else if (!this.#mailbox.send({ kind: 'ask', waiters, run, caller: { resolve, reject } })) {
        reject(refusals.tooMany());
      }
    });
  }

  #handle(input: Input): void {
    const core = this.#core;
    if (core === null || this.#ended !== null) {
      if (input.kind === 'ask') input.caller.reject(this.#ended ?? refusals.notStarted());
      return;
    }
    const nowMs = this.deps.clock.nowMs();
    if (input.kind === 'do') input.run(core, nowMs);
    else if (input.kind === 'ask') {
      this.#keep(input.waiters, input.run(core, nowMs), core.term, input.caller);
      this.#performSoon();
      return;
    } else {
      core.tick(nowMs);
      for (const waiters of this.#allWaiters) waiters.expire(nowMs, refusals.timedOut);
      const isNotTaken = this.#transfers.size > 0 && core.isLeader && !core.transferring;
      if (isNotTaken) this.#transfers.rejectAll(refusals.notTaken());
    }
    this.#perform(core, nowMs);
  }

  /** Once for all that is asked in this turn: many proposals share one message and one write. */
  #performSoon(): void {
    if (this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      this.#do(() => {});
    });
  }

  /** Keeps the caller until the number that the core gave comes back. */
  #keep(waiters: Waiters, given: number | HearthError, term: number, caller: Caller): void {
    if (given instanceof HearthError) {
      caller.reject(given);
      return;
    }
    this.#waitersTerm = term;
    const deadlineMs = this.deps.clock.nowMs() + timing.requestTimeoutMs;
    waiters.add(given, { deadlineMs, ...caller });
  }

  #perform(core: RaftCore, nowMs: number): void {
    const effects = core.takeEffects();
    for (const message of effects.messages) this.deps.events.send(message);
    this.#transferParts(core, effects);
    if (effects.restore !== null) this.#delivery.restore(effects.restore, this.#storage);
    this.#delivery.committed(effects.committed);
    this.#resolveCommitted(effects.committed);
    for (const id of effects.reads) this.#reads.resolve(id, core.commitIndex);
    this.#rejectWhereLeadLost(core);
    this.#tellStatus();
    this.#startWrite(core, nowMs);
    this.#startSnapshot(core);
  }

  #rejectWhereLeadLost(core: RaftCore): void {
    if (core.isLeader && core.term === this.#waitersTerm) return;
    this.#transfers.resolveUpTo(this.#waitersTerm, this.#waitersTerm);
    if (this.#allWaiters.some(({ size }) => size > 0)) {
      this.#rejectWaiters(this.#full ?? refusals.leadLost());
    }
  }

  #resolveCommitted(entries: readonly LogEntry[]): void {
    for (const { index, term, kind, data } of entries) {
      if (kind === 'voters' && this.#changes.size > 0 && !isJoint(decodeVoters(data))) {
        this.#changes.resolveUpTo(index - 1, index);
      }
      if (term === this.#waitersTerm) this.#proposals.resolve(index, index);
    }
  }

  #transferParts(core: RaftCore, { parts, received }: Effects): void {
    for (const part of parts) {
      this.#storage.readPart(part.meta.index, part.part).then(
        (content) => {
          if (content === null || this.#ended !== null) return;
          const sender = core.partSender(this.deps.clock.nowMs());
          this.deps.events.send(snapshotRequest(sender, part, content));
        },
        (error: unknown) => this.#fail(error),
      );
    }
    // One at a time: who sent the others sends them again.
    const [request] = received;
    if (request !== undefined && !this.#receiving) this.#receivePart(request);
  }

  #receivePart(request: SnapshotRequest): void {
    const { meta, part, data, last } = request;
    this.#receiving = true;
    this.#storage.receivePart(meta, part, { data, last }).then(
      (parts) => {
        // Before the answer, which asks for the next part.
        this.#receiving = false;
        this.#do((core, nowMs) => {
          if (parts === 'whole') core.install(meta, request.from, nowMs);
          else core.partTaken(request, parts);
        });
      },
      (error: unknown) => {
        this.#receiving = false;
        this.deps.logger.warn({ err: error }, 'a snapshot could not be kept');
      },
    );
  }

  #startWrite(core: RaftCore, nowMs: number): void {
    if (this.#write !== null) return;
    const overdue = core.commitUnsaved && nowMs - this.#lastWriteMs >= timing.commitSaveMs;
    const write = core.takeWrite(overdue);
    if (write === null) return;
    this.#lastWriteMs = nowMs;
    this.#write = this.#append(write).then(
      () => {
        this.#write = null;
        if (this.#ended !== null) core.written(this.deps.clock.nowMs());
        else this.#do((live, atMs) => live.written(atMs));
      },
      // The write stays under way for ever: what waits for it is never sent.
      (error: unknown) => this.#fail(error),
    );
  }

  /** Tries again while the disk has no room: meanwhile this node leads nothing and promises nothing. */
  async #append(write: LogWrite): Promise<void> {
    for (;;) {
      try {
        await this.#storage.append(write);
        break;
      } catch (thrown) {
        const full = thrown instanceof HearthError && thrown.code === 'storage-full';
        if (!full || this.#ended !== null) throw thrown;
        if (this.#full === null) this.#setFull(thrown);
        await new Promise<void>((resolve) => this.deps.clock.after(timing.fullRetryMs, resolve));
      }
    }
    if (this.#full !== null) this.#setFull(null);
  }

  #setFull(full: HearthError | null): void {
    const { logger } = this.deps;
    if (full === null) logger.info('the disk has room again: this node takes part again');
    else logger.error({ err: full }, 'the disk is full: this node takes no changes');
    this.#full = full;
    this.#do((core, nowMs) => core.setMayLead(full === null, nowMs));
  }

  #startSnapshot(core: RaftCore): void {
    if (!this.#delivery.idle) return;
    if (!this.#snapshots.isDue(this.#storage.bytesSinceSnapshot)) return;
    const meta: SnapshotMeta | null = core.snapshotMeta();
    if (meta === null) return;
    this.#snapshots.make(meta, this.#storage, () =>
      this.#do((live) => {
        const firstIndex = live.compact(meta);
        this.#storage.compact(firstIndex).catch((error: unknown) => this.#fail(error));
      }),
    );
  }

  #fail(thrown: unknown): void {
    const { logger, events } = this.deps;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    logger.error({ err: error }, 'the log cannot go on and takes no part any more');
    if (this.#ended !== null) return;
    this.#cancelTick?.();
    this.#cancelTick = null;
    this.#end(error instanceof HearthError ? error : new HearthError('storage', error.message));
    events.failed(error);
  }

  #end(error: HearthError): void {
    this.#ended = error;
    this.#rejectWaiters(error);
    this.#tellStatus();
  }

  get #allWaiters(): readonly Waiters[] {
    return [this.#proposals, this.#reads, this.#changes, this.#transfers];
  }

  #rejectWaiters(error: HearthError): void {
    for (const waiters of this.#allWaiters) waiters.rejectAll(error);
  }

  #tellStatus(): void {
    const status = this.status();
    const told = this.#told;
    this.#told = status;
    if (!differs(status, told)) return;
    const { state, term, leader, voters, quorum } = status;
    this.deps.logger.info({ state, term, leader, voters, quorum }, 'log status');
    this.deps.events.statusChanged(status);
  }
}

const nothingYet: LogStatus = {
  state: 'learner',
  term: 0,
  leader: null,
  voters: [],
  changing: false,
  lastIndex: 0,
  commitIndex: 0,
  quorum: false,
  mute: false,
  diskFull: false,
};

/** Whether more has changed than how far the log has come. */
function differs(one: LogStatus, other: LogStatus): boolean {
  return (
    one.state !== other.state ||
    one.term !== other.term ||
    one.leader !== other.leader ||
    one.quorum !== other.quorum ||
    one.mute !== other.mute ||
    one.changing !== other.changing ||
    one.diskFull !== other.diskFull ||
    (one.voters !== other.voters && one.voters.join() !== other.voters.join())
  );
}
