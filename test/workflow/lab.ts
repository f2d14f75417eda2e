/**
 * A laboratory for state machines: an engine, an evaluator, functions of JavaScript in the place of tasks, and a clock that
 * jumps to the next timer. Nothing outlives a run, but what it returns. `crashAt` ends the engine after so many steps: a
 * new one takes its records and goes on, as another node would.
 */
import { seededRandom, systemClock } from '../../src/lib/index.js';
import { account, region } from '../../src/types/index.js';
import {
  type Engine,
  type EngineEffect,
  type EngineInput,
  type EngineOptions,
  type EngineStep,
  type ExecutionEnd,
  type ExecutionFacts,
  type MapRunReport,
  type MapRunRequest,
  makeEngine,
} from '../../src/workflow/engine/index.js';
import { type HistoryRecord, historyEventDetails } from '../../src/workflow/history.js';
import type { JsonObject } from '../../src/workflow/json.js';
import { type EvaluationResult, JsonataEvaluator } from '../../src/workflow/jsonata/index.js';
import type { Definition } from '../../src/workflow/language/index.js';
import type { TaskReport, TaskRequest } from '../../src/workflow/tasks/types.js';

/** What a task of the lab reports of itself, and when, counted from its start. */
export interface LabReport {
  readonly afterMs?: number;
  readonly report: TaskReport | 'heartbeat';
}

export interface LabOptions {
  readonly definition: unknown;
  /** JSON text. */
  readonly input?: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly name?: string;
  readonly roleArn?: string;
  readonly stateMachineName?: string;
  /** Of each try; without it each task gives back its input. */
  readonly task?: (request: TaskRequest) => readonly LabReport[];
  readonly keepsHistory?: boolean;
  readonly startMs?: number;
  readonly seed?: number;
  /** Steps after which a new engine is made from the records. */
  readonly crashAt?: ReadonlySet<number>;
  /** What a step that crashes still gets done; everything where it is absent. */
  readonly crashKeeps?: 'records' | 'nothing';
  /** At this time the run ends, whatever still waits. */
  readonly untilMs?: number;
  /** Is called when it has ended badly; true: once more, from where it failed. */
  readonly redrives?: number;
  readonly stepsMax?: number;
}

export interface LabRun {
  readonly end: ExecutionEnd | null;
  readonly records: readonly HistoryRecord[];
  readonly begun: readonly TaskRequest[];
  readonly mapRuns: readonly MapRunRequest[];
  readonly steps: number;
  readonly transitions: number;
  readonly endedAtMs: number;
  readonly facts: ExecutionFacts;
}

interface Due {
  readonly dueMs: number;
  readonly order: number;
  /** A timer's name, or whose report it is. */
  readonly key: string;
  readonly input: EngineInput;
}

const states = `arn:aws:states:${region}:${account}`;

export function runLab(options: LabOptions): Promise<LabRun> {
  return new Lab(options).run();
}

/** In the form of GetExecutionHistory. */
export function apiEvents(records: readonly HistoryRecord[]): JsonObject[] {
  return records.map(({ event }) => {
    const member = historyEventDetails[event.type];
    return {
      id: event.id,
      previousEventId: event.previousEventId,
      timestamp: new Date(event.timestampMs).toISOString(),
      type: event.type,
      ...(member !== null && event.details ? { [member]: event.details } : {}),
    };
  });
}

/** One line of each event, as golden histories are written. */
export function historyLines(records: readonly HistoryRecord[]): string[] {
  return records.map(({ event: { id, previousEventId, type, details } }) => {
    const shown = details === undefined ? '' : ` ${JSON.stringify(short(details))}`;
    return `${id} < ${previousEventId} ${type}${shown}`;
  });
}

function short(details: JsonObject): JsonObject {
  const kept = Object.entries(details).filter(
    ([name]) => !/Details$|^roleArn$|^region$/.test(name),
  );
  return Object.fromEntries(kept);
}

class Lab {
  readonly #records: HistoryRecord[] = [];
  readonly #begun: TaskRequest[] = [];
  /** By request id: work that was done is not done again. */
  readonly #reports = new Map<string, readonly LabReport[]>();
  readonly #facts: ExecutionFacts;
  readonly #definition: Definition;
  readonly #engineOptions: EngineOptions;
  readonly #mapRunsAsked: MapRunRequest[] = [];
  readonly #mapRuns = new Map<string, MapRunReport>();
  #waiting: Due[] = [];
  #orders = 0;
  #nowMs: number;
  #steps = 0;
  #transitions = 0;
  #redrives = 0;
  #end: ExecutionEnd | null = null;

  constructor(private readonly options: LabOptions) {
    const random = seededRandom(options.seed ?? 1);
    const { name = 'lab', stateMachineName = 'lab' } = options;
    const { roleArn = 'arn:aws:iam::000000000000:role/lab' } = options;
    this.#nowMs = options.startMs ?? Date.UTC(2026, 0, 1);
    this.#definition = structuredClone(options.definition) as Definition;
    let uuids = 0;
    this.#engineOptions = {
      keepsHistory: options.keepsHistory ?? true,
      random: () => random.next(),
      uuid: () => {
        uuids += 1;
        return `00000000-0000-4000-8000-${String(uuids).padStart(12, '0')}`;
      },
    };
    this.#facts = {
      arn: `${states}:execution:${stateMachineName}:${name}`,
      name,
      input: options.input ?? '{}',
      roleArn,
      stateMachineArn: `${states}:stateMachine:${stateMachineName}`,
      stateMachineName,
      type: options.type ?? 'STANDARD',
      startedAtMs: this.#nowMs,
      traceId: '',
    };
  }

  async run(): Promise<LabRun> {
    let engine = this.#make();
    let inputs: EngineInput[] = [{ kind: 'begin' }];
    for (;;) {
      const input = inputs.shift() ?? this.#next();
      if (input === undefined) break;
      const step = engine.handle(input, this.#nowMs);
      const crashes = this.options.crashAt?.has(this.#steps + 1) === true;
      const { crashKeeps } = this.options;
      if (!crashes || crashKeeps !== 'nothing') this.#keep(step);
      else this.#steps += 1;
      if (!crashes || crashKeeps === undefined) inputs.push(...(await this.#perform(step.effects)));
      if (crashes) {
        engine = this.#make();
        inputs = await this.#resume(engine, input);
      }
      if (this.#end !== null && this.#end.status !== 'SUCCEEDED') {
        if (this.#redrives >= (this.options.redrives ?? 0)) break;
        this.#redrives += 1;
        this.#end = null;
        this.#waiting = [];
        inputs = [{ kind: 'redrive', redriveCount: this.#redrives }];
      } else if (this.#end !== null) break;
      if (this.#steps > (this.options.stepsMax ?? 200_000)) throw new Error('the lab has no end');
    }
    return {
      end: this.#end,
      records: this.#records,
      begun: this.#begun,
      mapRuns: this.#mapRunsAsked,
      steps: this.#steps,
      transitions: this.#transitions,
      endedAtMs: this.#nowMs,
      facts: this.#facts,
    };
  }

  #make(): Engine {
    return makeEngine(this.#definition, this.#facts, this.#engineOptions);
  }

  #keep(step: EngineStep): void {
    this.#steps += 1;
    this.#transitions += step.transitions;
    this.#records.push(...(structuredClone(step.records) as HistoryRecord[]));
    if (step.end !== null) this.#end = step.end;
  }

  /** Timers are gone with the engine that set them; what tasks do goes on. */
  async #resume(engine: Engine, lost: EngineInput): Promise<EngineInput[]> {
    this.#waiting = this.#waiting.filter(({ key }) => key.startsWith('task'));
    for (const record of this.#records) engine.replay(record);
    const step = engine.resume(this.#nowMs);
    this.#keep(step);
    const inputs = await this.#perform(step.effects);
    // somebody still wants the redrive that nobody has on disk
    const redriven = this.#records.filter(({ event }) => event.type === 'ExecutionRedriven').length;
    if (lost.kind === 'redrive' && redriven < lost.redriveCount) inputs.push(lost);
    return inputs;
  }

  #next(): EngineInput | undefined {
    this.#waiting.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
    const due = this.#waiting.shift();
    if (due === undefined || due.dueMs > (this.options.untilMs ?? Number.MAX_SAFE_INTEGER)) return;
    this.#nowMs = Math.max(this.#nowMs, due.dueMs);
    return due.input;
  }

  async #perform(effects: readonly EngineEffect[]): Promise<EngineInput[]> {
    const inputs: EngineInput[] = [];
    for (const effect of effects) {
      switch (effect.kind) {
        case 'evaluate': {
          const { evaluation, request } = effect;
          inputs.push({ kind: 'evaluated', evaluation, result: await evaluate(request) });
          break;
        }
        case 'continue':
          inputs.push({ kind: 'continue' });
          break;
        case 'start-task':
          this.#begin(effect.request);
          break;
        case 'cancel-task':
          this.#forget(`task${effect.task}`);
          break;
        case 'set-timer': {
          const { timer, dueMs } = effect;
          this.#forget(`timer${timer}`);
          this.#later(`timer${timer}`, dueMs, { kind: 'timer', timer });
          break;
        }
        case 'cancel-timer':
          this.#forget(`timer${effect.timer}`);
          break;
        case 'start-map-run': {
          const { id } = effect.request;
          this.#mapRunsAsked.push(effect.request);
          const report = this.#mapRuns.get(id) ?? (await this.#mapRun(effect.request));
          this.#mapRuns.set(id, report);
          this.#forget(`map-run${id}`);
          this.#later(`map-run${id}`, this.#nowMs, { kind: 'map-run', mapRun: id, report });
          break;
        }
        case 'cancel-map-run':
          break;
      }
    }
    return inputs;
  }

  /** What is asked for again goes on as it was, but for its start: its work is known by its request id. */
  #begin(request: TaskRequest): void {
    const key = `task${request.id}`;
    const before = this.#reports.get(request.requestId);
    if (this.#waiting.some((due) => due.key === key)) {
      const report = before?.find(isStart)?.report as TaskReport | undefined;
      if (report) this.#later(key, this.#nowMs, { kind: 'task', task: request.id, report });
      return;
    }
    const reports = before ?? this.options.task?.(request) ?? echo(request);
    this.#reports.set(request.requestId, reports);
    if (before === undefined) this.#begun.push(request);
    for (const { afterMs = 0, report } of reports) {
      const task = request.id;
      const input: EngineInput =
        report === 'heartbeat' ? { kind: 'heartbeat', task } : { kind: 'task', task, report };
      this.#later(key, this.#nowMs + afterMs, input);
    }
  }

  #later(key: string, dueMs: number, input: EngineInput): void {
    this.#orders += 1;
    this.#waiting.push({ dueMs, order: this.#orders, key, input });
  }

  #forget(key: string): void {
    this.#waiting = this.#waiting.filter((due) => due.key !== key);
  }

  /** Each item is an execution of its own. */
  async #mapRun({ state, items }: MapRunRequest): Promise<MapRunReport> {
    const outputs: string[] = [];
    for (const [index, item] of items.entries()) {
      const { crashAt, crashKeeps, ...options } = this.options;
      const { end } = await runLab({
        ...options,
        definition: { ...(state.ItemProcessor ?? state.Iterator), ...languageOf(this.#definition) },
        input: JSON.stringify(item),
        name: `${this.#facts.name}-${index}`,
      });
      if (end?.status !== 'SUCCEEDED') {
        return {
          kind: 'failed',
          error: 'States.ExceedToleratedFailureThreshold',
          cause: 'The specified tolerated failure threshold was exceeded',
        };
      }
      outputs.push(end.output);
    }
    return { kind: 'succeeded', output: `[${outputs.join(',')}]` };
  }
}

function isStart({ report }: LabReport): boolean {
  return report !== 'heartbeat' && report.kind === 'started';
}

function languageOf({ QueryLanguage }: Definition): Partial<Definition> {
  return QueryLanguage === undefined ? {} : { QueryLanguage };
}

function echo(request: TaskRequest): LabReport[] {
  return [
    { report: { kind: 'started' } },
    { report: { kind: 'succeeded', output: request.input } },
  ];
}

/** Threads only where the expressions need them: one evaluator for all labs of a process. */
let evaluator: JsonataEvaluator | undefined;

async function evaluate(
  request: Parameters<JsonataEvaluator['evaluate']>[0],
): Promise<EvaluationResult> {
  evaluator ??= new JsonataEvaluator(systemClock);
  return evaluator.evaluate(request);
}

export function stopLab(): void {
  evaluator?.stop();
  evaluator = undefined;
}
