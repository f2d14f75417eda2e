/** What a state waits for: the task that it begins, or the mock in its place; or only time. */
import { requestId } from '../../types/index.js';
import { parseTimestamp } from '../data/index.js';
import { StateError } from '../failure.js';
import { isJsonObject, type JsonValue } from '../json.js';
import { resourceOf, type TaskState } from '../language/index.js';
import type { TaskReport } from '../tasks/types.js';
import type { Trial } from './trial.js';

/** AWS ends every test after five minutes. */
const testMsMax = 5 * 60_000;

/** Throws StateError. */
export async function workOf(trial: Trial, asked: JsonValue): Promise<JsonValue> {
  const { mock, state, texts } = trial.facts;
  if (mock?.kind === 'failure') throw new StateError(mock.error, mock.cause);
  if (mock !== undefined) return mock.value;
  if (state.Type !== 'Task') throw new StateError('States.Runtime', 'There is nothing to be done.');
  return texts.read(await performed(trial, state, texts.write(asked)));
}

async function performed(trial: Trial, state: TaskState, input: string): Promise<string> {
  const { parts, facts } = trial;
  const resource = resourceOf(state.Resource);
  if (resource === undefined) throw new StateError('States.Runtime', 'Unknown resource.');
  const { Execution, StateMachine } = facts.context;
  const timeoutSeconds = typeof state.TimeoutSeconds === 'number' ? state.TimeoutSeconds : null;
  const id = parts.uuid();
  return new Promise((resolve, reject) => {
    const end = (report: TaskReport): void => {
      if (report.kind === 'started' || report.kind === 'submitted') return;
      cancelTimer();
      if (report.kind === 'succeeded') resolve(report.output);
      else reject(new StateError(report.error, report.cause));
    };
    const cancel = parts.tasks.begin(
      {
        id,
        executionArn: idOf(Execution),
        stateMachineArn: idOf(StateMachine),
        resource,
        input,
        taskToken: null,
        requestId: requestId(parts.uuid()),
        heartbeatSeconds: null,
        timeoutSeconds,
        traceId: '',
      },
      end,
    );
    const waitMs = Math.min(testMsMax, (timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000);
    const cancelTimer = parts.clock.after(waitMs, () => {
      cancel();
      reject(new StateError('States.Timeout', ''));
    });
  });
}

function idOf(part: JsonValue | undefined): string {
  return isJsonObject(part) && typeof part.Id === 'string' ? part.Id : '';
}

export interface WaitAsked {
  readonly seconds: JsonValue | undefined;
  readonly timestamp: JsonValue | undefined;
}

export async function waitUntil(trial: Trial, { seconds, timestamp }: WaitAsked): Promise<void> {
  const { clock } = trial.parts;
  const waitMs =
    timestamp === undefined
      ? Number(seconds) * 1000
      : (parseTimestamp(String(timestamp)) ?? Number.NaN) - clock.wallMs();
  if (Number.isNaN(waitMs)) {
    throw new StateError('States.Runtime', `${seconds ?? timestamp} is no time to wait for.`);
  }
  await new Promise<void>((resolve) => {
    clock.after(Math.max(0, Math.min(waitMs, testMsMax)), resolve);
  });
  if (waitMs > testMsMax) throw new StateError('States.Timeout', '');
}

export function noTransition(): StateError {
  return new StateError(
    'States.NoChoiceMatched',
    'Failed to transition out of the state. The state does not point to a next state.',
  );
}
