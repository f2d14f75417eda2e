/**
 * Executions as one thing: Standard ones are on the log, and those of this node are driven here; Express ones run in its
 * memory; activities' workers wait here, and whoever wants to know when an execution has ended.
 */
import { createHash } from 'node:crypto';
import { type Clock, type Logger, randomUuid, SharedTurns, SingleFlight } from '../../lib/index.js';
import { type Cancelled, HearthError, limits } from '../../types/index.js';
import { abreast } from '../abreast.js';
import { executionArn } from '../arns.js';
import type { Objects } from '../buckets/index.js';
import type { MakeEngine } from '../engine/types.js';
import type { HistoryEvent } from '../history.js';
import type { Evaluator } from '../jsonata/types.js';
import type { Definition } from '../language/types.js';
import { bookOf, DistributedMaps } from '../map-run/index.js';
import type { TaskRunner } from '../tasks/types.js';
import { ActivityWorkers } from './activity-workers.js';
import { BoundedTasks } from './bounded-tasks.js';
import type { ExecutionCommand, ExecutionResult, SignalCommand, StartCommand } from './command.js';
import { EndWaiters } from './end-waiters.js';
import { Express } from './express.js';
import { historyPage } from './history-page.js';
import type { Ledger } from './ledger.js';
import { mapRunView } from './map-run-view.js';
import { newestOf } from './newest.js';
import { ParsedDefinitions } from './parsed-definitions.js';
import { Runner } from './runner.js';
import type { ExecutionOrigin, StoredExecution, StoredToken } from './stored.js';
import type {
  ActivityTask,
  ExecutionFilter,
  ExecutionStats,
  Executions,
  ExecutionView,
  MapRunChanges,
  MapRunView,
  NewExecution,
  Page,
  PageAsked,
  TokenSignal,
} from './types.js';
import { isIn, viewOf } from './view.js';

export interface ExecutionsDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nextTurn: () => Promise<void>;
  readonly makeEngine: MakeEngine;
  /** Of a text that was accepted before. */
  readonly parse: (definition: string) => Definition;
  readonly evaluator: Evaluator;
  readonly tasks: TaskRunner;
  readonly random: () => number;
  /** Of executions that wait; 1000 by default. */
  readonly idleEnginesMax?: number;
  /** Where distributed Maps read items from, and write results to. */
  readonly objects?: Objects;
  /** Executions that this node has given to others, or taken. */
  readonly adopted: () => number;
}

/** Of a turn of the event loop, for all executions of this node: whoever invokes a function waits for a few turns. */
const turnMs = 3;

export class ExecutionsService implements Executions {
  readonly #runner: Runner;
  readonly #express: Express;
  readonly #workers: ActivityWorkers;
  readonly #waiters = new EndWaiters();
  #started = false;
  #ended = false;
  #startedCount = 0;

  constructor(private readonly deps: ExecutionsDeps) {
    const { ledger, clock } = deps;
    const definitions = new ParsedDefinitions(deps.parse);
    const mapRuns = new DistributedMaps({
      ...deps,
      book: bookOf(ledger),
      executions: () => this,
      objects: deps.objects ?? null,
      uuid: randomUuid,
    });
    const asking = { catchUp: ledger.catchUp, clock };
    const flights = new SingleFlight<void>();
    const caughtUp = (): Promise<void> => flights.run('', () => abreast(asking, () => this.#ended));
    const tasks = new BoundedTasks(deps.tasks, limits.workflowTasksRunningMax, caughtUp);
    const turns = new SharedTurns(clock, turnMs, deps.nextTurn);
    this.#runner = new Runner({ ...deps, tasks, definitions, mapRuns, turns, caughtUp });
    this.#express = new Express({ ...deps, tasks, definitions, mapRuns, turns });
    this.#workers = new ActivityWorkers({
      clock,
      hasWaiting: (activityArn) => ledger.core().tokens.hasWaiting(activityArn),
      take: (activityArn, workerName) =>
        ledger.ask({ kind: 'take-activity-task', activityArn, workerName }),
    });
  }

  /** From now on executions are driven: this node knows what is still to be done. */
  begin(): void {
    if (this.#started) return;
    this.#started = true;
    this.#runner.start();
    this.replaced();
  }

  /** Begins nothing new, and lets tasks under way end within `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    await Promise.all([this.#runner.drain(timeoutMs), this.#express.drain(timeoutMs)]);
  }

  end(): void {
    this.#ended = true;
    this.#runner.stop();
    this.#express.stop();
  }

  /** The log has made these of what they were. */
  changed(executions: readonly StoredExecution[]): void {
    this.#workers.look();
    for (const execution of executions) {
      if (execution.status !== 'RUNNING') {
        this.#waiters.ended(execution.arn, () => this.#viewOf(execution));
      }
      if (this.#started) this.#runner.changed(execution);
    }
  }

  heard(tokens: readonly StoredToken[]): void {
    if (this.#started) this.#runner.heard(tokens);
  }

  /** A snapshot took the place of all. */
  replaced(): void {
    const core = this.deps.ledger.core();
    for (const arn of this.#waiters.arns()) {
      const execution = core.get(arn);
      if (execution !== undefined && execution.status !== 'RUNNING') {
        this.#waiters.ended(arn, () => this.#viewOf(execution));
      }
    }
    if (this.#started) this.#runner.replace(core.openOf(this.deps.ledger.self()));
  }

  async start(asked: NewExecution): Promise<{ arn: string; startedAtMs: number }> {
    this.#startedCount++;
    if (asked.type === 'EXPRESS') {
      const { arn, startedAtMs } = this.#express.start(asked);
      return { arn, startedAtMs };
    }
    const command = startCommand(asked);
    const { definitions } = this.deps.ledger.core();
    const known = definitions.has(command.origin.definitionHash);
    const { kind, origin, input } = command;
    const brief: StartCommand = { kind, origin, input, definition: new Uint8Array(0) };
    let result = await this.#ask(known ? brief : command);
    if (result.kind === 'definition-wanted') result = await this.#ask(command);
    if (result.kind !== 'started') throw unexpected(result);
    return { arn: result.arn, startedAtMs: result.startedAtMs };
  }

  async startSync(
    asked: NewExecution,
    signal?: Cancelled,
  ): Promise<ExecutionView & { billedMs: number }> {
    this.#startedCount++;
    const view = await this.#express.start({ ...asked, type: 'EXPRESS' }, signal).ended;
    const tookMs = Math.max(1, view.endedAtMs - view.startedAtMs);
    return { ...view, billedMs: Math.ceil(tookMs / billedStepMs) * billedStepMs };
  }

  async get(arn: string): Promise<ExecutionView | undefined> {
    const execution = await this.#find(arn);
    return execution && this.#viewOf(execution);
  }

  async list(filter: ExecutionFilter, page: PageAsked): Promise<Page<ExecutionView>> {
    await this.deps.ledger.catchUp();
    const { items, next } = newestOf(matching(this.deps.ledger.core().all(), filter), page);
    return { items: items.map((execution) => this.#viewOf(execution)), next };
  }

  async history(arn: string, page: PageAsked, newestFirst: boolean): Promise<Page<HistoryEvent>> {
    const execution = await this.#find(arn);
    if (execution === undefined) throw doesNotExist(arn);
    return historyPage(execution, page, newestFirst);
  }

  async definition(arn: string): Promise<string | undefined> {
    const execution = await this.#find(arn);
    if (execution === undefined) return undefined;
    const text = this.deps.ledger.core().definitions.get(execution.definitionHash);
    return text && Buffer.from(text).toString();
  }

  async stop(arn: string, error: string | null, cause: string | null): Promise<number> {
    return atOf(await this.#ask({ kind: 'stop', arn, error, cause }));
  }

  async redrive(arn: string, clientToken: string | null): Promise<number> {
    return atOf(await this.#ask({ kind: 'redrive', arn, clientToken: clientToken ?? '' }));
  }

  async signal(taskToken: string, signal: TokenSignal): Promise<void> {
    await this.#ask(signalCommand(taskToken, signal));
  }

  takeActivityTask(
    activityArn: string,
    workerName: string | null,
    waitMs: number,
    signal?: Cancelled,
  ): Promise<ActivityTask | null> {
    return this.#workers.take(activityArn, workerName, waitMs, signal);
  }

  async mapRun(arn: string): Promise<MapRunView | undefined> {
    await this.deps.ledger.catchUp();
    const core = this.deps.ledger.core();
    const run = core.mapRuns.get(arn);
    return run && mapRunView(run, core);
  }

  async mapRuns(executionArn: string, page: PageAsked): Promise<Page<MapRunView>> {
    await this.deps.ledger.catchUp();
    const core = this.deps.ledger.core();
    const { items, next } = newestOf(core.mapRuns.of(executionArn), page);
    return { items: items.map((run) => mapRunView(run, core)), next };
  }

  async updateMapRun(arn: string, changes: MapRunChanges): Promise<void> {
    await this.#ask({ kind: 'update-map-run', arn, changes });
  }

  async ended(arn: string, signal?: Cancelled): Promise<ExecutionView> {
    const execution = this.deps.ledger.core().get(arn) ?? (await this.#find(arn));
    if (execution === undefined) throw doesNotExist(arn);
    if (execution.status !== 'RUNNING') return this.#viewOf(execution);
    return this.#waiters.wait(arn, signal);
  }

  stats(): ExecutionStats {
    const core = this.deps.ledger.core();
    const { RUNNING: running, ...ended } = core.counts;
    return {
      running: running + this.#express.running,
      ended,
      historyBytes: core.historyBytes,
      started: this.#startedCount,
      transitions: this.#runner.transitions + this.#express.transitions,
      tasksUnderWay: this.#runner.tasksUnderWay,
      adopted: this.deps.adopted(),
    };
  }

  async #find(arn: string): Promise<StoredExecution | undefined> {
    await this.deps.ledger.catchUp();
    return this.deps.ledger.core().get(arn);
  }

  #viewOf(execution: StoredExecution): ExecutionView {
    return viewOf(execution, this.deps.clock.wallMs());
  }

  /** Throws what the log refuses the command for. */
  async #ask(command: ExecutionCommand): Promise<ExecutionResult> {
    const result = await this.deps.ledger.ask(command);
    if (result.kind === 'refused') throw new HearthError(result.code, result.message);
    return result;
  }
}

/** AWS bills Express executions by steps of 100 ms. */
const billedStepMs = 100;

function startCommand(asked: NewExecution): StartCommand {
  const { definition, input } = asked;
  const origin: ExecutionOrigin = {
    arn: executionArn(asked.stateMachineName, asked.name),
    name: asked.name,
    stateMachineName: asked.stateMachineName,
    stateMachineArn: asked.stateMachineArn,
    stateMachineVersionArn: asked.stateMachineVersionArn,
    stateMachineAliasArn: asked.stateMachineAliasArn,
    revisionId: asked.revisionId,
    roleArn: asked.roleArn,
    traceId: asked.traceId,
    definitionHash: createHash('sha256').update(definition).digest('base64url'),
    mapRunArn: asked.mapRunArn,
    itemCount: asked.itemCount ?? null,
  };
  return { kind: 'start', origin, input: Buffer.from(input), definition: Buffer.from(definition) };
}

function signalCommand(token: string, signal: TokenSignal): SignalCommand {
  const output = Buffer.from(signal.kind === 'succeeded' ? signal.output : '');
  const { error, cause } = signal.kind === 'failed' ? signal : { error: '', cause: '' };
  return { kind: 'signal', token, signal: signal.kind, output, error, cause };
}

function* matching(
  executions: Iterable<StoredExecution>,
  filter: ExecutionFilter,
): Iterable<StoredExecution> {
  for (const execution of executions) if (isIn(execution, filter)) yield execution;
}

function atOf(result: ExecutionResult): number {
  if (result.kind !== 'at') throw unexpected(result);
  return result.wallMs;
}

function doesNotExist(arn: string): HearthError {
  return new HearthError('execution-does-not-exist', `Execution Does Not Exist: '${arn}'`);
}

function unexpected({ kind }: ExecutionResult): Error {
  return new Error(`the log answered with ${kind}`);
}
