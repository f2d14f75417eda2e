/**
 * Runs the events that this node owns, through the router like any other invocation, until each has ended; what comes
 * of them it notes for the log and goes on without waiting for it. An attempt may be made twice (a node dies before it
 * could note it), with the same request id; an event ends once.
 */
import { type Clock, DeadlineQueue, type Logger } from '../../lib/index.js';
import {
  asHearthError,
  type HearthError,
  type Invocation,
  type InvocationOutcome,
  type NodeId,
} from '../../types/index.js';
import type { EventCommand } from './command.js';
import { isPending } from './event-steps.js';
import { outcomeOfAnswer, outcomeOfError } from './outcome.js';
import { precondition } from './precondition.js';
import { ReadyQueue } from './ready-queue.js';
import {
  afterError,
  afterFunctionError,
  backoffMs,
  type EventSettings,
  type Next,
} from './retry-policy.js';
import type { AsyncEvent, Delivery, EventCondition, EventOutcome } from './types.js';

export interface RunnerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly self: () => NodeId;
  readonly get: (id: string) => AsyncEvent | undefined;
  readonly note: (command: EventCommand) => void;
  /** Bytes of what was noted and is not in the log yet. */
  readonly notedBytes: () => number;
  /** How often this node has stood still. */
  readonly pauses: () => number;
  /** Resolves when this node knows what the log holds, or nobody tells it. */
  readonly catchUp: () => Promise<boolean>;
  /** Throws HearthError. */
  readonly invoke: (invocation: Invocation) => Promise<InvocationOutcome>;
  readonly settings: (event: AsyncEvent) => EventSettings;
}

export interface RunnerOptions {
  /** After the first error of a function; twice that after the second. */
  readonly retryBaseMs: number;
  readonly runningMax: number;
}

export interface AttemptCounts {
  ok: number;
  'function-error': number;
  throttled: number;
  error: number;
}

/** Delays are seconds and more. */
const dueTickMs = 50;
/** Answers of events that have run while the log takes nothing. */
const notedBytesMax = 16 * 1024 * 1024;
const logWaitMs = 200;

/** An event on its way through this node. */
interface Task {
  readonly id: string;
  readonly functionName: string;
  readonly round: number;
  /** When it was accepted, by this node's steady clock. */
  readonly bornMs: number;
  attempts: number;
  /** How often in a row it could not be run. */
  tries: number;
}

export class Runner {
  readonly counts: AttemptCounts = { ok: 0, 'function-error': 0, throttled: 0, error: 0 };
  readonly #tasks = new Map<string, Task>();
  readonly #ready: ReadyQueue;
  readonly #due: DeadlineQueue;
  /** How often in a row each function was throttled. */
  readonly #throttled = new Map<string, number>();
  readonly #resting = new Set<string>();
  #running = 0;
  #idle: (() => void)[] = [];
  #stopped = false;
  #waitsForLog = false;
  #pauses = 0;
  #catchesUp = false;

  constructor(
    private readonly deps: RunnerDeps,
    private readonly options: RunnerOptions,
  ) {
    const { runningMax } = options;
    // one function leaves something to the others
    const runningPerFunctionMax = Math.max(1, Math.floor(runningMax * 0.75));
    this.#ready = new ReadyQueue({ runningMax, runningPerFunctionMax });
    this.#due = new DeadlineQueue(deps.clock, dueTickMs);
  }

  get running(): number {
    return this.#running;
  }

  /** What an event has become: a new one to run, or one that is not to be run here any more. */
  changed(event: AsyncEvent): void {
    const { id, round } = event;
    const task = this.#tasks.get(id);
    if (!isPending(event) || event.owner !== this.deps.self()) {
      if (task !== undefined) this.#drop(task);
    } else if (task === undefined || task.round !== round) {
      if (task !== undefined) this.#drop(task);
      this.#begin(event);
    }
  }

  /** Nothing that was known is to be relied on: these are all there are. */
  replace(events: Iterable<AsyncEvent>): void {
    const present = new Map([...events].map((event) => [event.id as string, event]));
    for (const task of [...this.#tasks.values()]) {
      if (!present.has(task.id)) this.#drop(task);
    }
    for (const event of present.values()) this.changed(event);
  }

  /** Begins nothing new; resolves when what runs has ended, or `timeoutMs` has passed. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped = true;
    this.#due.close();
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.deps.clock.after(timeoutMs, resolve);
      this.#idle.push(() => {
        cancel();
        resolve();
      });
    });
  }

  #begin(event: AsyncEvent): void {
    const { clock } = this.deps;
    const { id, functionName, round, attempts } = event;
    const wallMs = clock.wallMs();
    const ageMs = Math.max(0, wallMs - event.acceptedAtMs);
    const bornMs = clock.nowMs() - ageMs;
    const task = { id, functionName, round, bornMs, attempts, tries: 0 };
    this.#tasks.set(id, task);
    // by two clocks that may differ: never longer than it can have been meant
    const leftMs = Math.min(event.retryAtMs - wallMs, this.options.retryBaseMs * attempts);
    if (event.status === 'waiting' && leftMs > 0) this.#later(task, leftMs);
    else this.#now(task);
  }

  #drop(task: Task): void {
    this.#tasks.delete(task.id);
    this.#ready.remove(task.functionName, task.id);
  }

  #now(task: Task): void {
    this.#ready.add(task.functionName, task.id);
    this.#start();
  }

  #later(task: Task, delayMs: number): void {
    this.#due.add(this.deps.clock.nowMs() + delayMs, () => {
      if (this.#tasks.get(task.id) === task) this.#now(task);
    });
  }

  #start(): void {
    while (!this.#stopped && !this.#isAhead() && !this.#isBehind()) {
      const id = this.#ready.take();
      if (id === undefined) return;
      const task = this.#tasks.get(id);
      if (task !== undefined) void this.#run(task);
    }
  }

  /** Of a log that takes nothing: what came of events is kept until it does, so there are no more of them for now. */
  #isAhead(): boolean {
    if (this.deps.notedBytes() <= notedBytesMax) return false;
    if (this.#waitsForLog) return true;
    this.#waitsForLog = true;
    this.#due.add(this.deps.clock.nowMs() + logWaitMs, () => {
      this.#waitsForLog = false;
      this.#start();
    });
    return true;
  }

  /** After a standstill: the news that others have adopted its events may lie unread. */
  #isBehind(): boolean {
    if (this.#catchesUp) return true;
    const pauses = this.deps.pauses();
    if (pauses === this.#pauses) return false;
    this.#pauses = pauses;
    this.#catchesUp = true;
    const goOn = (): void => {
      this.#catchesUp = false;
      this.#start();
    };
    this.deps.catchUp().then(goOn, goOn);
    return true;
  }

  async #run(task: Task): Promise<void> {
    const { id, functionName } = task;
    this.#running++;
    try {
      const event = this.deps.get(id);
      if (event !== undefined) await this.#attempt(task, event);
    } catch (thrown) {
      this.deps.logger.error({ err: thrown, requestId: id, functionName }, 'an event went wrong');
      this.#later(task, backoffMs(++task.tries));
    }
    this.#running--;
    this.#ready.done(functionName);
    if (this.#running === 0) for (const idle of this.#idle.splice(0)) idle();
    this.#start();
  }

  async #attempt(task: Task, event: AsyncEvent): Promise<void> {
    const { deps } = this;
    const settings = deps.settings(event);
    const refusal = precondition(event, this.#ageMs(task), settings);
    if (refusal !== null) {
      const { condition, error } = refusal;
      this.#end(task, event, event.outcome ?? outcomeOfError(condition, error), condition);
      return;
    }
    const { id, functionName, qualifier, invokedAs, payload, traceId, caller } = event;
    const target = { functionName, qualifier, invokedAs };
    const rest = { requestId: id, payload, traceId, clientContext: '', hops: 0, caller };
    let answered: InvocationOutcome;
    try {
      answered = await deps.invoke({ ...target, ...rest });
    } catch (thrown) {
      this.#couldNot(task, event, asHearthError(thrown));
      return;
    }
    this.#throttled.delete(functionName);
    task.tries = 0;
    task.attempts++;
    this.counts[answered.functionError ? 'function-error' : 'ok']++;
    if (!answered.functionError) {
      this.#end(task, event, outcomeOfAnswer('Success', answered), 'Success');
      return;
    }
    // asked again: the function may have been given other settings while it ran
    const next = afterFunctionError(
      task.attempts,
      this.#ageMs(task),
      deps.settings(event),
      this.options.retryBaseMs,
    );
    this.#follow(task, event, next, outcomeOfAnswer('RetriesExhausted', answered));
  }

  #couldNot(task: Task, event: AsyncEvent, error: HearthError): void {
    const { functionName } = task;
    // it stays where it is, for this node when it is back or for who adopts it
    if (this.#stopped && error.code === 'draining') return;
    task.tries++;
    const next = afterError(error.code, task.tries, this.#ageMs(task), this.deps.settings(event));
    const isThrottled = error.code === 'too-many-requests';
    this.counts[isThrottled ? 'throttled' : 'error']++;
    if (next.kind === 'end') {
      this.#end(task, event, outcomeOfError(next.condition, error), next.condition);
    } else if (isThrottled) {
      this.#rest(functionName);
      this.#now(task);
    } else this.#later(task, next.delayMs);
  }

  #follow(task: Task, event: AsyncEvent, next: Next, outcome: EventOutcome): void {
    if (next.kind === 'end') {
      this.#end(task, event, outcome, next.condition);
      return;
    }
    const { round, attempts } = task;
    const { delayMs } = next;
    this.deps.note({ kind: 'attempted', id: event.id, round, attempts, delayMs, outcome });
    this.#later(task, delayMs);
  }

  #end(task: Task, event: AsyncEvent, last: EventOutcome, condition: EventCondition): void {
    if (this.#tasks.get(task.id) !== task) return;
    const { round, attempts } = task;
    const outcome = { ...last, condition };
    const deliveries = deliveriesOf(condition, this.deps.settings(event));
    this.deps.note({ kind: 'ended', id: event.id, round, attempts, outcome, deliveries });
  }

  /** The whole function: all its events would be throttled now. */
  #rest(functionName: string): void {
    if (this.#resting.has(functionName)) return;
    this.#resting.add(functionName);
    const tries = (this.#throttled.get(functionName) ?? 0) + 1;
    this.#throttled.set(functionName, tries);
    this.#ready.rest(functionName);
    this.#due.add(this.deps.clock.nowMs() + backoffMs(tries), () => {
      this.#resting.delete(functionName);
      this.#ready.wake(functionName);
      this.#start();
    });
  }

  #ageMs({ bornMs }: Task): number {
    return this.deps.clock.nowMs() - bornMs;
  }
}

function deliveriesOf(
  condition: EventCondition,
  { onSuccess, onFailure, deadLetter }: EventSettings,
): Pick<Delivery, 'kind' | 'target'>[] {
  if (condition === 'Success') {
    return onSuccess === null ? [] : [{ kind: 'on-success', target: onSuccess }];
  }
  const deliveries: Pick<Delivery, 'kind' | 'target'>[] = [];
  if (onFailure !== null) deliveries.push({ kind: 'on-failure', target: onFailure });
  if (deadLetter !== null) deliveries.push({ kind: 'dead-letter', target: deadLetter });
  return deliveries;
}
