/**
 * A thread: the machine itself, a branch of a Parallel, or an iteration of a Map. It stands at one position of one state.
 * `kept` is all that must outlive the process: it is written, as changes, into the notes of the records, and read from there.
 */
import type { StateFailure } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { State, StateGraph } from '../language/index.js';
import type { Phase } from './evaluation.js';
import { Payload } from './payload.js';

/** A try of a Task under way; what it was given is `kept.given`. */
export interface TaskUnderWay {
  readonly id: string;
  readonly taskToken: string | null;
  readonly requestId: string;
  /** Of the state's Credentials. */
  readonly roleArn: string | null;
  readonly timeoutSeconds: number | null;
  readonly heartbeatSeconds: number | null;
  /** By the wall; 0: without a limit. */
  readonly timeoutDueMs: number;
  readonly started: boolean;
  /** What was begun before a restart is asked for again, and told again. */
  readonly submitted?: boolean;
}

export type Position =
  /** An iteration whose input is still to be selected. */
  | { readonly at: 'begin' }
  | { readonly at: 'enter' }
  /** Its Entered event is made; so it is before each retry. */
  | { readonly at: 'entered' }
  | { readonly at: 'task'; readonly task: TaskUnderWay }
  | { readonly at: 'wait'; readonly dueMs: number }
  | { readonly at: 'retry'; readonly dueMs: number }
  | { readonly at: 'children' }
  | { readonly at: 'map-run' }
  /** What the state gave is `kept.result`. */
  | { readonly at: 'result' }
  /** `told`: that its children failed has its event. */
  | { readonly at: 'failure'; readonly failure: StateFailure; readonly told?: boolean }
  /** Nothing answers to its failure: it is its parent's, or the execution's. */
  | { readonly at: 'failed'; readonly failure: StateFailure }
  | { readonly at: 'aborted' }
  | { readonly at: 'done' };

export interface Kept {
  position: Position;
  /** Name of the state. */
  state: string;
  /** The raw input of the state; of a thread that is done, its output. */
  input: Payload;
  /** What a task was given, what a Map iterates over, what each branch takes. */
  given: Payload;
  result: Payload;
  /** The event that the next one follows. */
  last: number;
  entered: number;
  /** What the Entered event followed. */
  before: number;
  enteredMs: number;
  retryCount: number;
  /** Of the last try, where the outside ends it by a token. */
  taskToken: string | null;
  /** How often each retrier was used. */
  tries: readonly number[];
  /** Counts the times that it had children. */
  generation: number;
  /** How many children it has in all, and how many at once. */
  length: number;
  limit: number;
  mapRun: MapRunPlan | null;
}

/** Of a distributed Map: all of the request that is not known without it. */
export interface MapRunPlan {
  readonly id: string;
  readonly label: string;
  /** The event that MapRunStarted follows; a redrive of it follows that, too. */
  readonly follows: number;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | null;
  readonly toleratedFailurePercentage: number | null;
  readonly reader?: JsonValue;
  readonly batcher?: JsonValue;
  readonly writer?: JsonValue;
}

const nothing = Payload.ofValue(null);
const payloadFields: ReadonlySet<string> = new Set(['input', 'given', 'result']);

export class Thread {
  readonly kept: Kept = {
    position: { at: 'enter' },
    state: '',
    input: nothing,
    given: nothing,
    result: nothing,
    last: 0,
    entered: 0,
    before: 0,
    enteredMs: 0,
    retryCount: 0,
    taskToken: null,
    tries: [],
    generation: 0,
    length: 0,
    limit: 0,
    mapRun: null,
  };
  /** Children by index, of the present generation. */
  readonly children = new Map<number, Thread>();
  /** Assigned in its own scope. */
  readonly assigned = new Map<string, JsonValue>();
  /** Of its children: how many have ended well, how many are under way. */
  doneCount = 0;
  activeCount = 0;
  /** The phase that waits for an answer or a turn. */
  running: Phase<void> | null = null;
  /** The evaluation that it waits for; 0: none. */
  evaluation = 0;
  /** Removed from the tree: nothing of it is written any more. */
  gone = false;
  #visible: JsonObject | undefined;
  readonly changed = new Set<keyof Kept>();
  readonly changedVariables = new Set<string>();

  constructor(
    readonly path: string,
    readonly parent: Thread | null,
    readonly index: number,
    readonly graph: StateGraph,
  ) {
    this.kept.state = graph.StartAt;
  }

  set(changes: Partial<Kept>): void {
    Object.assign(this.kept, changes);
    for (const name in changes) this.changed.add(name as keyof Kept);
  }

  get definition(): State {
    const state = this.graph.States[this.kept.state];
    if (!state) throw new Error(`no state ${this.kept.state}`);
    return state;
  }

  /** Its own variables over those of the threads around it. */
  get variables(): JsonObject {
    if (this.assigned.size === 0 && this.parent) return this.parent.variables;
    this.#visible ??= { ...this.parent?.variables, ...Object.fromEntries(this.assigned) };
    return this.#visible;
  }

  assign(values: JsonObject): void {
    for (const [name, value] of Object.entries(values)) {
      this.assigned.set(name, value);
      this.changedVariables.add(name);
    }
    this.#visible = undefined;
  }

  childPath(index: number): string {
    return `${this.path}/${this.kept.generation}.${index}`;
  }

  *descendants(): Generator<Thread> {
    for (const child of this.children.values()) {
      yield child;
      yield* child.descendants();
    }
  }

  /** `refer` gives a number for a text. */
  writeChanges(refer: (text: string) => number): JsonObject {
    const written: Record<string, JsonValue> = {};
    for (const name of this.changed) {
      const value = this.kept[name];
      if (value instanceof Payload) written[name] = refer(value.text);
      else written[name] = value as unknown as JsonValue;
    }
    if (this.changedVariables.size > 0) {
      written.assigned = Object.fromEntries(
        [...this.changedVariables].map((name) => [name, this.assigned.get(name) ?? null]),
      );
    }
    this.changed.clear();
    this.changedVariables.clear();
    return written;
  }

  readChanges(written: JsonObject, textOf: (number: number) => string): void {
    const { assigned, ...fields } = written;
    for (const [name, value] of Object.entries(fields)) {
      const read = payloadFields.has(name) ? Payload.ofText(textOf(Number(value))) : value;
      Object.assign(this.kept, { [name]: read });
    }
    if (assigned) this.assign(assigned as JsonObject);
    this.changedVariables.clear();
  }
}
