/**
 * All Standard executions of the cluster as a deterministic state machine: the same commands in the same order give the
 * same executions, and the same answer to each command, on every node. What an execution does is none of its business;
 * that only one node at a time can go on with it, and from where the last one stopped, is.
 */
import { strict as assert } from 'node:assert';
import { Shelf } from '../../replication/index.js';
import { limits, type NodeId } from '../../types/index.js';
import type {
  AdoptCommand,
  EndMapRunCommand,
  ExecutionCommand,
  ExecutionResult,
  RecordCommand,
  SignalCommand,
  StartCommand,
} from './command.js';
import { Definitions } from './definitions.js';
import {
  abortedChunk,
  adopted,
  begun,
  grown,
  isNext,
  notRedrivable,
  recorded,
  redriven,
  stopped,
  told,
} from './execution-steps.js';
import { MapRuns } from './map-runs.js';
import { changed, SharedTexts } from './resting.js';
import type { HistoryChunk, StoredExecution, StoredMapRun, StoredToken } from './stored.js';
import { Tokens, tokenWith } from './tokens.js';

/** All of it at one moment, as references to what never changes. */
export interface ExecutionsImage {
  readonly sequence: number;
  readonly wallMs: number;
  readonly definitions: readonly (readonly [hash: string, text: Uint8Array])[];
  /** Open ones first, by owner, then the ended ones in the order in which they would go. */
  readonly executions: readonly StoredExecution[];
  readonly tokens: readonly StoredToken[];
  readonly mapRuns: readonly StoredMapRun[];
}

export type StatusCounts = Record<StoredExecution['status'], number>;

/** Children of map runs that stand before what can be forgotten: not all of them are looked at with every command. */
const lookedPastMax = 16;

/** Of a history that is short: it is no longer than what it holds, as most are that wait. */
const exactChunksMax = 16;

interface Cell {
  execution: StoredExecution;
  history: HistoryChunk[];
}

export class ExecutionsCore {
  readonly definitions = new Definitions();
  readonly tokens = new Tokens();
  readonly mapRuns = new MapRuns();
  readonly #cells = new Map<string, Cell>();
  readonly #open = new Map<NodeId, Set<string>>();
  /** How many run, by the names of their state machines. */
  readonly #running = new Map<string, number>();
  readonly #ended = new Shelf();
  readonly #counts: StatusCounts = {
    RUNNING: 0,
    SUCCEEDED: 0,
    FAILED: 0,
    TIMED_OUT: 0,
    ABORTED: 0,
  };
  readonly #texts = new SharedTexts();
  #openBytes = 0;
  #sequence = 0;
  /** The latest time that any proposer told: what is old is so by this one. */
  #wallMs = 0;
  #changed = new Set<string>();
  #heard: StoredToken[] = [];

  get(arn: string): StoredExecution | undefined {
    return this.#cells.get(arn)?.execution;
  }

  /** All that are remembered, in no order that means anything. */
  *all(): Iterable<StoredExecution> {
    for (const { execution } of this.#cells.values()) yield execution;
  }

  /** Those that a node has to drive. */
  *openOf(owner: NodeId): Iterable<StoredExecution> {
    for (const arn of this.#open.get(owner) ?? []) yield this.#known(arn).execution;
  }

  /** The nodes that have any. */
  owners(): Iterable<NodeId> {
    return this.#open.keys();
  }

  get counts(): Readonly<StatusCounts> {
    return this.#counts;
  }

  /** Of a state machine; the children of its map runs are not among them, as an execution waits for those. */
  runningOf(stateMachineName: string): number {
    return this.#running.get(stateMachineName) ?? 0;
  }

  get openBytes(): number {
    return this.#openBytes;
  }

  /**
   * Whether more may be added to its history. Once all of them together have come to their limit, only those with less than
   * an equal share go on: whoever grows without end is ended, not whoever came last.
   */
  hasRoomFor({ bytes }: Pick<StoredExecution, 'bytes'>): boolean {
    const { executionsOpenBytesMax } = limits;
    return (
      this.#openBytes <= executionsOpenBytesMax ||
      bytes * this.#counts.RUNNING <= executionsOpenBytesMax
    );
  }

  get historyBytes(): number {
    return this.#openBytes + this.#ended.bytes;
  }

  get wallMs(): number {
    return this.#wallMs;
  }

  /** What has changed since it was last asked. */
  takeChanged(): readonly StoredExecution[] {
    if (this.#changed.size === 0) return [];
    const changed = [...this.#changed].flatMap((arn) => this.get(arn) ?? []);
    this.#changed.clear();
    return changed;
  }

  /** The tasks whose workers have been heard of since it was last asked. */
  takeHeard(): readonly StoredToken[] {
    return this.#heard.length === 0 ? [] : this.#heard.splice(0);
  }

  apply(command: ExecutionCommand, node: NodeId, wallMs: number): ExecutionResult {
    this.#wallMs = Math.max(this.#wallMs, wallMs);
    this.#forgetOld();
    return this.#execute(command, node);
  }

  image(): ExecutionsImage {
    const open = [...this.#open.keys()].flatMap((owner) => [...this.openOf(owner)]);
    const ended = [...this.#ended.ids()].map((arn) => this.#known(arn).execution);
    return {
      sequence: this.#sequence,
      wallMs: this.#wallMs,
      definitions: [...this.definitions.all()],
      executions: [...open, ...ended],
      tokens: [...this.tokens.all()],
      mapRuns: [...this.mapRuns.all()],
    };
  }

  /** Takes an execution of an image, in its order: only while nothing has been applied. `definition`: of the first with its hash. */
  restoreExecution(execution: StoredExecution, definition: Uint8Array | null): void {
    this.definitions.use(execution.definitionHash, definition);
    this.#add(execution, [...execution.history]);
  }

  /** More of the history of one that was restored. */
  restoreHistory(arn: string, chunks: readonly HistoryChunk[]): void {
    const cell = this.#known(arn);
    for (const chunk of chunks) append(cell, chunk);
    cell.execution = changed(cell.execution, { history: cell.history });
  }

  restoreHead({ sequence, wallMs }: Pick<ExecutionsImage, 'sequence' | 'wallMs'>): void {
    this.#sequence = sequence;
    this.#wallMs = wallMs;
  }

  /** Throws where the state contradicts itself: for tests. */
  invariants(): void {
    const all = [...this.all()];
    const running = all.filter(({ status }) => status === 'RUNNING');
    assert.equal(this.#counts.RUNNING, running.length);
    assert.equal(all.length, running.length + this.#ended.count);
    assert.equal(
      this.#openBytes,
      running.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    for (const [owner, arns] of this.#open) {
      for (const arn of arns) assert.equal(this.get(arn)?.owner, owner);
    }
    for (const execution of all) {
      const chunks = execution.history.slice(0, execution.chunks);
      assert.equal(
        execution.records,
        chunks.reduce((sum, { records }) => sum + records, 0),
      );
      assert.ok(this.definitions.has(execution.definitionHash));
    }
    for (const { arn, isOpen } of this.tokens.all()) {
      assert.ok(!isOpen || this.get(arn)?.status === 'RUNNING', 'a token outlived its execution');
    }
  }

  #execute(command: ExecutionCommand, node: NodeId): ExecutionResult {
    switch (command.kind) {
      case 'start':
        return this.#start(command, node);
      case 'record':
        return this.#record(command, node);
      case 'signal':
        return this.#signal(command);
      case 'take-activity-task':
        return this.#takeActivityTask(command.activityArn, command.workerName);
      case 'stop':
        return this.#stop(command.arn, command.error, command.cause);
      case 'redrive':
        return this.#redrive(command.arn, command.clientToken, node);
      case 'adopt':
        return this.#adopt(command);
      case 'start-map-run':
        return changedIf(this.mapRuns.start(command.mapRun, ++this.#sequence, this.#wallMs));
      case 'update-map-run':
        return changedIf(this.mapRuns.update(command.arn, command.changes));
      case 'end-map-run':
        return this.#endMapRun(command);
      default:
        return command satisfies never;
    }
  }

  #start(command: StartCommand, owner: NodeId): ExecutionResult {
    const { origin, input, definition } = command;
    const { arn, definitionHash, mapRunArn } = origin;
    const known = this.get(arn);
    if (known !== undefined) return this.#startedAlready(known, input);
    if (mapRunArn !== null && this.mapRuns.get(mapRunArn)?.status !== 'RUNNING') {
      return refused('workflow-conflict', `The map run ${mapRunArn} has ended.`);
    }
    const bytes = this.#openBytes + input.length;
    if (this.#counts.RUNNING >= limits.executionsOpenMax || bytes > limits.executionsOpenBytesMax) {
      return refused(
        'execution-limit-exceeded',
        `Execution Limit Exceeded: '${this.#counts.RUNNING} executions are running, the limit of the cluster'`,
      );
    }
    if (definition.length === 0 && !this.definitions.has(definitionHash)) {
      return { kind: 'definition-wanted' };
    }
    this.definitions.use(definitionHash, definition);
    const when = { sequence: ++this.#sequence, owner, wallMs: this.#wallMs };
    this.#add(begun(command, when), []);
    this.#changed.add(arn);
    return { kind: 'started', arn, startedAtMs: this.#wallMs };
  }

  #startedAlready(known: StoredExecution, input: Uint8Array): ExecutionResult {
    const { arn, status, startedAtMs } = known;
    const isSame = status === 'RUNNING' && Buffer.compare(known.input, input) === 0;
    // a child of a map run is found again by whoever goes on with the run
    if (isSame || known.mapRunArn !== null) return { kind: 'started', arn, startedAtMs };
    return refused('execution-already-exists', `Execution Already Exists: '${arn}'`);
  }

  #record(command: RecordCommand, node: NodeId): ExecutionResult {
    const cell = this.#cells.get(command.arn);
    if (cell === undefined) return { kind: 'stale' };
    if (cell.execution.step === command.step) return { kind: 'done' };
    if (!isNext(cell.execution, command, node)) return { kind: 'stale' };
    const { records, bytes, opened, closed, end } = command;
    for (const { token, task, activity } of opened) {
      // of a task that is begun anew after its node has died
      if (this.tokens.get(token) !== undefined) continue;
      const queued = activity && { arn: activity.arn, input: activity.input, isTaken: false };
      const { arn } = cell.execution;
      this.tokens.put({
        token,
        arn,
        task,
        isOpen: true,
        heartbeatAtMs: 0,
        activity: queued,
      });
    }
    for (const token of closed) this.tokens.close(token);
    const after = this.#append(cell, { records, bytes });
    this.#put(cell, recorded(after, command, this.#wallMs));
    if (end !== null) this.#closed(command.arn);
    return { kind: 'done' };
  }

  #signal({ token, signal, output, error, cause }: SignalCommand): ExecutionResult {
    const stored = this.tokens.get(token);
    if (stored === undefined) {
      return refused('task-does-not-exist', "Task Does Not Exist: 'Provided task does not exist'");
    }
    const cell = this.#cells.get(stored.arn);
    if (!stored.isOpen || cell === undefined) {
      const what = stored.activity?.arn ?? 'Provided task does not exist anymore';
      return refused('task-timed-out', `Task Timed Out: '${what}'`);
    }
    if (signal === 'heartbeat') {
      const heard = tokenWith(stored, { heartbeatAtMs: this.#wallMs });
      this.tokens.put(heard);
      this.#heard.push(heard);
      return { kind: 'done' };
    }
    const report =
      signal === 'succeeded'
        ? ({ kind: 'succeeded', output: Buffer.from(output).toString() } as const)
        : ({ kind: 'failed', error, cause } as const);
    this.tokens.close(token);
    this.#put(cell, told(cell.execution, stored.task, report));
    return { kind: 'done' };
  }

  #takeActivityTask(activityArn: string, workerName: string | null): ExecutionResult {
    const taken = this.tokens.take(activityArn, this.#wallMs);
    const cell = taken === undefined ? undefined : this.#cells.get(taken.arn);
    if (taken?.activity === undefined || taken.activity === null || cell === undefined) {
      return { kind: 'none' };
    }
    const named = workerName === null ? {} : { workerName };
    this.#put(cell, told(cell.execution, taken.task, { kind: 'started', ...named }));
    return { kind: 'activity-task', taskToken: taken.token, input: taken.activity.input };
  }

  #stop(arn: string, error: string | null, cause: string | null): ExecutionResult {
    const cell = this.#cells.get(arn);
    if (cell === undefined) return doesNotExist(arn);
    if (cell.execution.status !== 'RUNNING') {
      return { kind: 'at', wallMs: cell.execution.endedAtMs };
    }
    const chunk = abortedChunk(cell.execution, error, cause, this.#wallMs);
    const after = this.#append(cell, chunk);
    this.#put(cell, stopped(after, this.#wallMs));
    this.#closed(arn);
    return { kind: 'at', wallMs: this.#wallMs };
  }

  #redrive(arn: string, clientToken: string, node: NodeId): ExecutionResult {
    const cell = this.#cells.get(arn);
    if (cell === undefined) return doesNotExist(arn);
    const { execution } = cell;
    if (clientToken !== '' && execution.redriveToken === clientToken) {
      return { kind: 'at', wallMs: execution.redrivenAtMs };
    }
    const mapRunArn = this.#isOfRedrivenRun(execution) ? null : execution.mapRunArn;
    const why = notRedrivable({ ...execution, mapRunArn }, this.#wallMs);
    if (why !== null) {
      return refused('execution-not-redrivable', `Execution ${arn} invalid for redrive as: ${why}`);
    }
    this.#put(cell, redriven(execution, node, clientToken, this.#wallMs));
    return { kind: 'at', wallMs: this.#wallMs };
  }

  /** Its run goes on with it, as it was redriven itself since. */
  #isOfRedrivenRun({ mapRunArn, redriveCount }: StoredExecution): boolean {
    const run = mapRunArn === null ? undefined : this.mapRuns.get(mapRunArn);
    return run?.status === 'RUNNING' && redriveCount < run.redriveCount;
  }

  #adopt({ from, to, itemsMax }: AdoptCommand): ExecutionResult {
    const arns = [...(this.#open.get(from) ?? [])].slice(0, itemsMax);
    arns.forEach((arn, at) => {
      const owner = to[at % to.length];
      const cell = this.#known(arn);
      if (owner !== undefined) this.#put(cell, adopted(cell.execution, owner));
    });
    return { kind: 'changed', count: to.length === 0 ? 0 : arns.length };
  }

  #endMapRun(ended: Omit<EndMapRunCommand, 'kind'>): ExecutionResult {
    const { arn } = ended;
    if (!this.mapRuns.end(ended, this.#wallMs)) return { kind: 'changed', count: 0 };
    for (const child of [...this.mapRuns.children(arn)]) {
      if (this.get(child)?.status === 'RUNNING') this.#stop(child, null, null);
    }
    return { kind: 'changed', count: 1 };
  }

  /** What ends with an execution. */
  #closed(arn: string): void {
    this.tokens.closeAllOf(arn);
    for (const run of [...this.mapRuns.of(arn)]) this.#endMapRun({ ...run, status: 'ABORTED' });
  }

  #add(execution: StoredExecution, history: HistoryChunk[]): void {
    const { arn, mapRunArn } = execution;
    const kept = this.#texts.kept(execution, history);
    this.#cells.set(arn, { execution: kept, history });
    this.#index(kept, 1);
    if (mapRunArn !== null) this.mapRuns.addChild(mapRunArn, arn);
  }

  #append(cell: Cell, chunk: HistoryChunk): StoredExecution {
    append(cell, chunk);
    return grown(cell.execution, cell.history, chunk);
  }

  #put(cell: Cell, after: StoredExecution): void {
    const before = cell.execution;
    cell.execution = after;
    this.#changed.add(after.arn);
    if (after.status === 'RUNNING' && before.status === 'RUNNING' && after.owner === before.owner) {
      this.#openBytes += after.bytes - before.bytes;
      return;
    }
    this.#index(before, -1);
    this.#index(after, 1);
  }

  #index({ arn, status, stateMachineName, owner, bytes }: StoredExecution, by: 1 | -1): void {
    this.#counts[status] += by;
    if (status !== 'RUNNING') {
      if (by === 1) this.#ended.add(arn, bytes);
      else this.#ended.remove(arn);
      return;
    }
    this.#openBytes += by * bytes;
    const running = this.runningOf(stateMachineName) + by;
    if (running > 0) this.#running.set(stateMachineName, running);
    else this.#running.delete(stateMachineName);
    const owned = this.#open.get(owner) ?? new Set();
    if (by === 1) owned.add(arn);
    else owned.delete(arn);
    if (owned.size > 0) this.#open.set(owner, owned);
    else this.#open.delete(owner);
  }

  #forgetOld(): void {
    let kept = 0;
    for (const arn of this.#ended.ids()) {
      const { execution } = this.#known(arn);
      const isOver =
        this.#ended.count > limits.executionsEndedMax ||
        this.#ended.bytes > limits.executionsEndedBytesMax ||
        this.#wallMs - execution.endedAtMs > limits.executionKeptMs;
      if (!isOver || kept > lookedPastMax) return;
      if (this.#isStillNeeded(execution)) kept++;
      else this.#forget(execution);
    }
  }

  /** A run that has not ended looks for what its children gave. */
  #isStillNeeded({ mapRunArn }: StoredExecution): boolean {
    return mapRunArn !== null && this.mapRuns.get(mapRunArn)?.status === 'RUNNING';
  }

  #forget(execution: StoredExecution): void {
    const { arn, definitionHash, mapRunArn } = execution;
    this.#index(execution, -1);
    this.#cells.delete(arn);
    this.#changed.delete(arn);
    this.definitions.release(definitionHash);
    this.tokens.forget(arn);
    this.mapRuns.forgetAllOf(arn);
    if (mapRunArn !== null) this.mapRuns.forgetChild(mapRunArn, arn);
  }

  #known(arn: string): Cell {
    const cell = this.#cells.get(arn);
    assert(cell !== undefined, `the execution ${arn} is not there`);
    return cell;
  }
}

function append(cell: Cell, chunk: HistoryChunk): void {
  if (cell.history.length < exactChunksMax) cell.history = cell.history.concat(chunk);
  else cell.history.push(chunk);
}

function changedIf(isChanged: boolean): ExecutionResult {
  return { kind: 'changed', count: isChanged ? 1 : 0 };
}

function doesNotExist(arn: string): ExecutionResult {
  return refused('execution-does-not-exist', `Execution Does Not Exist: '${arn}'`);
}

function refused(
  code: Extract<ExecutionResult, { kind: 'refused' }>['code'],
  message: string,
): ExecutionResult {
  return { kind: 'refused', code, message };
}
