/** What the states of one execution share: its facts and records, the threads that can run, the effects that are asked for. */
import { Effort, type Scope } from '../data/index.js';
import { StateError, type StateFailure } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Definition } from '../language/index.js';
import { contextOf } from './context.js';
import { isJsonata } from './evaluation.js';
import { Recorder } from './recorder.js';
import { Thread } from './thread.js';
import type { EngineEffect, EngineOptions, ExecutionEnd, ExecutionFacts } from './types.js';

export class Machine {
  readonly recorder: Recorder;
  readonly root: Thread;
  /** Threads that can go on, in order. */
  readonly ready: Thread[] = [];
  effects: EngineEffect[] = [];
  /** By the id of the try that is under way. */
  readonly tasks = new Map<string, Thread>();
  readonly mapRuns = new Map<string, Thread>();
  end: ExecutionEnd | 'ABORTED' | null = null;
  redriveCount = 0;
  redrivenAtMs = 0;
  transitions = 0;
  nowMs = 0;

  constructor(
    readonly definition: Definition,
    readonly facts: ExecutionFacts,
    readonly options: EngineOptions,
  ) {
    this.recorder = new Recorder(options.keepsHistory);
    this.root = new Thread('', null, 0, definition);
  }

  isJsonata(thread: Thread): boolean {
    return isJsonata(this.definition, thread.definition);
  }

  /** What JSONPath of the thread's state sees, with that input. */
  scope(thread: Thread, input: JsonValue, item?: JsonObject): Scope {
    const machine = this;
    return {
      input,
      variables: thread.variables,
      get context() {
        return contextOf(machine, thread, item);
      },
      random: () => this.options.random(),
      uuid: () => this.options.uuid(),
      effort: new Effort(),
    };
  }

  /** `$states` of JSONata. */
  states(thread: Thread, more: JsonObject = {}, item?: JsonObject): () => JsonObject {
    return () => ({
      input: thread.kept.input.value,
      context: contextOf(this, thread, item),
      ...more,
    });
  }

  /** @throws StateError */
  requireFit(fits: boolean, name: string): void {
    if (fits) return;
    throw new StateError('States.DataLimitExceeded', tooLarge(name));
  }

  setTimer(timer: string, dueMs: number): void {
    this.effects.push({ kind: 'set-timer', timer, dueMs });
  }

  cancelTimer(timer: string): void {
    this.effects.push({ kind: 'cancel-timer', timer });
  }

  find(path: string): Thread | undefined {
    let thread: Thread | undefined = this.root;
    for (const part of path.split('/').slice(1)) {
      const index = Number(part.slice(part.indexOf('.') + 1));
      thread = thread?.children.get(index);
    }
    return thread?.path === path ? thread : undefined;
  }
}

export function tooLarge(name: string): string {
  return `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
}

/** As events and answers have it: what was not told is not there. */
export function failureDetails(failure: StateFailure): JsonObject {
  return {
    ...(failure.hasError === false ? {} : { error: failure.error }),
    ...(failure.hasCause === false ? {} : { cause: failure.cause }),
  };
}
