/** Redrive: an execution that ended badly goes on where it failed; what had ended well stays as it is. */
import { fill } from './children.js';
import type { Machine } from './machine.js';
import { redriveMapRun } from './map-run.js';
import type { Thread } from './thread.js';

/** https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
export function redrive(machine: Machine, redriveCount: number): void {
  machine.end = null;
  machine.redriveCount = redriveCount;
  machine.redrivenAtMs = machine.nowMs;
  const { recorder } = machine;
  const last = recorder.event('ExecutionRedriven', recorder.lastId, () => ({ redriveCount }));
  again(machine, machine.root, last);
}

function again(machine: Machine, thread: Thread, last: number): void {
  const { recorder } = machine;
  const { position, mapRun } = thread.kept;
  if (position.at === 'done') return;
  recorder.set(thread, { last, retryCount: 0, tries: [] });
  if (thread.children.size > 0) {
    recorder.set(thread, { position: { at: 'children' } });
    let active = 0;
    for (const child of thread.children.values()) {
      if (child.kept.position.at !== 'done') active += 1;
      again(machine, child, last);
    }
    thread.activeCount = active;
    thread.doneCount = thread.children.size - active;
    fill(machine, thread, last);
    return;
  }
  if (mapRun) {
    redriveMapRun(machine, thread, mapRun, machine.redriveCount);
    return;
  }
  if (position.at === 'aborted' || position.at === 'begin' || position.at === 'enter') {
    recorder.set(thread, { position: { at: startOf(thread) } });
  } else {
    recorder.set(thread, { enteredMs: machine.nowMs, position: { at: 'entered' } });
  }
  machine.ready.push(thread);
}

/** Of one that was stopped: where it had not entered its state, it is yet to. */
function startOf(thread: Thread): 'begin' | 'enter' | 'entered' {
  const { position, entered } = thread.kept;
  if (position.at === 'begin' || position.at === 'enter') return position.at;
  if (entered > 0) return 'entered';
  return thread.parent?.definition.Type === 'Map' ? 'begin' : 'enter';
}
