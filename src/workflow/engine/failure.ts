/** What a state does about a failure: tries again, goes on with a catcher, or fails its thread. */
import { writeResult } from '../data/index.js';
import type { StateError, StateFailure } from '../failure.js';
import type { HistoryEventType } from '../history.js';
import type { JsonObject } from '../json.js';
import type { Catcher, Retrier } from '../language/index.js';
import { EvaluationFailure, type Phase } from './evaluation.js';
import { leave } from './leave.js';
import type { Machine } from './machine.js';
import { Payload } from './payload.js';
import { assignments, evaluateOutput, type Outcome } from './pipeline.js';
import { decideRetry, findCatcher, isFatal } from './retry.js';
import type { Thread } from './thread.js';

interface ErrorFields {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export function* answerFailure(
  machine: Machine,
  thread: Thread,
  failure: StateFailure,
  told: boolean,
): Phase<void> {
  const { recorder } = machine;
  const { Retry, Catch } = thread.definition as ErrorFields;
  if (isFatal(failure.error)) {
    recorder.set(thread, { position: { at: 'failed', failure } });
    return;
  }
  if (retries(machine, thread, failure, Retry)) return;
  const { Type } = thread.definition;
  if (!told && (Type === 'Map' || Type === 'Parallel')) {
    recorder.next(thread, `${Type}StateFailed` as HistoryEventType);
    recorder.set(thread, { position: { at: 'failure', failure, told: true } });
  }
  const catcher = Catch?.[findCatcher(Catch, failure.error)];
  if (catcher) {
    leave(machine, thread, yield* caught(machine, thread, failure, catcher), catcher.Next);
  } else {
    recorder.set(thread, { position: { at: 'failed', failure } });
  }
}

function retries(
  machine: Machine,
  thread: Thread,
  failure: StateFailure,
  retriers: readonly Retrier[] | undefined,
): boolean {
  const { recorder, options } = machine;
  const { tries, retryCount } = thread.kept;
  const decision = decideRetry(retriers, tries, failure.error, () => options.random());
  if (decision === null || decision.delaySeconds === null) return false;
  const used = (retriers ?? []).map((_retrier, index) => tries[index] ?? 0);
  used[decision.retrier] = (used[decision.retrier] ?? 0) + 1;
  const dueMs = machine.nowMs + Math.round(decision.delaySeconds * 1000);
  recorder.removeChildren(thread);
  recorder.set(thread, {
    tries: used,
    retryCount: retryCount + 1,
    position: { at: 'retry', dueMs },
  });
  machine.setTimer(`retry${thread.path}`, dueMs);
  return true;
}

/** What a state gives that goes on with a catcher. */
export function* caught(
  machine: Machine,
  thread: Thread,
  failure: StateFailure,
  catcher: Catcher,
): Phase<Outcome> {
  const errorOutput: JsonObject = { Error: failure.error, Cause: failure.cause };
  const result = Payload.ofValue(errorOutput);
  if (machine.isJsonata(thread)) {
    return yield* evaluateOutput(machine, thread, catcher, { errorOutput }, result);
  }
  const assigned = assignments(machine, thread, catcher.Assign, result);
  const { ResultPath = '$' } = catcher;
  const output = writeResult(ResultPath, thread.kept.input.value, errorOutput);
  return { output: Payload.ofValue(output), assigned };
}

/** An error of a state's own fields becomes its failure, or its parent's where the input of an iteration was selected. */
export function failureOf(machine: Machine, owner: Thread, error: StateError): StateFailure {
  const { state, entered, before, last, position } = owner.kept;
  const cause =
    error.error === 'States.DataLimitExceeded'
      ? error.causeText
      : `An error occurred while executing the state '${state}' (entered at the event id #${entered}). ${error.causeText}`;
  if (error instanceof EvaluationFailure) {
    const late = error.late || position.at !== 'entered';
    const { location } = error;
    const id = machine.recorder.event('EvaluationFailed', late ? last : before, () => ({
      error: error.error,
      cause,
      ...(location === undefined ? {} : { location }),
      state,
    }));
    machine.recorder.set(owner, { last: id });
  }
  return { error: error.error, cause };
}
