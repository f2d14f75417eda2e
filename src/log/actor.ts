/**
 * The durable log of a node: the one owner of the consensus core. Everything that happens to the core
 * comes through one mailbox; after each input the effects are performed, and whenever the disk is free
 * the next write is put on it. Proposals that arrive during a write share the next one.
 */
import { type Clock, type Logger, Mailbox, type Random } from '../lib/index.js';
import { HearthError, limits, type NodeId } from '../types/index.js';
import { RaftCore } from './core.js';
import type { LogContent, LogStorage } from './storage.js';
import { timing } from './timing.js';
import type {
  EntryKind,
  LogEntry,
  LogEvents,
  LogMessage,
  LogStatus,
  ReplicatedLog,
} from './types.js';
import { encodeVoters } from './voters.js';
import { type Waiter, Waiters } from './waiters.js';

type Caller = Pick<Waiter, 'resolve' | 'reject'>;

type Input =
  | { readonly kind: 'message'; readonly message: LogMessage }
  | { readonly kind: 'tick' }
  | { readonly kind: 'written' }
  | { readonly kind: 'learners'; readonly learners: readonly NodeId[] }
  | { readonly kind: 'read'; readonly caller: Caller }
  | {
      readonly kind: 'propose';
      readonly entryKind: EntryKind;
      readonly data: Uint8Array;
      readonly caller: Caller;
    };

export class RaftLog implements ReplicatedLog {
  readonly #mailbox = new Mailbox<Input>((input) => this.#handle(input), limits.mailboxMax);
  /** Proposals by the index of their entry, and reads by their id: all of the term `#waitersTerm`. */
  readonly #proposals = new Waiters();
  readonly #reads = new Waiters();
  #waitersTerm = 0;
  #core: RaftCore | null = null;
  #cancelTick: (() => void) | null = null;
  #write: Promise<void> | null = null;
  #lastWriteMs = 0;
  #learners: readonly NodeId[] = [];
  #told: LogStatus = nothingYet;
  /** Why the log takes no part any more: it was stopped, or its disk failed. */
  #ended: HearthError | null = null;

  constructor(
    private readonly collaborators: {
      readonly clock: Clock;
      readonly random: Random;
      readonly logger: Logger;
      readonly storage: LogStorage;
      readonly events: LogEvents;
    },
    private readonly options: { readonly self: NodeId; readonly found: boolean },
  ) {}

  async start(): Promise<void> {
    const { storage, random, clock } = this.collaborators;
    const { self, found } = this.options;
    let content = await storage.open();
    if (found && content.entries.length === 0) {
      content = foundingContent(self);
      await storage.append(content);
    }
    if (this.#ended !== null) {
      await storage.close();
      return;
    }
    this.#core = new RaftCore(random, { self, content, nowMs: clock.nowMs() });
    this.#core.setLearners(this.#learners, clock.nowMs());
    this.#lastWriteMs = clock.nowMs();
    this.#cancelTick = clock.every(timing.tickMs, () => this.#mailbox.send({ kind: 'tick' }));
    this.#mailbox.send({ kind: 'tick' });
  }

  async stop(): Promise<void> {
    this.#cancelTick?.();
    this.#cancelTick = null;
    if (this.#ended === null) this.#end(stopping());
    this.#mailbox.close();
    await this.#write;
    const { storage, logger } = this.collaborators;
    const last = this.#core?.takeWrite(true) ?? null;
    try {
      if (last !== null) await storage.append(last);
    } catch (error) {
      // Nobody was told that this write is safe, so that it may be missing.
      logger.warn({ err: error }, 'the last write of the log failed');
    } finally {
      await storage.close();
    }
  }

  receive(message: LogMessage): void {
    this.#mailbox.send({ kind: 'message', message });
  }

  propose(kind: EntryKind, data: Uint8Array): Promise<number> {
    return this.#ask(this.#proposals, (caller) => ({
      kind: 'propose',
      entryKind: kind,
      data,
      caller,
    }));
  }

  readIndex(): Promise<number> {
    return this.#ask(this.#reads, (caller) => ({ kind: 'read', caller }));
  }

  setLearners(learners: readonly NodeId[]): void {
    this.#learners = learners;
    this.#mailbox.send({ kind: 'learners', learners });
  }

  status(): LogStatus {
    if (this.#core === null) return nothingYet;
    const status = this.#core.status(this.collaborators.clock.nowMs());
    if (this.#ended === null) return status;
    const state = status.state === 'learner' ? 'learner' : 'follower';
    return { ...status, state, leader: null, quorum: false };
  }

  #ask(waiters: Waiters, input: (caller: Caller) => Input): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null || this.#core === null) reject(this.#ended ?? notStarted());
      else if (waiters.size >= limits.proposalsPendingMax) reject(tooMany());
      else if (!this.#mailbox.send(input({ resolve, reject }))) reject(tooMany());
    });
  }

  #handle(input: Input): void {
    const core = this.#core;
    if (core === null || this.#ended !== null) {
      if (input.kind === 'propose' || input.kind === 'read') {
        input.caller.reject(this.#ended ?? notStarted());
      }
      return;
    }
    const nowMs = this.collaborators.clock.nowMs();
    switch (input.kind) {
      case 'message':
        core.step(input.message, nowMs);
        break;
      case 'tick':
        core.tick(nowMs);
        this.#proposals.expire(nowMs, timedOut);
        this.#reads.expire(nowMs, timedOut);
        break;
      case 'written':
        core.written(nowMs);
        break;
      case 'learners':
        core.setLearners(input.learners, nowMs);
        break;
      case 'propose': {
        const index = core.propose(input.entryKind, input.data, nowMs);
        this.#keep(this.#proposals, index, core.term, input.caller);
        break;
      }
      case 'read':
        this.#keep(this.#reads, core.beginRead(nowMs), core.term, input.caller);
        break;
    }
    this.#perform(core, nowMs);
  }

  /** Keeps the caller until the index or the read that the core gave comes back. */
  #keep(waiters: Waiters, given: number | HearthError, term: number, caller: Caller): void {
    if (given instanceof HearthError) {
      caller.reject(given);
      return;
    }
    this.#waitersTerm = term;
    const deadlineMs = this.collaborators.clock.nowMs() + timing.requestTimeoutMs;
    waiters.add(given, { deadlineMs, ...caller });
  }

  #perform(core: RaftCore, nowMs: number): void {
    const { events } = this.collaborators;
    const { messages, committed, reads } = core.takeEffects();
    for (const message of messages) events.send(message);
    if (committed.length > 0) {
      events.committed(committed);
      this.#resolveCommitted(committed);
    }
    for (const id of reads) this.#reads.resolve(id, core.commitIndex);
    const waiting = this.#proposals.size + this.#reads.size;
    if (waiting > 0 && (!core.isLeader || core.term !== this.#waitersTerm)) {
      this.#rejectWaiters(leadLost());
    }
    this.#tellStatus();
    this.#startWrite(core, nowMs);
  }

  #resolveCommitted(entries: readonly LogEntry[]): void {
    for (const { index, term } of entries) {
      if (term === this.#waitersTerm) this.#proposals.resolve(index, index);
    }
  }

  #startWrite(core: RaftCore, nowMs: number): void {
    if (this.#write !== null) return;
    const overdue = core.commitUnsaved && nowMs - this.#lastWriteMs >= timing.commitSaveMs;
    const write = core.takeWrite(overdue);
    if (write === null) return;
    this.#lastWriteMs = nowMs;
    this.#write = this.collaborators.storage.append(write).then(
      () => {
        this.#write = null;
        if (this.#ended === null) this.#mailbox.send({ kind: 'written' });
        else core.written(this.collaborators.clock.nowMs());
      },
      // The write stays under way for ever: what waits for it is never sent.
      (error: unknown) => this.#fail(error),
    );
  }

  #fail(thrown: unknown): void {
    const { logger, events } = this.collaborators;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    logger.error({ err: error }, 'the log cannot be written and takes no part any more');
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

  #rejectWaiters(error: HearthError): void {
    this.#proposals.rejectAll(error);
    this.#reads.rejectAll(error);
  }

  #tellStatus(): void {
    const status = this.status();
    const told = this.#told;
    this.#told = status;
    const { state, term, leader, voters, quorum } = status;
    if (
      state === told.state &&
      term === told.term &&
      leader === told.leader &&
      quorum === told.quorum &&
      voters.join() === told.voters.join()
    ) {
      return;
    }
    this.collaborators.logger.info({ state, term, leader, voters, quorum }, 'log status');
    this.collaborators.events.statusChanged(status);
  }
}

const nothingYet: LogStatus = {
  state: 'learner',
  term: 0,
  leader: null,
  voters: [],
  lastIndex: 0,
  commitIndex: 0,
  quorum: false,
};

/** A cluster begins with one voter, who has agreed with itself. */
function foundingContent(self: NodeId): LogContent {
  const entry: LogEntry = { index: 1, term: 1, kind: 'voters', data: encodeVoters([self]) };
  return { hardState: { term: 1, votedFor: self, commitIndex: 1 }, entries: [entry] };
}

function notStarted(): HearthError {
  return new HearthError('no-quorum', 'The log of this node has not started yet; try again.');
}

function stopping(): HearthError {
  return new HearthError('draining', 'This node is stopping; ask another one.');
}

function leadLost(): HearthError {
  return new HearthError(
    'no-quorum',
    'This node lost the lead of the log before a majority answered; the change may still happen, so look ' +
      'before you repeat it.',
  );
}

function timedOut(): HearthError {
  return new HearthError(
    'no-quorum',
    `No majority answered within ${timing.requestTimeoutMs} ms; the change may still happen, so look ` +
      'before you repeat it.',
  );
}

function tooMany(): HearthError {
  return new HearthError(
    'too-many-requests',
    `Already ${limits.proposalsPendingMax} changes wait for the log of this node; try again in a moment.`,
  );
}
