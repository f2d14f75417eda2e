/** Distributed Map: its items are executions of their own, which somebody else runs; here are its request and its report. */
import { createHash } from 'node:crypto';
import { mapRunArn } from '../arns.js';
import type { StateFailure } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { MapState } from '../language/index.js';
import { contextOf } from './context.js';
import type { Phase } from './evaluation.js';
import { itemInput } from './item-input.js';
import type { Machine } from './machine.js';
import { mapFields } from './map-fields.js';
import { percentage, wholeNumber } from './numbers.js';
import { Payload } from './payload.js';
import { selectInput } from './pipeline.js';
import type { MapRunPlan, Thread } from './thread.js';
import type { MapRunReport, MapRunRequest } from './types.js';

export function* startDistributed(
  machine: Machine,
  thread: Thread,
  state: MapState,
  items: Payload,
  maxConcurrency: number,
): Phase<void> {
  const count = yield* wholeNumber(machine, thread, state, 'ToleratedFailureCount');
  const percent = yield* percentage(machine, thread, state, 'ToleratedFailurePercentage');
  const reads = state.ItemReader !== undefined;
  const hasSelector = (state.ItemSelector ?? state.Parameters) !== undefined;
  const selects = hasSelector && !reads;
  const plan: MapRunPlan = {
    id: machine.options.uuid(),
    label: state.Label ?? madeUpLabel(machine, thread.kept.state),
    follows: thread.kept.last,
    maxConcurrency,
    toleratedFailureCount: count,
    toleratedFailurePercentage: percent,
    ...(yield* mapFields(machine, thread, state)),
  };
  const given = selects ? yield* selectAll(machine, thread, items) : items;
  machine.recorder.next(thread, 'MapRunStarted', () => ({ mapRunArn: arnOf(machine, plan) }));
  machine.recorder.set(thread, { given, mapRun: plan, position: { at: 'map-run' } });
  requestMapRun(machine, thread, plan, 0);
}

/** Again after a restart, and with a redrive. */
export function requestMapRun(
  machine: Machine,
  thread: Thread,
  { follows: _follows, ...plan }: MapRunPlan,
  redriveCount: number,
): void {
  const { facts } = machine;
  const { kept } = thread;
  const state = thread.definition as MapState;
  const processor = state.ItemProcessor ?? state.Iterator;
  const items = kept.given.value as readonly JsonValue[];
  machine.mapRuns.set(plan.id, thread);
  const request: MapRunRequest = {
    ...plan,
    executionArn: facts.arn,
    state,
    stateName: kept.state,
    executionType: processor?.ProcessorConfig?.ExecutionType ?? 'STANDARD',
    items,
    redriveCount,
    ...(state.ItemReader === undefined ? {} : { selection: selectionOf(machine, thread, state) }),
  };
  machine.effects.push({ kind: 'start-map-run', request });
}

export function mapRunReported(machine: Machine, thread: Thread, report: MapRunReport): void {
  const { recorder, mapRuns } = machine;
  const { mapRun } = thread.kept;
  if (mapRun) mapRuns.delete(mapRun.id);
  if (report.kind === 'failed') {
    const failure: StateFailure = { error: report.error, cause: report.cause };
    recorder.next(thread, 'MapRunFailed', () => ({ error: failure.error, cause: failure.cause }));
    recorder.set(thread, { position: { at: 'failure', failure } });
    return;
  }
  const last = recorder.next(thread, 'MapRunSucceeded');
  recorder.event('MapStateSucceeded', last);
  recorder.set(thread, {
    result: Payload.ofText(report.output),
    mapRun: null,
    position: { at: 'result' },
  });
}

export function redriveMapRun(
  machine: Machine,
  thread: Thread,
  plan: MapRunPlan,
  redriveCount: number,
): void {
  const details = { mapRunArn: arnOf(machine, plan), redriveCount };
  const last = machine.recorder.event('MapRunRedriven', plan.follows, () => details);
  machine.recorder.set(thread, { last, position: { at: 'map-run' } });
  requestMapRun(machine, thread, plan, redriveCount);
}

function arnOf({ facts }: Machine, { label, id }: MapRunPlan): string {
  return mapRunArn(facts.stateMachineName, label, id);
}

/** Of a state without a Label: a UUID, always the same one. */
function madeUpLabel(machine: Machine, state: string): string {
  const hash = createHash('sha256').update(`${machine.facts.stateMachineArn}/${state}`);
  const hex = hash.digest('hex');
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ];
  return `${a}-${b}-${c}-${d}-${e}`;
}

function* selectAll(machine: Machine, thread: Thread, items: Payload): Phase<Payload> {
  const inputs: JsonValue[] = [];
  const { length } = items.value as readonly JsonValue[];
  for (let index = 0; index < length; index += 1) {
    inputs.push((yield* itemInput(machine, thread, items, index, 'STATE_DATA')).value);
  }
  return Payload.ofValue(inputs);
}

function selectionOf(
  machine: Machine,
  thread: Thread,
  state: MapState,
): { input: JsonValue; context: JsonObject; variables: JsonObject } {
  const input = machine.isJsonata(thread)
    ? thread.kept.input.value
    : selectInput(machine, thread, state).value;
  return { input, context: contextOf(machine, thread), variables: thread.variables };
}
