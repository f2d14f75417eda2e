/**
 * Drives the Standard executions that this node owns: those that it has taken, and those that it has adopted. What the log
 * says counts: whatever it tells of an execution, its drive follows or ends.
 */
import {
  type Clock,
  DeadlineQueue,
  type Logger,
  randomUuid,
  type SharedTurns,
} from '../../lib/index.js';
import { newsAgeMsMax } from '../abreast.js';
import type { EngineOptions, ExecutionFacts, MakeEngine } from '../engine/types.js';
import type { Evaluator } from '../jsonata/types.js';
import type { Definition } from '../language/types.js';
import type { TaskRunner } from '../tasks/types.js';
import {
  Drive,
  type DriveInput,
  type DriveOwner,
  type Loaded,
  type MapRunRunner,
} from './drive.js';
import { Keeper } from './keeper.js';
import type { Ledger } from './ledger.js';
import type { ParsedDefinitions } from './parsed-definitions.js';
import { recordsBetween } from './record-codec.js';
import type { InboxItem, StoredExecution, StoredToken } from './stored.js';

export interface RunnerDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nextTurn: () => Promise<void>;
  /** Of everything that is driven on this node. */
  readonly turns: SharedTurns;
  /** Resolves when this node knows what the log holds. */
  readonly caughtUp: () => Promise<void>;
  readonly makeEngine: MakeEngine;
  readonly definitions: ParsedDefinitions;
  readonly evaluator: Evaluator;
  readonly tasks: TaskRunner;
  readonly mapRuns: MapRunRunner;
  readonly random: () => number;
}

interface Driven {
  readonly drive: Drive;
  readonly epoch: number;
  /** Of its inbox: the last that was fed. */
  fed: number;
}

/** Waits are seconds and more; heartbeats, too. */
const dueTickMs = 10;
const sleepEveryMs = 1000;
/** Engines that are kept although they have nothing to do: the rest is made anew when something comes. */
const idleEnginesMax = 1000;
/** Executions that are loaded in one turn after a start. */
const loadedInOneTurn = 20;

export class Runner {
  readonly #driven = new Map<string, Driven>();
  readonly #due: DeadlineQueue;
  /** Begun before, by whomever: to be gone on with once this node knows what has become of them. */
  readonly #loading = new Set<string>();
  #isLoading = false;
  #transitions = 0;
  #stopped = false;
  #draining = false;
  #cancelSleep: (() => void) | null = null;

  constructor(private readonly deps: RunnerDeps) {
    this.#due = new DeadlineQueue(deps.clock, dueTickMs);
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
    const { arn, status, owner, epoch } = execution;
    const driven = this.#driven.get(arn);
    if (status !== 'RUNNING') {
      driven?.drive.cancel();
      if (driven !== undefined) this.#drop(arn, driven);
    } else if (owner !== this.deps.ledger.self()) {
      if (driven !== undefined) this.#drop(arn, driven);
    } else if (driven?.epoch !== epoch) {
      if (driven !== undefined) this.#drop(arn, driven);
      this.#begin(execution);
    } else if (!this.#loading.has(arn)) {
      this.#feedInbox(driven, execution);
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
      if (!present.has(arn)) this.#drop(arn, driven);
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
    for (const [arn, driven] of [...this.#driven]) this.#drop(arn, driven);
  }

  #begin(execution: StoredExecution): void {
    if (this.#stopped || this.#draining) return;
    const { arn, epoch } = execution;
    const driven: Driven = {
      drive: new Drive(
        { ...this.deps, due: this.#due, nextTurn: this.deps.turns.next },
        this.#ownerOf(arn, epoch),
      ),
      epoch,
      fed: 0,
    };
    this.#driven.set(arn, driven);
    // one that has just been accepted begins at once; many after a start take turns
    if (execution.records === 0) driven.drive.wake();
    else this.#loadLater(arn);
  }

  #drop(arn: string, { drive }: Driven): void {
    this.#transitions += drive.transitions;
    this.#driven.delete(arn);
    this.#loading.delete(arn);
    drive.leave();
  }

  #feedInbox(driven: Driven, { inbox }: StoredExecution): void {
    if (!driven.drive.isAwake && inbox.length > 0) {
      // it takes all of the inbox with it
      driven.drive.wake();
      return;
    }
    for (const item of inbox) {
      if (item.number <= driven.fed) continue;
      driven.fed = item.number;
      if (item.report.kind !== 'started') driven.drive.taskEnded(item.task);
      const { input, ...more } = inputOf(item);
      driven.drive.feed(input, more);
    }
  }

  #ownerOf(arn: string, epoch: number): DriveOwner {
    let keeper: Keeper | null = null;
    const isStopped = (): boolean => this.#stopped;
    return {
      load: () => {
        const execution = this.#known(arn);
        keeper = new Keeper({ ...this.deps, isStopped }, arn, execution);
        return this.#load(execution);
      },
      keep: async (pending) => (await keeper?.keep(pending)) ?? false,
      ended: () => {
        const driven = this.#driven.get(arn);
        if (driven?.epoch === epoch) this.#drop(arn, driven);
      },
      broke: (error) => {
        this.deps.logger.error({ err: error, arn }, 'an execution went wrong');
        const cause = 'An internal error of the workflow engine; the log of the node tells more.';
        void this.deps.ledger
          .ask({ kind: 'stop', arn, error: 'States.Runtime', cause })
          .catch(() => {});
      },
      mayGoOn: () => {
        const isCurrent = !this.#stopped && keeper?.isCurrent === true;
        if (isCurrent) this.#loadLater(arn);
        return isCurrent;
      },
    };
  }

  #load(execution: StoredExecution): Loaded {
    const { arn, isRedriving, redriveCount, records, inbox } = execution;
    const engine = this.deps.makeEngine(
      this.#definitionOf(execution),
      factsOf(execution),
      this.#engineOptions,
    );
    for (const record of recordsBetween(execution, 0, records)) engine.replay(record);
    const driven = this.#driven.get(arn);
    if (driven !== undefined) {
      driven.fed = inbox.at(-1)?.number ?? driven.fed;
      for (const { task, report } of inbox) {
        if (report.kind !== 'started') driven.drive.taskEnded(task);
      }
    }
    const inputs = [...this.#heartbeatsOf(arn), ...inbox.map(inputOf)];
    if (records === 0) return { engine, first: { kind: 'begin' }, inputs };
    const first = isRedriving ? ({ kind: 'redrive', redriveCount } as const) : null;
    return { engine, first, inputs };
  }

  get #engineOptions(): EngineOptions {
    const { random, turns } = this.deps;
    return { keepsHistory: true, random, uuid: randomUuid, isTurnOver: turns.isOver };
  }

  *#heartbeatsOf(arn: string): Iterable<DriveInput> {
    for (const { task, isOpen, heartbeatAtMs } of this.deps.ledger.core().tokens.of(arn)) {
      if (isOpen && heartbeatAtMs > 0) {
        yield { input: { kind: 'heartbeat', task }, wallMs: heartbeatAtMs };
      }
    }
  }

  #definitionOf({ definitionHash }: StoredExecution): Definition {
    return this.deps.definitions.get(definitionHash, () => {
      const text = this.deps.ledger.core().definitions.get(definitionHash);
      return Buffer.from(text ?? []).toString();
    });
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
      for (const arn of [...this.#loading].slice(0, loadedInOneTurn)) {
        this.#loading.delete(arn);
        const driven = this.#driven.get(arn);
        if (driven === undefined || driven.drive.isAwake) continue;
        driven.drive.wake();
        if (this.#driven.size > idleEnginesMax) driven.drive.sleep();
      }
    }
    this.#isLoading = false;
  }

  #letSleep(): void {
    let idle = 0;
    for (const { drive } of this.#driven.values()) {
      if (!drive.isIdle) continue;
      idle++;
      if (idle > idleEnginesMax) drive.sleep();
    }
  }

  #known(arn: string): StoredExecution {
    const execution = this.deps.ledger.core().get(arn);
    if (execution === undefined) throw new Error(`${arn} is driven, and not there`);
    return execution;
  }
}

const drainLookMs = 50;

function inputOf({ number, task, report }: InboxItem): DriveInput {
  const whole = report.kind === 'failed' ? ({ ...report, at: 'task' } as const) : report;
  return { input: { kind: 'task', task, report: whole }, number };
}

export function factsOf(execution: StoredExecution): ExecutionFacts {
  const { arn, name, roleArn, stateMachineArn, stateMachineName, startedAtMs, traceId } = execution;
  return {
    arn,
    name,
    input: Buffer.from(execution.input).toString(),
    roleArn,
    stateMachineArn,
    stateMachineName,
    type: 'STANDARD',
    startedAtMs,
    traceId,
  };
}
