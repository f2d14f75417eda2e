/**
 * What the recorder did to the events of Parallel states: those of branches, which run side by side, have no ids of
 * their own, and where a state is left, all since its last start is replaced by them. The recorded histories lack
 * the event between (`ParallelStateSucceeded`), so the real ones have to go the same way.
 */
import { isMembers, type Members, type Value } from './scenario.js';

const ends: readonly unknown[] = [
  'ParallelStateSucceeded',
  'ParallelStateAborted',
  'ParallelStateExited',
  'ParallelStateFailed',
];

export function withoutBranchIds(value: Value): void {
  if (isMembers(value)) {
    for (const entry of Object.values(value)) withoutBranchIds(entry);
    if (Array.isArray(value.events)) rewrite(value.events);
  } else if (Array.isArray(value)) for (const entry of value) withoutBranchIds(entry);
}

function rewrite(events: Value[]): void {
  let start = 0;
  let branches: Members[] = [];
  let inside = false;
  // the list grows shorter while it is walked
  for (let at = 0; at < events.length; at++) {
    const event = events[at];
    if (!isMembers(event)) continue;
    if (ends.includes(event.type)) {
      events.splice(start, at - start, ...branches);
      inside = false;
    } else if (event.type === 'ParallelStateStarted') {
      inside = true;
      branches = [];
      start = at + 1;
    } else if (inside) {
      event.id = [0];
      event.previousEventId = 0;
      branches.push(event);
    }
  }
}
