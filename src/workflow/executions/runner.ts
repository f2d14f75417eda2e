/**
 * Drives the Standard executions that this node owns: those that it has taken, and those that it has adopted. What the log
 * says counts: whatever it tells of an execution, its drive follows or ends. Of one that waits for nothing but the time
 * only that is kept.
 */
import { type Clock, type DeadlineKey, DeadlineQueue } from '../../lib/index.js';
import { newsAgeMsMax } from '../abreast.js';
import type { Evaluator } from '../jsonata/types.js';
import type { TaskRunner } from '../tasks/types.js';
import type { MapRunRunner } from './drive.js';
import { Driven, type DrivenDeps } from './driven.js';
import type { StoredExecution, StoredToken } from './stored.js';

export interface RunnerDeps
  extends Pick<
    DrivenDeps,
    'ledger' | 'turns' | 'makeEngine' | 'definitions' | 'random' | 'logger'
  > {
  readonly clock: Clock;
  readonly nextTurn: () => Promise<void>;
  /** Resolves when this node knows what the log holds. */
  readonly caughtUp: () => Promise<void>;
  readonly evaluator: Evaluator;
  readonly tasks: TaskRunner;
  readonly mapRuns: MapRunRunner;
  /** Engines that are kept although they have nothing to do, 1000 by default: the rest is made anew when something comes. */
  readonly idleEnginesMax?: number;
}

interface Asleep {
  readonly epoch: number;
  /** The first that will end its sleep. */
  readonly timer: string;
  readonly due: DeadlineKey;
}

/** Waits are seconds and more; heartbeats, too. */
const dueTickMs = 10;
const sleepEveryMs = 1000;
/** Executions that are loaded in one turn after a start. */
const loadedInOneTurn = 20;

export class Runner {
  readonly #driven = new Map<string, Driven>();
  readonly #asleep = new Map<string, Asleep>();
  readonly #due: DeadlineQueue;
  readonly #drivenDeps: DrivenDeps;
  readonly #idleEnginesMax: number;
  /** Begun before, by whomever: to be gone on with once this node knows what has become of them. */
  readonly #loading = new Set<string>();
  #isLoading = false;
  #transitions = 0;
  #stopped = false;
  #draining = false;
  #cancelSleep: (() => void) | null = null;

  constructor(private readonly deps: RunnerDeps) {
    this.#due = new DeadlineQueue(deps.clock, dueTickMs);
    this.#idleEnginesMax = deps.idleEnginesMax ?? 1000;
    // one of each for all executions
    this.#drivenDeps = {
      ...deps,
      driving: { ...deps, due: this.#due, nextTurn: deps.turns.next },
      keeping: { ...deps, isStopped: () => this.#stopped },
      rests: (driven) => {
        // at once: what lives for long is costly to clear away; a task's end may come soon
        if (this.#isCrowded && driven.drive.firstTimer !== null) this.#rest(driven);
      },
      ended: (driven) => {
        if (this.#driven.get(driven.arn) === driven) this.#drop(driven);
      },
    };
  }

  start(): void {
    this.#cancelSleep = this.deps.clock.every(sleepEveryMs, () => this.#letSleep());
  }

  get transitions(): number {
    let sum = this.#transitions;
    for (const { drive } of this.#driven.values()) sum += drive.transitions;
    return sum;
  }

  get tasksUnderWay(): number {
    let sum = 0;
    for (const { drive } of this.#driven.values()) sum += drive.tasksUnderWay;
    return sum;
  }

  /** What an execution has become: one to drive, one that something came for, or one that is not to be driven here any more. */
  changed(execution: StoredExecution): void {
    const { arn, status, owner, epoch, inbox } = execution;
    const isOurs = status === 'RUNNING' && owner === this.deps.ledger.self();
    const asleep = this.#asleep.get(arn);
    if (asleep !== undefined) {
      if (isOurs && asleep.epoch === epoch && inbox.length === 0) return;
      this.#wakeUp(arn, asleep);
    }
    const driven = this.#driven.get(arn);
    if (!isOurs) {
      if (status !== 'RUNNING') driven?.drive.cancel();
      if (driven !== undefined) this.#drop(driven);
    } else if (driven?.epoch !== epoch || driven.isSurpassedBy(execution)) {
      if (driven !== undefined) this.#drop(driven);
      this.#begin(execution);
    } else if (!this.#loading.has(arn)) {
      driven.feedInbox(execution);
      if (!this.deps.ledger.core().hasRoomFor(execution)) driven.drive.feed({ kind: 'no-room' });
    }
  }

  heard(tokens: readonly StoredToken[]): void {
    for (const { arn, task, heartbeatAtMs } of tokens) {
      // one that is loaded later takes it from the token
      if (this.#loading.has(arn)) continue;
      const drive = this.#driven.get(arn)?.drive;
      drive?.feed({ kind: 'heartbeat', task }, { wallMs: heartbeatAtMs });
    }
  }

  /** Nothing that was known is to be relied on: these are all there are. */
  replace(executions: Iterable<StoredExecution>): void {
    const present = new Map([...executions].map((execution) => [execution.arn, execution]));
    for (const [arn, driven] of [...this.#driven]) {
      if (!present.has(arn)) this.#drop(driven);
    }
    for (const [arn, asleep] of [...this.#asleep]) {
      if (!present.has(arn)) this.#wakeUp(arn, asleep);
    }
    for (const execution of present.values()) this.changed(execution);
  }

  /** Begins nothing new, and resolves when the tasks under way have ended, or `timeoutMs` has passed. */
  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    this.#cancelSleep?.();
    const { clock } = this.deps;
    const untilMs = clock.nowMs() + timeoutMs;
    while (this.tasksUnderWay > 0 && clock.nowMs() < untilMs) {
      await new Promise<void>((resolve) => clock.after(drainLookMs, resolve));
    }
  }

  /** Nothing is driven here any more. */
  stop(): void {
    this.#stopped = true;
    this.#due.close();
    this.#asleep.clear();
    for (const driven of [...this.#driven.values()]) this.#drop(driven);
  }

  #begin({ arn, epoch, records }: StoredExecution): void {
    if (this.#stopped || this.#draining) return;
    const { drive } = this.#drive(arn, epoch);
    // one that has just been accepted begins at once; many after a start take turns
    if (records === 0) drive.wake();
    else this.#loadLater(arn);
  }

  #drive(arn: string, epoch: number): Driven {
    const driven = new Driven(this.#drivenDeps, arn, epoch);
    this.#driven.set(arn, driven);
    return driven;
  }

  #drop({ arn, drive }: Driven): void {
    this.#transitions += drive.transitions;
    this.#driven.delete(arn);
    this.#loading.delete(arn);
    drive.leave();
  }

  #loadLater(arn: string): void {
    this.#loading.add(arn);
    if (this.#isLoading) return;
    this.#isLoading = true;
    void this.#loadSome();
  }

  async #loadSome(): Promise<void> {
    const { caughtUp, clock, nextTurn } = this.deps;
    let knownAtMs = Number.NEGATIVE_INFINITY;
    while (this.#loading.size > 0) {
      await nextTurn();
      if (clock.nowMs() - knownAtMs > newsAgeMsMax) {
        await caughtUp();
        knownAtMs = clock.nowMs();
      }
      let loaded = 0;
      for (const arn of this.#loading) {
        if (loaded++ === loadedInOneTurn) break;
        this.#loading.delete(arn);
        const driven = this.#driven.get(arn);
        if (driven === undefined || driven.drive.isAwake) continue;
        driven.drive.wake();
        if (this.#isCrowded) this.#rest(driven);
      }
    }
    this.#isLoading = false;
  }

  get #isCrowded(): boolean {
    return this.#driven.size > this.#idleEnginesMax;
  }

  #letSleep(): void {
    let idle = 0;
    for (const driven of this.#driven.values()) {
      if (!driven.drive.isIdle) continue;
      idle++;
      if (idle > this.#idleEnginesMax) this.#rest(driven);
    }
  }

  /** Its engine goes; and where nothing but a timer will wake it, its drive. */
  #rest(driven: Driven): void {
    const { arn, epoch, drive } = driven;
    const first = drive.firstTimer;
    if (first === null) {
      drive.sleep();
      return;
    }
    this.#drop(driven);
    const due = this.#due.add(first.atMs, () => this.#timerFired(arn));
    this.#asleep.set(arn, { epoch, timer: first.timer, due });
  }

  #timerFired(arn: string): void {
    const asleep = this.#asleep.get(arn);
    if (asleep === undefined) return;
    this.#asleep.delete(arn);
    // its other timers are set again when its engine is loaded
    this.#drive(arn, asleep.epoch).drive.feed({ kind: 'timer', timer: asleep.timer });
  }

  #wakeUp(arn: string, { due }: Asleep): void {
    this.#due.remove(due);
    this.#asleep.delete(arn);
  }
}

const drainLookMs = 50;
