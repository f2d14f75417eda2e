/**
 * Drives the engine of one execution: feeds it what comes, has its records kept, and performs what it wants done, in that
 * order. What nobody outside can see (expressions, a turn's rest) is done at once, and while there is more of it to come
 * records wait for each other, so that a chain of states is kept in one go. An execution that only waits gives its engine
 * away (`sleep`), and is made anew from what was kept when something comes.
 */
import { Cancellation, type Clock, type DeadlineQueue } from '../../lib/index.js';
import type {
  Engine,
  EngineEffect,
  EngineInput,
  EngineStep,
  ExecutionEnd,
  MapRunReport,
  MapRunRequest,
} from '../engine/types.js';
import type { HistoryRecord } from '../history.js';
import type { Evaluator } from '../jsonata/types.js';
import type { CancelTask, TaskReport, TaskRunner } from '../tasks/types.js';
import { type DriveTimer, DriveTimers } from './drive-timers.js';

/** What runs distributed Maps. `tell` is never called before `begin` has returned. */
export interface MapRunRunner {
  begin(request: MapRunRequest, tell: (report: MapRunReport) => void): CancelTask;
}

export interface DriveDeps {
  readonly clock: Clock;
  /** By the steady clock. */
  readonly due: DeadlineQueue;
  readonly evaluator: Evaluator;
  readonly tasks: TaskRunner;
  readonly mapRuns: MapRunRunner;
  readonly nextTurn: () => Promise<void>;
}

/** What is to be kept before what follows from it is done. */
export interface Pending {
  readonly records: readonly HistoryRecord[];
  readonly end: ExecutionEnd | null;
  /** Performed once this is kept. */
  readonly effects: readonly EngineEffect[];
  /** Tasks that have ended since. */
  readonly endedTasks: readonly string[];
  /** The number of the last thing from the inbox that it follows from; 0 for none. */
  readonly consumed: number;
}

export interface Loaded {
  readonly engine: Engine;
  /** What it begins with, where that is not to be resumed. */
  readonly first: EngineInput | null;
  readonly inputs: readonly DriveInput[];
}

export interface DriveOwner {
  /** An engine with all that was kept. */
  load(): Loaded;
  /** Resolves with false where somebody else goes on with the execution, or it was changed meanwhile. Null: nothing is kept. */
  readonly keep: ((pending: Pending) => Promise<boolean>) | null;
  /** All that there was to do is kept and done, so that it waits. */
  rests(): void;
  /** After the last effect; nothing comes any more. */
  ended(end: ExecutionEnd): void;
  /** What was not kept is forgotten. True: the engine is loaded again; false: the drive is over. */
  mayGoOn(): boolean;
  /** The engine threw, which is a bug of ours: the drive is over. */
  broke(error: unknown): void;
}

export interface DriveInput {
  readonly input: EngineInput;
  /** When it came where that was earlier. */
  readonly wallMs?: number;
  /** In the inbox. */
  readonly number?: number;
}

/** Records that wait while an evaluation is under way: more of them are kept before it ends. */
const heldRecordsMax = 500;
/** Records that nobody keeps at the moment: then nothing more is made. */
const aheadRecordsMax = 1000;
/** Of either, in memory for each execution. */
const heldBytesMax = 1024 * 1024;
const aheadBytesMax = 2 * 1024 * 1024;
/** What ends of many tasks is kept together once it is this share of those under way, or the first has waited so long. */
const gatheredShareMin = 1 / 4;
const gatheredMsMax = 2;

export class Drive {
  transitions = 0;
  #engine: Engine | null = null;
  readonly #inputs: DriveInput[] = [];
  /** Evaluations and turns that the engine waits for. */
  #inner = 0;
  #records: HistoryRecord[] = [];
  #bytes = 0;
  #effects: EngineEffect[] = [];
  #endedTasks: string[] = [];
  #end: ExecutionEnd | null = null;
  #consumed = 0;
  readonly #timers: DriveTimers;
  // those that many executions never have are made when they are needed: an empty map is 200 bytes
  #tasks: Map<string, CancelTask> | null = null;
  /** When each of them was begun, by the wall: an engine that is loaded anew is told again. */
  #begunMs: Map<string, number> | null = null;
  #mapRuns: Map<string, CancelTask> | null = null;
  /** Aborted where nobody waits for evaluations any more; null where none was asked for. */
  #gone: Cancellation | null = null;
  #pumping = false;
  #keeping = false;
  /** Cancels what ends the gathering. */
  #gathering: (() => void) | null = null;
  #closed = false;

  constructor(
    private readonly deps: DriveDeps,
    private readonly owner: DriveOwner,
  ) {
    const fired = (timer: string): void => this.feed({ kind: 'timer', timer });
    this.#timers = new DriveTimers(deps.clock, deps.due, fired);
  }

  get tasksUnderWay(): number {
    return this.#tasks?.size ?? 0;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Has an engine, and nothing to do. */
  get isIdle(): boolean {
    return this.#engine !== null && !this.#isBusy;
  }

  /** Of one that waits for timers alone: the one that is first. */
  get firstTimer(): DriveTimer | null {
    const underWay = this.tasksUnderWay + (this.#mapRuns?.size ?? 0);
    return this.#isBusy || underWay > 0 ? null : this.#timers.first;
  }

  /** The number of the last thing of the inbox that the engine knows. */
  get consumed(): number {
    return this.#consumed;
  }

  get isAwake(): boolean {
    return this.#engine !== null;
  }

  /** Loads the engine where it sleeps. */
  wake(): void {
    this.#pump();
  }

  feed(input: EngineInput, more: Omit<DriveInput, 'input'> = {}): void {
    if (this.#closed) return;
    this.#inputs.push({ input, ...more });
    this.#pump();
  }

  /** What came from the outside for a task has ended it: whoever performs it need not go on. */
  taskEnded(task: string): void {
    this.#tasks?.get(task)?.();
    this.#tasks?.delete(task);
    this.#begunMs?.delete(task);
  }

  /** Gives the engine away where it has nothing to do; timers and tasks go on. */
  sleep(): void {
    if (this.isIdle) this.#engine = null;
  }

  /** The execution is over: its tasks are given up, too. */
  cancel(): void {
    this.#close('given-up');
  }

  /** Others go on with it: what tasks have started is left as it is, for whoever that is begins them again. */
  leave(): void {
    this.#close();
  }

  #close(why?: 'given-up'): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gathering?.();
    this.#timers.cancelAll();
    const cancels = [...(this.#tasks?.values() ?? []), ...(this.#mapRuns?.values() ?? [])];
    for (const cancel of cancels) cancel(why);
    this.#tasks = null;
    this.#begunMs = null;
    this.#mapRuns = null;
    this.#forget();
  }

  get #isBusy(): boolean {
    return (
      this.#inputs.length > 0 ||
      this.#inner > 0 ||
      this.#pumping ||
      this.#keeping ||
      this.#records.length > 0 ||
      this.#effects.length > 0 ||
      this.#end !== null
    );
  }

  #pump(): void {
    if (this.#pumping || this.#closed) return;
    this.#pumping = true;
    try {
      this.#handleAll();
    } catch (error) {
      this.cancel();
      this.owner.broke(error);
    }
    this.#pumping = false;
    this.#flush();
  }

  #handleAll(): void {
    const engine = this.#engine ?? this.#load();
    while (!this.#isAhead && this.#end === null) {
      const next = this.#inputs.shift();
      if (next === undefined) break;
      if (next.number !== undefined) this.#consumed = Math.max(this.#consumed, next.number);
      this.#take(engine, engine.handle(next.input, next.wallMs ?? this.deps.clock.wallMs()));
    }
  }

  get #isAhead(): boolean {
    const isMuch = this.#records.length > aheadRecordsMax || this.#bytes > aheadBytesMax;
    return this.#keeping && isMuch;
  }

  #load(): Engine {
    const begun = this.#begun();
    const { engine, first, inputs } = this.owner.load();
    this.#engine = engine;
    this.#consumed = 0;
    if (first !== null) this.#inputs.unshift({ input: first }, ...inputs);
    else {
      const { effects, ...step } = engine.resume(this.deps.clock.wallMs());
      const isOver = overBy([...inputs, ...this.#inputs]);
      // now, and not when it would be performed: what is under way may have ended by then
      const left = effects.filter((effect) => !isOver(effect) && !this.#isUnderWay(effect));
      this.#take(engine, { ...step, effects: left });
      this.#inputs.unshift(...begun, ...inputs);
    }
    return engine;
  }

  #begun(): readonly DriveInput[] {
    return [...(this.#begunMs ?? [])].map(([task, wallMs]) => ({
      input: { kind: 'task', task, report: { kind: 'started' } },
      wallMs,
    }));
  }

  #take(engine: Engine, { records, bytes, effects, end, transitions }: EngineStep): void {
    this.transitions += transitions;
    this.#bytes += bytes;
    for (const record of records) this.#records.push(record);
    if (end !== null) this.#end = end;
    for (const effect of effects) {
      if (effect.kind === 'evaluate') {
        const { evaluation, request } = effect;
        this.#gone ??= new Cancellation();
        const evaluated = this.deps.evaluator.evaluate(request, this.#gone);
        void this.#later(engine, evaluated, (result) => ({
          kind: 'evaluated',
          evaluation,
          result,
        }));
      } else if (effect.kind === 'continue') {
        void this.#later(engine, this.deps.nextTurn(), () => ({ kind: 'continue' }));
      } else if (effect.kind !== 'cancel-task' || !this.#unstart(effect.task)) {
        this.#effects.push(effect);
      }
    }
  }

  #isUnderWay(effect: EngineEffect): boolean {
    if (effect.kind === 'start-task') return this.#tasks?.has(effect.request.id) === true;
    return effect.kind === 'start-map-run' && this.#mapRuns?.has(effect.request.id) === true;
  }

  /** A task that was to be started is not to be any more. */
  #unstart(task: string): boolean {
    const at = this.#effects.findIndex(
      (effect) => effect.kind === 'start-task' && effect.request.id === task,
    );
    if (at < 0) return false;
    this.#effects.splice(at, 1);
    return true;
  }

  async #later<Value>(
    engine: Engine,
    value: Promise<Value>,
    inputOf: (value: Value) => EngineInput,
  ): Promise<void> {
    this.#inner++;
    const input = inputOf(await value);
    // one that was forgotten meanwhile asks again
    if (this.#engine !== engine) return;
    this.#inner--;
    this.feed(input);
  }

  #flush(mayGather = true): void {
    if (this.#keeping || this.#closed || this.#isHeld) return;
    if (mayGather && this.#gathers) {
      this.#gathering ??= this.deps.clock.after(gatheredMsMax, () => {
        this.#gathering = null;
        this.#flush(false);
      });
      return;
    }
    this.#gathering?.();
    this.#gathering = null;
    const { records, end, effects } = this.#taken();
    if (records.length === 0 && end === null && effects.length === 0) return;
    const pending = {
      records,
      end,
      effects,
      endedTasks: this.#endedTasks,
      consumed: this.#consumed,
    };
    const { owner } = this;
    if (owner.keep === null || (records.length === 0 && end === null)) {
      if (owner.keep === null) this.#endedTasks = [];
      this.#perform(effects, end);
      return;
    }
    this.#endedTasks = [];
    this.#keeping = true;
    void owner.keep(pending).then((isKept) => {
      this.#keeping = false;
      if (this.#closed) return;
      if (isKept) this.#perform(effects, end);
      else this.#refused();
      this.#pump();
      if (this.isIdle) this.owner.rests();
    });
  }

  /** Few of many tasks have ended: others do in a moment, and each write costs more than what stands in it. */
  get #gathers(): boolean {
    const ended = this.#endedTasks.length;
    return (
      this.owner.keep !== null &&
      this.#end === null &&
      ended > 0 &&
      ended < this.tasksUnderWay * gatheredShareMin
    );
  }

  /** More is to come soon that can be kept together with this, and nobody outside waits for it. */
  get #isHeld(): boolean {
    return (
      this.#inner > 0 &&
      this.#end === null &&
      this.#effects.length === 0 &&
      this.#records.length < heldRecordsMax &&
      this.#bytes < heldBytesMax
    );
  }

  #taken(): Pick<Pending, 'records' | 'end' | 'effects'> {
    const taken = { records: this.#records, end: this.#end, effects: this.#effects };
    this.#records = [];
    this.#bytes = 0;
    this.#effects = [];
    return taken;
  }

  #refused(): void {
    this.#forget();
    if (!this.owner.mayGoOn()) this.leave();
  }

  #forget(): void {
    this.#gone?.abort();
    this.#gone = null;
    this.#engine = null;
    this.#inner = 0;
    this.#inputs.splice(0);
    this.#records = [];
    this.#bytes = 0;
    this.#effects = [];
    this.#endedTasks = [];
    this.#end = null;
  }

  #perform(effects: readonly EngineEffect[], end: ExecutionEnd | null): void {
    for (const effect of effects) this.#performOne(effect);
    if (end === null) return;
    this.cancel();
    this.owner.ended(end);
  }

  #performOne(effect: EngineEffect): void {
    switch (effect.kind) {
      case 'start-task': {
        const { request } = effect;
        this.#tasks ??= new Map();
        if (this.#tasks.has(request.id)) return;
        const tell = (report: TaskReport): void => this.#taskTold(request.id, report);
        this.#tasks.set(request.id, this.deps.tasks.begin(request, tell));
        return;
      }
      case 'cancel-task':
        this.#cancelTask(effect.task);
        return;
      case 'set-timer':
        this.#timers.set(effect.timer, effect.dueMs);
        return;
      case 'cancel-timer':
        this.#timers.cancel(effect.timer);
        return;
      case 'start-map-run': {
        const { request } = effect;
        this.#mapRuns ??= new Map();
        if (this.#mapRuns.has(request.id)) return;
        const tell = (report: MapRunReport): void => {
          if (this.#mapRuns?.delete(request.id) !== true) return;
          this.feed({ kind: 'map-run', mapRun: request.id, report });
        };
        this.#mapRuns.set(request.id, this.deps.mapRuns.begin(request, tell));
        return;
      }
      case 'cancel-map-run':
        this.#mapRuns?.get(effect.mapRun)?.('given-up');
        this.#mapRuns?.delete(effect.mapRun);
        return;
      case 'evaluate':
      case 'continue':
        return;
      default:
        effect satisfies never;
    }
  }

  #taskTold(task: string, report: TaskReport): void {
    if (this.#tasks?.has(task) !== true) return;
    if (ends(report)) {
      this.#tasks.delete(task);
      this.#endedTasks.push(task);
    } else if (report.kind === 'started') {
      this.#begunMs ??= new Map();
      this.#begunMs.set(task, this.deps.clock.wallMs());
      // nobody is woken for it, and where no history is kept it is nothing
      if (this.#engine === null || this.owner.keep === null) return;
    }
    this.feed({ kind: 'task', task, report });
    if (ends(report)) this.#begunMs?.delete(task);
  }

  #cancelTask(task: string): void {
    const cancel = this.#tasks?.get(task);
    this.#tasks?.delete(task);
    this.#begunMs?.delete(task);
    cancel?.('given-up');
  }
}

/** What need not be done again after a load: timers that have fired, tasks whose end has come. */
function overBy(inputs: readonly DriveInput[]): (effect: EngineEffect) => boolean {
  const timers = new Set<string>();
  const tasks = new Set<string>();
  for (const { input } of inputs) {
    if (input.kind === 'timer') timers.add(input.timer);
    if (input.kind === 'task' && ends(input.report)) tasks.add(input.task);
  }
  return (effect) => {
    if (effect.kind === 'set-timer') return timers.has(effect.timer);
    return effect.kind === 'start-task' && tasks.has(effect.request.id);
  };
}

function ends({ kind }: TaskReport): boolean {
  return kind === 'succeeded' || kind === 'failed';
}
