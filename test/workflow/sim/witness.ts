/**
 * Sees all that is committed, in the moment in which it is, and what nodes do: whether each execution goes on in one line,
 * by one node at a time, with nothing done again that the log says is done.
 */
import { nextTurn } from '../../../src/lib/index.js';
import type { NodeId } from '../../../src/types/index.js';
import type { ExecutionCommand, StoredExecution } from '../../../src/workflow/executions/index.js';
import { decodeRecords } from '../../../src/workflow/executions/record-codec.js';
import type { HistoryChunk } from '../../../src/workflow/executions/stored.js';
import type { HistoryEvent, HistoryRecord } from '../../../src/workflow/history.js';
import { decodeWorkflowBatch, type WorkflowResult } from '../../../src/workflow/machine/command.js';
import { WorkflowsReplica } from '../../../src/workflow/machine/replica.js';

/**
 * For so long a node may not know what another has done: news of the log are read later than they are committed. Who has
 * not heard of anything for longer asks before it begins a task.
 */
const newsAgeMsMax = 600;

const violationsMax = 10;

interface Seen {
  readonly records: number;
  readonly chunks: number;
  readonly last: HistoryChunk | undefined;
}

export class Witness {
  /** All that is committed, at once. */
  readonly truth = new WorkflowsReplica({
    nextTurn,
    changed: (executions) => {
      for (const execution of executions) this.#changed(execution);
    },
    heard: () => {},
    replaced: () => {},
  });
  /** What must not be: whoever is told of it at once may take it for a fault of something else. */
  readonly violations: string[] = [];
  readonly #seen = new Map<string, Seen>();
  /** Of an execution and an event of it: the request of the task that it belongs to. */
  readonly #requests = new Map<string, string>();
  /** Of each request whose end is in a history: since when. */
  readonly #ended = new Map<string, number>();
  readonly #drivers = new Map<string, NodeId>();
  /** Requests whose tasks are in a history. */
  readonly #known = new Set<string>();
  readonly #answered = new Set<string>();

  constructor(private readonly nowMs: () => number) {}

  committed(entry: Uint8Array): void {
    const { id, node, commands } = decodeWorkflowBatch(entry);
    this.truth.answers.await(id);
    this.truth.apply(entry);
    const results = this.truth.answers.take(id) ?? [];
    commands.forEach(({ of, command }, at) => {
      if (of === 'executions') this.#came(command, results[at], node);
    });
  }

  /** A node performs a task of a Standard execution. */
  beginsStandard(request: string): void {
    this.#must(this.#known.has(request), `${request} began before it was in the log`);
    this.begins(request);
  }

  /** A node performs a task of any execution: only those of Standard ones are in the log. */
  begins(request: string): void {
    const endedMs = this.#ended.get(request) ?? this.nowMs();
    const ageMs = this.nowMs() - endedMs;
    this.#must(ageMs < newsAgeMsMax, `${request} began ${ageMs} ms after its end was in the log`);
  }

  /** What a node knows is part of what is committed. */
  checkNode({ executions }: WorkflowsReplica): void {
    for (const { arn, history, chunks } of executions.all()) {
      const whole = this.truth.executions.get(arn);
      const isThere = whole !== undefined && whole.chunks >= chunks;
      this.#must(isThere, `${arn} is longer on a node`);
      if (!isThere) continue;
      for (let at = 0; at < chunks; at++) {
        const both = [history[at]?.bytes ?? empty, whole.history[at]?.bytes ?? empty] as const;
        this.#must(Buffer.compare(...both) === 0, `${arn} differs on a node`);
      }
    }
  }

  #must(isSo: boolean, what: string): void {
    if (!isSo && this.violations.length < violationsMax) this.violations.push(what);
  }

  #came(command: ExecutionCommand, answer: WorkflowResult | undefined, node: NodeId): void {
    if (answer?.result.kind !== 'done') return;
    if (command.kind === 'record') {
      const { epoch } = command;
      const driver = `${command.arn} ${epoch}`;
      const before = this.#drivers.get(driver) ?? node;
      this.#drivers.set(driver, node);
      this.#must(before === node, `two nodes drove ${driver}`);
    } else if (command.kind === 'signal' && command.signal !== 'heartbeat') {
      this.#must(!this.#answered.has(command.token), `a token was answered twice`);
      this.#answered.add(command.token);
    }
  }

  #changed({ arn, records, history, chunks }: StoredExecution): void {
    const seen = this.#seen.get(arn) ?? { records: 0, chunks: 0, last: undefined };
    this.#must(records >= seen.records && chunks >= seen.chunks, `${arn} became shorter`);
    this.#must(history[seen.chunks - 1] === seen.last, `the history of ${arn} was changed`);
    this.#seen.set(arn, { records, chunks, last: history[chunks - 1] });
    const added = history.slice(seen.chunks, chunks).flatMap(({ bytes }) => decodeRecords(bytes));
    for (const { note } of added) this.#scheduled(arn, note);
    for (const { event } of added) this.#follow(arn, event);
  }

  #scheduled(arn: string, note: HistoryRecord['note']): void {
    for (const { id, requestId } of tasksIn(note)) {
      this.#requests.set(`${arn} ${id}`, requestId);
      this.#known.add(requestId);
    }
  }

  #follow(arn: string, { id, previousEventId, type }: HistoryEvent): void {
    const request = this.#requests.get(`${arn} ${previousEventId}`);
    if (request === undefined || /Scheduled$/.test(type)) return;
    if (/(Started|Submitted)$/.test(type)) this.#requests.set(`${arn} ${id}`, request);
    else if (endOfTask.test(type) && !this.#ended.has(request)) {
      this.#ended.set(request, this.nowMs());
    }
  }
}

const endOfTask = /(^TaskStateExited|Succeeded|Failed|TimedOut)$/;
const empty = new Uint8Array(0);

/** The tasks that a note of an engine speaks of, wherever in it. */
function* tasksIn(note: unknown): Iterable<{ id: string; requestId: string }> {
  if (typeof note !== 'object' || note === null) return;
  if ('requestId' in note && 'id' in note) {
    yield { id: String(note.id), requestId: String(note.requestId) };
  }
  for (const part of Object.values(note)) yield* tasksIn(part);
}
