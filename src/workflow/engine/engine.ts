/** The engine of one execution: takes inputs, lets the threads run as far as they can, gives records and effects. */
import { StateError, type StateFailure } from '../failure.js';
import type { HistoryEventType, HistoryRecord } from '../history.js';
import type { JsonObject } from '../json.js';
import type { Definition } from '../language/index.js';
import { childDone, childFailed, parentFailed, release } from './children.js';
import { choice } from './choice.js';
import type { Phase } from './evaluation.js';
import { answerFailure, failureOf } from './failure.js';
import { failureDetails, Machine } from './machine.js';
import { beginIteration, childrenDone, map, parallel } from './map.js';
import { mapRunReported } from './map-run.js';
import { Payload } from './payload.js';
import { HistoryFull } from './recorder.js';
import { redrive } from './redrive.js';
import { Restoring, resumeThreads } from './restore.js';
import { isFatal } from './retry.js';
import { fail, pass, succeed } from './simple-states.js';
import {
  keepAlive,
  resourceIn,
  scheduleTask,
  taskDone,
  taskReported,
  taskTimedOut,
} from './task.js';
import type { Thread } from './thread.js';
import type {
  Engine,
  EngineInput,
  EngineOptions,
  EngineStep,
  ExecutionEnd,
  ExecutionFacts,
  MakeEngine,
} from './types.js';
import { wait, waited } from './wait.js';

/** States that are entered in one turn of the event loop: an endless loop holds nobody up. */
const sliceTransitions = 500;
/** Records that may wait for the next thing that the outside sees; then they are given out as they are. */
const heldRecordsMax = 1000;
const heldBytesMax = 1024 * 1024;
/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: an Express execution */
const expressSecondsMax = 300;

export const makeEngine: MakeEngine = (definition, facts, options) =>
  new ExecutionEngine(definition, facts, options);

class ExecutionEngine implements Engine {
  readonly #machine: Machine;
  readonly #restoring: Restoring;
  readonly #asked = new Map<number, Thread>();
  #evaluations = 0;
  #budget = 0;
  /** It has been asked for another turn. */
  #waitsForTurn = false;

  constructor(definition: Definition, facts: ExecutionFacts, options: EngineOptions) {
    this.#machine = new Machine(definition, facts, options);
    this.#restoring = new Restoring(this.#machine);
  }

  handle(input: EngineInput, wallMs: number): EngineStep {
    return this.#step(wallMs, input, () => this.#take(input));
  }

  replay(record: HistoryRecord): void {
    this.#restoring.replay(record);
  }

  resume(wallMs: number): EngineStep {
    if (this.#machine.recorder.lastId === 0) return this.handle({ kind: 'begin' }, wallMs);
    return this.#step(wallMs, null, () => {
      if (this.#machine.end !== null) return;
      this.#setExecutionTimer();
      resumeThreads(this.#machine);
    });
  }

  /** `input` null: after a restart. */
  #step(wallMs: number, input: EngineInput | null, work: () => void): EngineStep {
    const machine = this.#machine;
    machine.nowMs = wallMs;
    machine.recorder.nowMs = wallMs;
    machine.effects = [];
    machine.transitions = 0;
    const before = machine.end;
    // evaluations may be answered within the same turn, without end
    const isAnswer = input?.kind === 'evaluated';
    if (!isAnswer) this.#budget = sliceTransitions;
    try {
      work();
      this.#run(!isAnswer);
    } catch (error) {
      if (!(error instanceof HistoryFull)) throw error;
      const cause = `The execution reached the maximum ${error.message}.`;
      this.#endFailed({ error: 'States.Runtime', cause });
    }
    const end = machine.end !== before && machine.end !== 'ABORTED' ? machine.end : null;
    const { effects, transitions } = machine;
    const isHeld = end === null && this.#mayHold(input);
    const bytes = isHeld ? 0 : machine.recorder.heldBytes;
    const records = isHeld ? [] : machine.recorder.take();
    return { records, bytes, effects, end, transitions };
  }

  /** Nobody outside has seen anything of this step: its records can wait for the next. */
  #mayHold(input: EngineInput | null): boolean {
    const { effects, recorder } = this.#machine;
    if (recorder.held > heldRecordsMax || recorder.heldBytes > heldBytesMax) return false;
    if (input?.kind === 'task') return this.#isOnlyBegun(input);
    const kind = input?.kind;
    if (kind !== 'begin' && kind !== 'evaluated' && kind !== 'continue') return false;
    if (effects.length === 0) return false;
    return effects.every((effect) => effect.kind === 'evaluate' || effect.kind === 'continue');
  }

  /** A task that runs ends some time, and is begun again by whoever goes on; what a worker took is in the log already. */
  #isOnlyBegun({ task, report }: Extract<EngineInput, { kind: 'task' }>): boolean {
    const { tasks, effects } = this.#machine;
    if (report.kind !== 'started' || effects.length > 0) return false;
    const thread = tasks.get(task);
    return thread !== undefined && resourceIn(thread).kind !== 'activity';
  }

  #take(input: EngineInput): void {
    const machine = this.#machine;
    if (input.kind === 'redrive') {
      if (machine.end === null || machine.end === 'ABORTED' || machine.end.status !== 'SUCCEEDED') {
        redrive(machine, input.redriveCount);
        this.#setExecutionTimer();
      }
      return;
    }
    if (machine.end !== null) return;
    switch (input.kind) {
      case 'begin':
        this.#begin();
        return;
      case 'evaluated': {
        const thread = this.#asked.get(input.evaluation);
        this.#asked.delete(input.evaluation);
        if (thread?.evaluation !== input.evaluation || thread.gone) return;
        thread.evaluation = 0;
        this.#drive(thread, input.result);
        return;
      }
      case 'timer':
        this.#timer(input.timer);
        return;
      case 'task':
      case 'heartbeat':
        this.#task(input);
        return;
      case 'map-run': {
        const thread = machine.mapRuns.get(input.mapRun);
        if (!thread) return;
        mapRunReported(machine, thread, input.report);
        machine.ready.push(thread);
        return;
      }
      case 'continue':
        this.#waitsForTurn = false;
        return;
      case 'no-room': {
        const cause = 'The cluster has no room for more of the history of the execution.';
        this.#endFailed({ error: 'States.Runtime', cause });
        return;
      }
    }
  }

  #begin(): void {
    const machine = this.#machine;
    const { facts, recorder, root } = machine;
    recorder.event('ExecutionStarted', 0, () => ({
      input: facts.input,
      inputDetails: { truncated: false },
      roleArn: facts.roleArn,
    }));
    recorder.set(root, { input: Payload.ofText(facts.input), position: { at: 'enter' } });
    this.#setExecutionTimer();
    machine.ready.push(root);
  }

  #setExecutionTimer(): void {
    const { definition, facts, redrivenAtMs } = this.#machine;
    const express = facts.type === 'EXPRESS' ? expressSecondsMax : Number.POSITIVE_INFINITY;
    const seconds = Math.min(definition.TimeoutSeconds ?? Number.POSITIVE_INFINITY, express);
    if (!Number.isFinite(seconds)) return;
    this.#machine.setTimer('execution', (redrivenAtMs || facts.startedAtMs) + seconds * 1000);
  }

  #timer(timer: string): void {
    const machine = this.#machine;
    if (timer === 'execution') {
      this.#endTimedOut();
      return;
    }
    const [kind, id] = timer.includes('#') ? timer.split('#', 2) : [timer.slice(0, 4), ''];
    if (kind === 'timeout' || kind === 'heartbeat') {
      const thread = machine.tasks.get(id ?? '');
      if (thread?.kept.position.at !== 'task') return;
      const error = kind === 'timeout' ? 'States.Timeout' : 'States.HeartbeatTimeout';
      taskTimedOut(machine, thread, thread.kept.position.task, error);
      machine.ready.push(thread);
      return;
    }
    const isRetry = timer.startsWith('retry');
    const thread = machine.find(timer.slice(isRetry ? 'retry'.length : 'wait'.length));
    if (!thread || thread.kept.position.at !== (isRetry ? 'retry' : 'wait')) return;
    machine.recorder.set(thread, { position: { at: isRetry ? 'entered' : 'result' } });
    machine.ready.push(thread);
  }

  #task(input: Extract<EngineInput, { kind: 'task' | 'heartbeat' }>): void {
    const machine = this.#machine;
    const thread = machine.tasks.get(input.task);
    if (thread?.kept.position.at !== 'task') return;
    const { task } = thread.kept.position;
    if (input.kind === 'heartbeat') {
      keepAlive(machine, task);
      return;
    }
    taskReported(machine, thread, task, input.report);
    const { at } = thread.kept.position as Thread['kept']['position'];
    if (at !== 'task') machine.ready.push(thread);
  }

  /** `mustGoOn`: with one thread at least, whatever the time. */
  #run(mustGoOn: boolean): void {
    const machine = this.#machine;
    let next = 0;
    while (machine.end === null && next < machine.ready.length) {
      if (this.#isTurnOver && (next > 0 || !mustGoOn)) break;
      const thread = machine.ready[next];
      next += 1;
      if (thread && !thread.gone && thread.evaluation === 0) this.#drive(thread, undefined);
    }
    machine.ready.splice(0, next);
    if (machine.end !== null) machine.ready.length = 0;
    else if (machine.ready.length > 0 && !this.#waitsForTurn) {
      this.#waitsForTurn = true;
      machine.effects.push({ kind: 'continue' });
    }
  }

  get #isTurnOver(): boolean {
    return this.#budget <= 0 || this.#machine.options.isTurnOver?.() === true;
  }

  #drive(thread: Thread, result: Parameters<Phase<void>['next']>[0] | undefined): void {
    const machine = this.#machine;
    thread.running ??= this.#live(thread);
    const turn = thread.running.next(result);
    if (turn.done) {
      thread.running = null;
      return;
    }
    if (turn.value === null) {
      machine.ready.push(thread);
      return;
    }
    this.#evaluations += 1;
    thread.evaluation = this.#evaluations;
    this.#asked.set(this.#evaluations, thread);
    const evaluation = this.#evaluations;
    machine.effects.push({ kind: 'evaluate', evaluation, request: turn.value });
  }

  /** Goes on until the thread waits for something from outside. */
  *#live(thread: Thread): Phase<void> {
    const machine = this.#machine;
    for (let going = true; going && !thread.gone && machine.end === null; ) {
      try {
        going = yield* this.#turn(thread);
      } catch (error) {
        this.#failed(thread, stateError(error));
      }
    }
  }

  *#turn(thread: Thread): Phase<boolean> {
    const machine = this.#machine;
    const { position } = thread.kept;
    switch (position.at) {
      case 'begin':
        if (!thread.parent) return false;
        yield* beginIteration(machine, thread.parent, thread);
        return true;
      case 'enter':
        if (this.#isTurnOver) yield null;
        this.#enter(thread);
        return true;
      case 'entered':
        yield* this.#work(thread);
        return true;
      case 'result':
        yield* this.#finish(thread);
        return true;
      case 'failure':
        yield* answerFailure(machine, thread, position.failure, position.told === true);
        return true;
      case 'failed':
        this.#threadFailed(thread, position.failure);
        return false;
      case 'done':
        if (thread.parent) childDone(machine, thread.parent, thread);
        else this.#endSucceeded(thread.kept.input.text);
        return false;
      default:
        return false;
    }
  }

  #enter(thread: Thread): void {
    const machine = this.#machine;
    const { kept } = thread;
    this.#budget -= 1;
    machine.transitions += 1;
    const before = kept.last;
    if (kept.taskToken !== null) machine.recorder.set(thread, { taskToken: null });
    const type = `${thread.definition.Type}StateEntered` as HistoryEventType;
    const entered = machine.recorder.next(thread, type, () => ({
      name: kept.state,
      input: kept.input.text,
      inputDetails: { truncated: false },
    }));
    const position = { at: 'entered' } as const;
    machine.recorder.set(thread, { entered, before, enteredMs: machine.nowMs, position });
  }

  *#work(thread: Thread): Phase<void> {
    const machine = this.#machine;
    const state = thread.definition;
    switch (state.Type) {
      case 'Pass':
        return yield* pass(machine, thread, state);
      case 'Choice':
        return yield* choice(machine, thread, state);
      case 'Wait':
        return yield* wait(machine, thread, state);
      case 'Succeed':
        return yield* succeed(machine, thread, state);
      case 'Task':
        return yield* scheduleTask(machine, thread, state);
      case 'Parallel':
        return yield* parallel(machine, thread, state);
      case 'Map':
        return yield* map(machine, thread, state);
      case 'Fail': {
        const failure = yield* fail(machine, thread, state);
        machine.recorder.set(thread, { position: { at: 'failure', failure } });
      }
    }
  }

  *#finish(thread: Thread): Phase<void> {
    const machine = this.#machine;
    const state = thread.definition;
    if (state.Type === 'Task') yield* taskDone(machine, thread, state);
    else if (state.Type === 'Wait') yield* waited(machine, thread, state);
    else if (state.Type === 'Map' || state.Type === 'Parallel') {
      yield* childrenDone(machine, thread, state);
    }
  }

  /** By an error of its own fields. */
  #failed(thread: Thread, error: StateError): void {
    const machine = this.#machine;
    const { at } = thread.kept.position;
    if (at === 'begin' && thread.parent) {
      const { parent } = thread;
      const failure = failureOf(machine, parent, error);
      parentFailed(machine, parent, failure, parent.kept.last);
      return;
    }
    const failure = failureOf(machine, thread, error);
    // a catcher that fails is not caught
    const position = at === 'failure' ? 'failed' : 'failure';
    machine.recorder.set(thread, { position: { at: position, failure } });
  }

  #threadFailed(thread: Thread, failure: StateFailure): void {
    if (thread.parent && !isFatal(failure.error)) {
      childFailed(this.#machine, thread.parent, thread, failure);
    } else {
      this.#endFailed(failure);
    }
  }

  #endSucceeded(output: string): void {
    const { recorder, root } = this.#machine;
    const details = (): JsonObject => ({ output, outputDetails: { truncated: false } });
    recorder.event('ExecutionSucceeded', root.kept.last, details, true);
    this.#end({ status: 'SUCCEEDED', output });
  }

  #endFailed(failure: StateFailure): void {
    const { recorder } = this.#machine;
    recorder.event('ExecutionFailed', recorder.lastId, () => failureDetails(failure), true);
    this.#end({ status: 'FAILED', failure });
  }

  #endTimedOut(): void {
    const { recorder } = this.#machine;
    const failure = { error: 'States.Timeout', cause: '', hasError: false, hasCause: false };
    // recorded: it follows nothing, as the abortion of an execution does, and it alone tells the error
    recorder.event('ExecutionTimedOut', 0, () => ({ error: failure.error }), true);
    this.#end({ status: 'TIMED_OUT', failure });
  }

  #end(end: ExecutionEnd): void {
    const machine = this.#machine;
    machine.end = end;
    machine.cancelTimer('execution');
    this.#asked.clear();
    release(machine, machine.root);
    for (const thread of machine.root.descendants()) release(machine, thread);
  }
}

/** Values that are nested too deep for their text are what users write, too. */
function stateError(error: unknown): StateError {
  if (error instanceof StateError) return error;
  if (!(error instanceof RangeError)) throw error;
  return new StateError('States.Runtime', 'The data of the state is nested too deep.');
}
