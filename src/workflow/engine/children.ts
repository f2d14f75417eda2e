/** The threads inside a Parallel or a Map: started, ended well, failed, aborted. */
import type { StateFailure } from '../failure.js';
import type { HistoryEventType } from '../history.js';
import { nestedGraphs } from '../language/index.js';
import { type Machine, tooLarge } from './machine.js';
import { Payload } from './payload.js';
import { stopTask } from './task.js';
import { Thread } from './thread.js';

/** Of all children together: a selection may make less of it, but joining more would hold up whoever else is served. */
const outputsCharactersMax = 8 * 1024 * 1024;

/** `given`: the items of a Map, or the input of all branches. */
export function startChildren(
  machine: Machine,
  parent: Thread,
  given: Payload,
  length: number,
  limit: number,
): void {
  const { recorder } = machine;
  recorder.removeChildren(parent);
  const generation = parent.kept.generation + 1;
  recorder.set(parent, { given, generation, length, limit, position: { at: 'children' } });
  if (length === 0) finish(machine, parent, parent.kept.last);
  else fill(machine, parent, parent.kept.last);
}

/** As many as may run at once; the first event of each follows `last`. */
export function fill(machine: Machine, parent: Thread, last: number): void {
  const { length, limit } = parent.kept;
  while (parent.activeCount < limit && parent.children.size < length) {
    const child = makeChild(parent, parent.children.size);
    const isMap = parent.definition.Type === 'Map';
    machine.recorder.set(child, {
      last,
      position: { at: isMap ? 'begin' : 'enter' },
      ...(isMap ? {} : { input: parent.kept.given }),
    });
    parent.activeCount += 1;
    machine.ready.push(child);
  }
}

export function makeChild(parent: Thread, index: number): Thread {
  const graphs = nestedGraphs(parent.definition);
  const graph = graphs[index] ?? graphs[0];
  if (!graph) throw new Error(`state ${parent.kept.state} has no children`);
  const child = new Thread(parent.childPath(index), parent, index, graph);
  parent.children.set(index, child);
  return child;
}

export function childDone(machine: Machine, parent: Thread, child: Thread): void {
  let { last } = child.kept;
  parent.activeCount -= 1;
  parent.doneCount += 1;
  const isLast = parent.doneCount === parent.kept.length;
  const told = iterationEvent(machine, parent, child, 'MapIterationSucceeded');
  if (told !== null && isLast) last = told;
  if (isLast) finish(machine, parent, last);
  else fill(machine, parent, last);
}

/** All have ended well. */
function finish(machine: Machine, parent: Thread, last: number): void {
  const outputs: string[] = [];
  let characters = 0;
  for (let index = 0; index < parent.kept.length; index += 1) {
    const output = parent.children.get(index)?.kept.input.text ?? 'null';
    characters += output.length;
    if (characters > outputsCharactersMax) {
      const cause = tooLarge(parent.kept.state);
      parentFailed(machine, parent, { error: 'States.DataLimitExceeded', cause }, last);
      return;
    }
    outputs.push(output);
  }
  const result = Payload.ofText(`[${outputs.join(',')}]`);
  // the Exited event follows what this one follows
  machine.recorder.event(`${parent.definition.Type}StateSucceeded` as HistoryEventType, last);
  machine.recorder.set(parent, { last, result, position: { at: 'result' } });
  if (parent.kept.length > 0) machine.ready.push(parent);
}

export function childFailed(
  machine: Machine,
  parent: Thread,
  child: Thread,
  failure: StateFailure,
): void {
  iterationEvent(machine, parent, child, 'MapIterationFailed');
  // recorded: even the task that failed is told to be aborted
  if (child.definition.Type === 'Task') {
    machine.recorder.event('TaskStateAborted', child.kept.last);
  }
  parentFailed(machine, parent, failure, child.kept.last);
}

/** By a child, or by the selection of a child's input. */
export function parentFailed(
  machine: Machine,
  parent: Thread,
  failure: StateFailure,
  last: number,
): void {
  for (const child of parent.children.values()) abort(machine, child, last);
  parent.activeCount = 0;
  machine.recorder.set(parent, { last, position: { at: 'failure', failure } });
  machine.ready.push(parent);
}

function iterationEvent(
  machine: Machine,
  parent: Thread,
  child: Thread,
  type: HistoryEventType,
  previous = child.kept.last,
): number | null {
  if (parent.definition.Type !== 'Map') return null;
  const details = { name: parent.kept.state, index: child.index };
  return machine.recorder.event(type, previous, () => details);
}

/** A thread that still runs, because one beside it failed; recorded: by an event that follows the failure. */
function abort(machine: Machine, thread: Thread, failed: number): void {
  const { at } = thread.kept.position;
  if (at === 'done' || at === 'failed' || at === 'aborted') return;
  for (const child of thread.children.values()) abort(machine, child, failed);
  release(machine, thread);
  const { Type } = thread.definition;
  if (at !== 'begin' && at !== 'enter' && abortable.has(Type)) {
    machine.recorder.event(`${Type}StateAborted` as HistoryEventType, failed);
  }
  if (at !== 'begin' && thread.parent) {
    iterationEvent(machine, thread.parent, thread, 'MapIterationAborted', failed);
  }
  machine.recorder.set(thread, { position: { at: 'aborted' } });
}

const abortable: ReadonlySet<string> = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/** Whatever the outside does for the thread is no longer wanted. */
export function release(machine: Machine, thread: Thread): void {
  const { position, mapRun } = thread.kept;
  thread.running = null;
  thread.evaluation = 0;
  if (position.at === 'task') stopTask(machine, position.task, true);
  if (position.at === 'wait') machine.cancelTimer(`wait${thread.path}`);
  if (position.at === 'retry') machine.cancelTimer(`retry${thread.path}`);
  if (position.at === 'map-run' && mapRun) {
    machine.mapRuns.delete(mapRun.id);
    machine.effects.push({ kind: 'cancel-map-run', mapRun: mapRun.id });
  }
}
