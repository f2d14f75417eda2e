/** Task: its tries, and what the outside reports of them. */
import { type RequestId, taskRequestId } from '../../types/index.js';
import { readPath } from '../data/index.js';
import { StateError, type StateFailure } from '../failure.js';
import { isJsonObject, type JsonValue } from '../json.js';
import { resourceOf, type TaskState } from '../language/index.js';
import type { TaskReport, TaskRequest, TaskResource } from '../tasks/types.js';
import { EvaluationFailure, evaluateFields, expectType, type Phase } from './evaluation.js';
import { fillField } from './fill-field.js';
import { leave } from './leave.js';
import { type Machine, tooLarge } from './machine.js';
import { Payload } from './payload.js';
import { giveInput, selectInput, takeResult } from './pipeline.js';
import { TaskEvents } from './task-events.js';
import type { TaskUnderWay, Thread } from './thread.js';

/** Schedules a try. */
export function* scheduleTask(machine: Machine, thread: Thread, state: TaskState): Phase<void> {
  const { facts, options, recorder } = machine;
  const resource = resourceIn(thread);
  const taskToken = waitsForToken(resource) ? options.uuid() : null;
  if (taskToken !== null) recorder.set(thread, { taskToken });
  const given = yield* giveInput(machine, thread, state);
  const timeoutSeconds = yield* secondsOf(machine, thread, state, 'TimeoutSeconds');
  const heartbeatSeconds = yield* secondsOf(machine, thread, state, 'HeartbeatSeconds');
  const roleArn = yield* roleOf(machine, thread, state);
  machine.requireFit(given.fits, thread.kept.state);
  const input = given.text;
  new TaskEvents(machine, thread, resource).scheduled({
    input,
    timeoutSeconds,
    heartbeatSeconds,
    roleArn,
  });
  const task: TaskUnderWay = {
    id: `${recorder.lastId}`,
    taskToken: resource.kind === 'activity' ? options.uuid() : taskToken,
    requestId: taskRequestId(facts.arn, facts.startedAtMs, recorder.lastId),
    roleArn,
    timeoutSeconds,
    heartbeatSeconds,
    timeoutDueMs: timeoutSeconds === null ? 0 : machine.nowMs + timeoutSeconds * 1000,
    started: false,
  };
  recorder.set(thread, { given, position: { at: 'task', task } });
  startTask(machine, thread, task);
}

/** The effects of a try that is scheduled: again after a restart. */
export function startTask(machine: Machine, thread: Thread, task: TaskUnderWay): void {
  const { facts } = machine;
  const resource = resourceIn(thread);
  machine.tasks.set(task.id, thread);
  const request: TaskRequest = {
    id: task.id,
    executionArn: facts.arn,
    stateMachineArn: facts.stateMachineArn,
    resource,
    input: thread.kept.given.text,
    taskToken: task.taskToken,
    requestId: task.requestId as RequestId,
    heartbeatSeconds: task.heartbeatSeconds,
    timeoutSeconds: task.timeoutSeconds,
    traceId: facts.traceId,
    ...(task.roleArn === null ? {} : { roleArn: task.roleArn }),
  };
  machine.effects.push({ kind: 'start-task', request });
  if (task.timeoutDueMs > 0) machine.setTimer(`timeout#${task.id}`, task.timeoutDueMs);
  if (waitsForToken(resource) || (resource.kind === 'activity' && task.started)) {
    keepAlive(machine, task);
  }
}

/** The outside is still there. */
export function keepAlive(machine: Machine, { id, heartbeatSeconds }: TaskUnderWay): void {
  if (heartbeatSeconds === null) return;
  machine.setTimer(`heartbeat#${id}`, machine.nowMs + heartbeatSeconds * 1000);
}

export function stopTask(machine: Machine, task: TaskUnderWay, cancel: boolean): void {
  machine.tasks.delete(task.id);
  if (cancel) machine.effects.push({ kind: 'cancel-task', task: task.id });
  if (task.timeoutDueMs > 0) machine.cancelTimer(`timeout#${task.id}`);
  if (task.heartbeatSeconds !== null) machine.cancelTimer(`heartbeat#${task.id}`);
}

export function taskReported(
  machine: Machine,
  thread: Thread,
  task: TaskUnderWay,
  report: TaskReport,
): void {
  const resource = resourceIn(thread);
  const events = new TaskEvents(machine, thread, resource);
  switch (report.kind) {
    case 'started':
      start(machine, thread, task, events, report.workerName);
      if (resource.kind === 'activity') keepAlive(machine, task);
      return;
    case 'submitted':
      if (task.submitted === true) return;
      start(machine, thread, task, events);
      events.submitted(report.output);
      machine.recorder.set(thread, {
        position: { at: 'task', task: { ...task, started: true, submitted: true } },
      });
      return;
    case 'succeeded': {
      start(machine, thread, task, events);
      stopTask(machine, task, false);
      const result = Payload.ofText(report.output);
      if (result.fits) {
        events.succeeded(report.output);
        machine.recorder.set(thread, { result, position: { at: 'result' } });
        return;
      }
      const cause = tooLarge(resource.kind === 'service' ? resource.service : resource.arn);
      end(machine, thread, events, 'task', { error: 'States.DataLimitExceeded', cause });
      return;
    }
    case 'failed': {
      const { at, error, cause } = report;
      if (at === 'submit' || at === 'task') start(machine, thread, task, events);
      stopTask(machine, task, false);
      end(machine, thread, events, at, { error, cause });
    }
  }
}

/** `error`: `States.Timeout` or `States.HeartbeatTimeout`. */
export function taskTimedOut(
  machine: Machine,
  thread: Thread,
  task: TaskUnderWay,
  error: string,
): void {
  const resource = resourceIn(thread);
  const events = new TaskEvents(machine, thread, resource);
  if (resource.kind !== 'activity') start(machine, thread, task, events);
  stopTask(machine, task, true);
  const failure: StateFailure = { error, cause: '', hasCause: false };
  events.timedOut(failure);
  machine.recorder.set(thread, { position: { at: 'failure', failure } });
}

export function* taskDone(machine: Machine, thread: Thread, state: TaskState): Phase<void> {
  const { result } = thread.kept;
  leave(machine, thread, yield* takeResult(machine, thread, result, state), state.Next);
}

function start(
  machine: Machine,
  thread: Thread,
  task: TaskUnderWay,
  events: TaskEvents,
  workerName?: string,
): void {
  const { position } = thread.kept;
  if (position.at !== 'task' || position.task.started) return;
  events.started(workerName);
  machine.recorder.set(thread, { position: { at: 'task', task: { ...task, started: true } } });
}

function end(
  machine: Machine,
  thread: Thread,
  events: TaskEvents,
  at: 'schedule' | 'start' | 'submit' | 'task',
  failure: StateFailure,
): void {
  events.failed(at, failure);
  machine.recorder.set(thread, { position: { at: 'failure', failure } });
}

/** Read once of each state: a try asks for it several times. */
const resources = new WeakMap<TaskState, TaskResource>();

export function resourceIn(thread: Thread): TaskResource {
  const state = thread.definition as TaskState;
  const known = resources.get(state);
  if (known) return known;
  const resource = resourceOf(state.Resource);
  if (!resource) {
    throw new StateError('States.Runtime', `The resource '${state.Resource}' is not known.`);
  }
  resources.set(state, resource);
  return resource;
}

function waitsForToken(resource: TaskResource): boolean {
  return resource.kind === 'service' && resource.mode === 'wait-for-task-token';
}

function* secondsOf(
  machine: Machine,
  thread: Thread,
  state: TaskState,
  name: 'TimeoutSeconds' | 'HeartbeatSeconds',
): Phase<number | null> {
  const path = state[`${name}Path`];
  const template = state[name];
  if (path === undefined && template === undefined) return null;
  if (path === undefined || machine.isJsonata(thread)) {
    const field = { name, template: template ?? null };
    const [value = null] = yield* evaluateFields([field], machine.states(thread), thread.variables);
    expectType(value, 'number', name, template ?? null);
    const seconds = Number(value);
    if (Number.isInteger(seconds) && seconds > 0) return seconds;
    const cause = `The ${name} field must be a positive integer, but was: ${shown(value)}`;
    throw new EvaluationFailure('States.QueryEvaluationError', cause, name);
  }
  const input = selectInput(machine, thread, state).value;
  // a text that is a number will do, as for the numbers of a Map
  const text = shown(readPath(path, machine.scope(thread, input)));
  if (/^0*[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new StateError(
    'States.Runtime',
    `The ${name}Path field refers to value "${text}" which is not a valid integer: ${path}`,
  );
}

export function shown(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function* roleOf(machine: Machine, thread: Thread, state: TaskState): Phase<string | null> {
  const { Credentials } = state;
  if (Credentials === undefined) return null;
  const credentials = yield* fillField(machine, thread, 'Credentials', Credentials);
  const role = isJsonObject(credentials) ? credentials.RoleArn : undefined;
  return typeof role === 'string' ? role : null;
}
