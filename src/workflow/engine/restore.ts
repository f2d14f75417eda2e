/** After a restart: the threads as the notes of the records have them, and what they still wait for. */
import type { HistoryRecord } from '../history.js';
import { isJsonObject } from '../json.js';
import { fill, makeChild } from './children.js';
import type { Machine } from './machine.js';
import { requestMapRun } from './map-run.js';
import { Payload } from './payload.js';
import { type Note, textsOf } from './recorder.js';
import { startTask } from './task.js';
import type { Thread } from './thread.js';

export class Restoring {
  /** Of the events since the last note, and of the note itself. */
  readonly #texts = new Map<number, string>();

  constructor(private readonly machine: Machine) {}

  replay({ event, note }: HistoryRecord): void {
    const { machine } = this;
    machine.recorder.replayed(event);
    const [text] = textsOf(event.details);
    if (text !== undefined) this.#texts.set(event.id, text);
    switch (event.type) {
      case 'ExecutionStarted':
        // one that was stopped before its engine had begun it has no note
        machine.root.kept.input = Payload.ofText(machine.facts.input);
        break;
      case 'ExecutionSucceeded':
        machine.end = { status: 'SUCCEEDED', output: text ?? 'null' };
        break;
      case 'ExecutionFailed':
      case 'ExecutionTimedOut': {
        const status = event.type === 'ExecutionFailed' ? 'FAILED' : 'TIMED_OUT';
        const { error, cause } = event.details ?? {};
        machine.end = { status, failure: { error: `${error ?? ''}`, cause: `${cause ?? ''}` } };
        break;
      }
      case 'ExecutionAborted':
        machine.end = 'ABORTED';
        break;
      case 'ExecutionRedriven':
        machine.end = null;
        machine.redriveCount = Number(event.details?.redriveCount ?? machine.redriveCount + 1);
        machine.redrivenAtMs = event.timestampMs;
        break;
    }
    if (isJsonObject(note)) {
      this.#apply(note as unknown as Note);
      this.#texts.clear();
    }
  }

  #apply({ gone = [], texts = [], threads = [] }: Note): void {
    for (const [at, text] of texts.entries()) this.#texts.set(-1 - at, text);
    for (const path of gone) this.machine.find(path)?.children.clear();
    for (const [path, index, changes] of threads) {
      const thread = this.machine.find(path) ?? this.#make(path, index);
      thread.readChanges(changes, (id) => this.#texts.get(id) ?? 'null');
    }
  }

  #make(path: string, index: number): Thread {
    const parent = this.machine.find(path.slice(0, path.lastIndexOf('/')));
    if (!parent) throw new Error(`a record speaks of ${path}, which is in no thread`);
    return makeChild(parent, index);
  }
}

/** Everything that is under way is asked for again, under the names that it had. */
export function resumeThreads(machine: Machine): void {
  resume(machine, machine.root);
}

function resume(machine: Machine, thread: Thread): void {
  const { position, mapRun, last } = thread.kept;
  thread.doneCount = 0;
  thread.activeCount = 0;
  for (const child of thread.children.values()) {
    const { at } = child.kept.position;
    if (at === 'done') thread.doneCount += 1;
    else if (at !== 'failed' && at !== 'aborted') thread.activeCount += 1;
    resume(machine, child);
  }
  switch (position.at) {
    case 'begin':
    case 'enter':
    case 'entered':
    case 'result':
    case 'failure':
      machine.ready.push(thread);
      break;
    case 'task':
      startTask(machine, thread, position.task);
      break;
    case 'wait':
      machine.setTimer(`wait${thread.path}`, position.dueMs);
      break;
    case 'retry':
      machine.setTimer(`retry${thread.path}`, position.dueMs);
      break;
    case 'children':
      fill(machine, thread, last);
      break;
    case 'map-run':
      if (mapRun) requestMapRun(machine, thread, mapRun, machine.redriveCount);
      break;
    default:
  }
}
