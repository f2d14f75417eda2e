/**
 * A small engine for what drives engines: its input is a list of steps, one after the other, each of which is in its
 * history. It asserts what it is owed: nothing twice, nothing that was not asked for.
 */
import assert from 'node:assert/strict';
import { requestId } from '../../../src/types/index.js';
import type {
  Engine,
  EngineEffect,
  EngineInput,
  EngineOptions,
  EngineStep,
  ExecutionEnd,
  ExecutionFacts,
} from '../../../src/workflow/engine/types.js';
import type { HistoryEventType, HistoryRecord } from '../../../src/workflow/history.js';
import type { Definition } from '../../../src/workflow/language/types.js';
import type { TaskRequest } from '../../../src/workflow/tasks/types.js';

export type ToyStep = 'task' | 'token' | 'activity' | 'evaluate' | { readonly waitMs: number };

interface Note {
  readonly at: number;
  readonly dueMs?: number;
  readonly task?: {
    /** Of the event that tells of it. */
    readonly id: string;
    readonly requestId: string;
    readonly token: string | null;
  };
}

export class ToyEngine implements Engine {
  readonly #steps: readonly ToyStep[];
  #records = 0;
  /** The step that is under way; -1: not begun. */
  #at = -1;
  #waiting: Note | null = null;
  #evaluation = 0;
  #out: { records: HistoryRecord[]; effects: EngineEffect[]; end: ExecutionEnd | null } = {
    records: [],
    effects: [],
    end: null,
  };

  constructor(
    _definition: Definition,
    private readonly facts: ExecutionFacts,
    private readonly options: EngineOptions,
  ) {
    this.#steps = JSON.parse(facts.input) as readonly ToyStep[];
  }

  handle(input: EngineInput, wallMs: number): EngineStep {
    switch (input.kind) {
      case 'begin':
        assert.equal(this.#at, -1, 'begun once');
        this.#record('ExecutionStarted', wallMs, { at: -1 });
        this.#next(wallMs);
        break;
      case 'redrive':
        this.#record('ExecutionRedriven', wallMs, { at: this.#at });
        this.#enter(wallMs);
        break;
      case 'task':
        this.#task(input, wallMs);
        break;
      case 'timer':
        if (this.#waiting?.dueMs !== undefined && input.timer === String(this.#at)) {
          assert.ok(wallMs >= this.#waiting.dueMs, 'no timer is early');
          this.#record('WaitStateExited', wallMs, { at: this.#at });
          this.#next(wallMs);
        }
        break;
      case 'evaluated':
        assert.equal(input.evaluation, this.#evaluation);
        this.#record('PassStateExited', wallMs, { at: this.#at });
        this.#next(wallMs);
        break;
      default:
    }
    return this.#take();
  }

  replay({ event, note }: HistoryRecord): void {
    this.#records++;
    assert.equal(event.id, this.#records, 'a history without gaps');
    this.#at = (note as unknown as Note | undefined)?.at ?? this.#at;
    this.#waiting = (note as unknown as Note | undefined) ?? null;
    if (event.type.endsWith('Exited') || event.type === 'ExecutionStarted') this.#waiting = null;
  }

  resume(wallMs: number): EngineStep {
    if (this.#waiting === null) this.#next(wallMs);
    else this.#wait(this.#waiting);
    return this.#take();
  }

  #task({ task, report }: Extract<EngineInput, { kind: 'task' }>, wallMs: number): void {
    if (task !== this.#waiting?.task?.id) return;
    if (report.kind === 'succeeded') {
      this.#record('TaskStateExited', wallMs, { at: this.#at });
      this.#next(wallMs);
    } else if (report.kind === 'failed') {
      this.#record('ExecutionFailed', wallMs, this.#waiting);
      this.#out.end = { status: 'FAILED', failure: { error: report.error, cause: report.cause } };
    }
  }

  #next(wallMs: number): void {
    this.#at++;
    this.#enter(wallMs);
  }

  #enter(wallMs: number): void {
    const step = this.#steps[this.#at];
    const at = this.#at;
    if (step === undefined) {
      this.#record('ExecutionSucceeded', wallMs, { at }, { output: '"done"' });
      this.#out.end = { status: 'SUCCEEDED', output: '"done"' };
    } else if (step === 'evaluate') {
      this.#wait({ at });
    } else if (typeof step === 'object') {
      const note = { at, dueMs: wallMs + step.waitMs };
      this.#record('WaitStateEntered', wallMs, note);
      this.#wait(note);
    } else {
      const token = step === 'task' ? null : this.options.uuid();
      const id = String(this.#records + 1);
      const note = { at, task: { id, requestId: this.options.uuid(), token } };
      this.#record('TaskStateEntered', wallMs, note);
      this.#wait(note);
    }
  }

  #wait(note: Note): void {
    this.#waiting = note;
    if (note.task !== undefined) {
      const request = this.#request(note.task);
      this.#out.effects.push({ kind: 'start-task', request });
    } else if (note.dueMs !== undefined) {
      this.#out.effects.push({ kind: 'set-timer', timer: String(note.at), dueMs: note.dueMs });
    } else {
      const request = { fields: [], states: {}, variables: {} };
      this.#out.effects.push({ kind: 'evaluate', evaluation: ++this.#evaluation, request });
    }
  }

  #request({ id, requestId: request, token }: NonNullable<Note['task']>): TaskRequest {
    const isActivity = this.#steps[this.#at] === 'activity';
    return {
      id,
      executionArn: this.facts.arn,
      stateMachineArn: this.facts.stateMachineArn,
      resource: isActivity
        ? { kind: 'activity', arn: 'an activity' }
        : { kind: 'function', arn: 'a function' },
      input: `{"step":${this.#at}}`,
      taskToken: token,
      requestId: requestId(request),
      heartbeatSeconds: null,
      timeoutSeconds: null,
      traceId: '',
    };
  }

  #record(type: HistoryEventType, wallMs: number, note: Note, details = {}): void {
    const id = ++this.#records;
    const event = { id, previousEventId: id - 1, timestampMs: wallMs, type, details };
    this.#out.records.push({ event, note: JSON.parse(JSON.stringify(note)) });
  }

  #take(): EngineStep {
    const step = { ...this.#out, bytes: 0, transitions: 0 };
    this.#out = { records: [], effects: [], end: null };
    return step;
  }
}
