/**
 * Asynchronous invocation as one thing: what is accepted is in the log, this node's events run here, the destinations
 * are told, and on the Master the events of nodes that are gone find others.
 */
import { type Clock, type Logger, nextTurn, PauseWatch } from '../../lib/index.js';
import { Adopter, adoptedAtOnce, type Proposer, takersOf } from '../../replication/index.js';
import {
  type ClusterView,
  HearthError,
  type Invocation,
  type InvocationOutcome,
  limits,
  type NodeId,
} from '../../types/index.js';
import type { CommandResult, EventCommand } from './command.js';
import { Courier } from './courier.js';
import { pageOf } from './event-page.js';
import { eventProposer } from './event-proposer.js';
import { isBeyond, withStep } from './lineage.js';
import { EventsReplica } from './replica.js';
import type { EventSettings } from './retry-policy.js';
import { Runner } from './runner.js';
import type {
  Accepted,
  AsyncEvent,
  AsyncEvents,
  Deliver,
  EventPage,
  EventQuery,
  EventStats,
  Submission,
} from './types.js';

export interface EventsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly self: () => NodeId;
  readonly view: () => ClusterView | null;
  /** Puts an entry into the log; resolves with its index. Throws `no-quorum`, `too-many-requests`. */
  readonly propose: (data: Uint8Array) => Promise<number>;
  /** Resolves true once this node has applied the entry at `index`, false when `timeoutMs` has passed. */
  readonly reached: (index: number, timeoutMs: number) => Promise<boolean>;
  /** Waits until this node knows all that was acknowledged; false where no majority confirms that in time. */
  readonly catchUp: () => Promise<boolean>;
  /** Throws HearthError. */
  readonly invoke: (invocation: Invocation) => Promise<InvocationOutcome>;
  readonly settings: (of: Pick<AsyncEvent, 'functionName' | 'qualifier'>) => EventSettings;
  readonly deliver: Deliver;
}

export interface EventsOptions {
  readonly asyncRetryBaseMs: number;
  readonly asyncRunningMax: number;
  readonly asyncQueueMax: number;
  readonly asyncQueueMb: number;
  readonly asyncQueuePerFunctionMax: number;
  readonly asyncAdoptAfterMs: number;
  readonly drainMs: number;
  /** Before that, as one that has left, a stopping node still takes what comes. */
  readonly drainNoticeMs: number;
}

/** Deliveries wait for others' answers: they cost little here. */
const deliveriesMax = 64;
const deliveriesTriedForMs = 6 * 3600 * 1000;
/** How long a stopping node goes on to write down what it has run. */
const flushMs = 2000;
/** Dead events that one entry redrives. */
const redrivenAtOnce = 200;

export class Events implements AsyncEvents {
  readonly #replica: EventsReplica;
  readonly #proposer: Proposer<EventCommand, CommandResult>;
  readonly #runner: Runner;
  readonly #courier: Courier;
  readonly #adopter: Adopter;
  readonly #pause: PauseWatch;
  readonly #counts = { accepted: 0, duplicates: 0, refused: 0 };
  #started = false;

  constructor(
    private readonly deps: EventsDeps,
    private readonly options: EventsOptions,
  ) {
    this.#replica = new EventsReplica({
      nextTurn,
      changed: (events) => this.#changed(events),
      replaced: () => this.#replaced(),
    });
    this.#proposer = eventProposer({ ...deps, replica: this.#replica, nextTurn });
    const note = (command: EventCommand): void => this.#proposer.note(command);
    const get = (id: string): AsyncEvent | undefined => this.#replica.core.get(id);
    this.#pause = new PauseWatch(deps.clock);
    const pauses = (): number => this.#pause.pauses;
    this.#runner = new Runner(
      { ...deps, get, note, notedBytes: () => this.#proposer.noteBytes, pauses },
      { retryBaseMs: options.asyncRetryBaseMs, runningMax: options.asyncRunningMax },
    );
    this.#courier = new Courier(
      { ...deps, get, note },
      { runningMax: deliveriesMax, triedForMs: deliveriesTriedForMs },
    );
    this.#adopter = new Adopter(
      {
        ...deps,
        owners: () => this.#replica.core.owners(),
        adopt: async (adoption) => {
          const result = await this.#proposer.ask({ kind: 'adopt', ...adoption });
          return result.kind === 'changed' ? result.count : 0;
        },
      },
      {
        what: 'events',
        deadAfterMs: options.asyncAdoptAfterMs,
        leftAfterMs: Math.max(options.asyncAdoptAfterMs, options.drainNoticeMs + options.drainMs),
      },
    );
  }

  /** What is fed by the log. */
  get replica(): EventsReplica {
    return this.#replica;
  }

  /** From now on events are run: this node knows what is still to be done. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#pause.start();
    this.#replaced();
    this.#adopter.start();
  }

  /** Begins nothing new, and ends within `timeoutMs` what runs; what is left, others run. Events are still accepted. */
  async drain(timeoutMs: number): Promise<void> {
    this.#adopter.stop();
    this.#courier.stop();
    await this.#runner.stop(timeoutMs);
    this.#pause.stop();
    if (this.#started) this.#handOver();
  }

  /** After `drain`: accepts nothing more, and has written down within two seconds what was run. */
  async stop(): Promise<void> {
    if (this.#started) this.#handOver();
    await this.#proposer.stop(flushMs);
  }

  /** What is left goes to others at once; what is under way still, they may run a second time. */
  #handOver(): void {
    const view = this.deps.view();
    if (view === null) return;
    const { self } = view;
    const to = takersOf(view, self);
    const pieces = Math.ceil([...this.#replica.core.openOf(self)].length / adoptedAtOnce);
    for (let piece = 0; piece < pieces && to.length > 0; piece++) {
      this.#proposer.note({ kind: 'adopt', from: self, to, itemsMax: adoptedAtOnce });
    }
  }

  async submit(submission: Submission): Promise<Accepted> {
    const { functionName, traceId } = submission;
    const kept = traceId.length > limits.eventTraceCharsMax ? '' : traceId;
    const command = {
      ...submission,
      kind: 'submit',
      traceId: withStep(kept, functionName),
    } as const;
    try {
      this.#checkForm(submission);
      this.#checkRoom(submission);
      this.#checkRounds(command);
      const result = settled(await this.#proposer.ask(command));
      if (result.kind !== 'accepted') throw new Error(`an event was answered by ${result.kind}`);
      this.#counts[result.duplicate ? 'duplicates' : 'accepted']++;
      return { id: result.id, duplicate: result.duplicate };
    } catch (thrown) {
      this.#counts.refused++;
      throw thrown;
    }
  }

  async get(id: string): Promise<AsyncEvent | undefined> {
    await this.deps.catchUp();
    return this.#replica.core.get(id);
  }

  async list(query: EventQuery): Promise<EventPage> {
    await this.deps.catchUp();
    return pageOf(this.#replica.core.all(), query);
  }

  async cancel(id: string): Promise<boolean> {
    return this.#isChanged(await this.#proposer.ask({ kind: 'cancel', id }));
  }

  async redrive(id: string): Promise<boolean> {
    const event = await this.get(id);
    if (event?.status !== 'dead') return false;
    return this.#isChanged(await this.#redrive(event));
  }

  async redriveAll(functionName: string | null): Promise<number> {
    let count = 0;
    let after = 0;
    for (;;) {
      const query = { status: 'dead', after, itemsMax: redrivenAtOnce } as const;
      const named = functionName === null ? {} : { functionName };
      const page = await this.list({ ...query, ...named });
      const results = await Promise.all(page.events.map((event) => this.#redrive(event)));
      count += results.filter((result) => this.#isChanged(result)).length;
      if (page.next === null) return count;
      after = page.next;
    }
  }

  stats(): EventStats {
    const { core } = this.#replica;
    return {
      ...this.#counts,
      counts: { ...core.counts },
      pendingBytes: core.openBytes,
      running: this.#runner.running + this.#courier.running,
      attempts: { ...this.#runner.counts },
      adopted: this.#adopter.adopted,
    };
  }

  #redrive({ id, round }: AsyncEvent): Promise<CommandResult> {
    return this.#proposer.ask({ kind: 'redrive', id, round });
  }

  #isChanged(result: CommandResult): boolean {
    const known = settled(result);
    return known.kind === 'changed' && known.count > 0;
  }

  #changed(events: readonly AsyncEvent[]): void {
    if (!this.#started) return;
    for (const event of events) {
      this.#runner.changed(event);
      this.#courier.changed(event);
    }
  }

  #replaced(): void {
    if (!this.#started) return;
    const own = [...this.#replica.core.openOf(this.deps.self())];
    this.#runner.replace(own);
    this.#courier.replace(own);
  }

  #checkForm({ payload, idempotencyKey }: Submission): void {
    if (payload.length > limits.asyncBodyBytesMax) {
      throw new HearthError(
        'request-too-large',
        `${payload.length} byte payload is too large for the Event invocation type (limit ${limits.asyncBodyBytesMax} bytes)`,
      );
    }
    if (idempotencyKey.length > limits.idempotencyKeyCharsMax) {
      throw new HearthError(
        'invalid-parameter',
        `The idempotency key is ${idempotencyKey.length} characters long, more than ${limits.idempotencyKeyCharsMax}; use a shorter one.`,
      );
    }
  }

  /** One that goes round for ever is taken once too often, to be told of; after that not even its destinations begin anew. */
  #checkRounds(submission: Submission): void {
    const { traceId, functionName } = submission;
    if (!isBeyond(limits.recursionRoundsMax + 1, traceId, functionName)) return;
    if (this.deps.settings(submission).mayRecur) return;
    throw new HearthError(
      'recursive-invocation',
      `The function ${functionName} has come to itself in more than ${limits.recursionRoundsMax} rounds of asynchronous invocations; end the loop, or allow it by its recursion configuration.`,
    );
  }

  /** Before anything is stored: the bounds of this node's configuration, as it sees the cluster's queue. */
  #checkRoom({ functionName, payload }: Submission): void {
    const { core } = this.#replica;
    const { asyncQueueMax, asyncQueueMb, asyncQueuePerFunctionMax } = this.options;
    const count = core.openCount + this.#proposer.asks;
    const bytes = core.openBytes + this.#proposer.askBytes + payload.length;
    if (count >= asyncQueueMax || bytes > asyncQueueMb * 1024 * 1024) {
      throw queueFull(`${count} asynchronous invocations wait in the cluster already`);
    }
    const own = core.openCountOf(functionName);
    if (own >= asyncQueuePerFunctionMax) {
      throw queueFull(`${own} asynchronous invocations of ${functionName} wait already`);
    }
  }
}

function settled(result: CommandResult): Exclude<CommandResult, { kind: 'refused' }> {
  if (result.kind !== 'refused') return result;
  const details = result.code === 'too-many-requests' ? queueFullDetails : {};
  throw new HearthError(result.code, result.message, details);
}

const queueFullDetails = { Reason: 'FunctionInvocationRateLimitExceeded', retryAfterS: 1 };

function queueFull(what: string): HearthError {
  return new HearthError('too-many-requests', `${what}; try again later.`, queueFullDetails);
}
