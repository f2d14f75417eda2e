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

/** As recorded: a state that is done again follows its Entered event, of which there is no other, and keeps its time. */
function again(machine: Machine, thread: Thread, redriven: number): void {
  const { recorder } = machine;
  const { position, mapRun, last, entered } = thread.kept;
  if (position.at === 'done') return;
  recorder.set(thread, { retryCount: 0, tries: [] });
  if (thread.children.size > 0) {
    recorder.set(thread, { position: { at: 'children' } });
    let active = 0;
    for (const child of thread.children.values()) {
      if (child.kept.position.at !== 'done') active += 1;
      again(machine, child, redriven);
    }
    thread.activeCount = active;
    thread.doneCount = thread.children.size - active;
    fill(machine, thread, redriven);
    return;
  }
  if (mapRun) {
    redriveMapRun(machine, thread, mapRun, machine.redriveCount);
    return;
  }
  const at = startOf(thread);
  recorder.set(thread, { last: at === 'entered' ? entered : last, position: { at } });
  machine.ready.push(thread);
}

/** Where it had not entered its state when it was stopped, it is yet to. */
function startOf(thread: Thread): 'begin' | 'enter' | 'entered' {
  const { position, entered } = thread.kept;
  if (position.at === 'begin' || position.at === 'enter') return position.at;
  if (position.at !== 'aborted' || entered > 0) return 'entered';
  return thread.parent?.definition.Type === 'Map' ? 'begin' : 'enter';
}
