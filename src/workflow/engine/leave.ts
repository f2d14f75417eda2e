/** How a thread leaves its state: the Exited event, the variables, and what comes next. */
import type { HistoryEventType } from '../history.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Machine } from './machine.js';
import { Payload } from './payload.js';
import type { Outcome } from './pipeline.js';
import type { Thread } from './thread.js';
import { requireVariablesFit } from './variables.js';

const nothing = Payload.ofValue(null);

/** `next` undefined: the thread is done. @throws StateError where the output is too large. */
export function leave(
  machine: Machine,
  thread: Thread,
  { output, assigned }: Outcome,
  next: string | undefined,
): void {
  const { recorder } = machine;
  const { kept, definition } = thread;
  machine.requireFit(output.fits, kept.state);
  if (assigned) requireVariablesFit(thread, assigned);
  recorder.next(thread, `${definition.Type}StateExited` as HistoryEventType, () => ({
    name: kept.state,
    output: output.text,
    outputDetails: { truncated: false },
    ...(assigned && Object.keys(assigned).length > 0 ? assignedDetails(assigned) : {}),
  }));
  if (assigned) recorder.assign(thread, assigned);
  recorder.removeChildren(thread);
  if (kept.given !== nothing) recorder.set(thread, { given: nothing });
  if (kept.result !== nothing) recorder.set(thread, { result: nothing });
  if (kept.retryCount > 0) recorder.set(thread, { retryCount: 0, tries: [] });
  if (next === undefined) recorder.set(thread, { input: output, position: { at: 'done' } });
  else recorder.set(thread, { input: output, state: next, position: { at: 'enter' } });
}

function assignedDetails(assigned: JsonObject): JsonObject {
  const texts: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(assigned)) texts[name] = JSON.stringify(value);
  return { assignedVariables: texts, assignedVariablesDetails: { truncated: false } };
}
