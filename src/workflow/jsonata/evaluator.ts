/** JSONata for engines: the simplest expressions at once, the others in threads of bounded time and memory. */
import type { Clock } from '../../lib/index.js';
import { fitsInto } from '../data/index.js';
import type { JsonObject, JsonValue } from '../json.js';
import { bounds } from './bounds.js';
import { evaluateDirectly, notDirect } from './direct.js';
import { nothing } from './evaluation.js';
import { type Answer, EvaluationThread } from './evaluation-thread.js';
import { expressionProblem, expressionRoot, referencesOf } from './expression.js';
import { fill, type Slot, slotsOf } from './template.js';
import type { EvaluationField, EvaluationRequest, EvaluationResult, Evaluator } from './types.js';

interface FieldSlot extends Slot {
  readonly location: string;
}

/** Where expressions are evaluated that may take long. */
export type Evaluating = Pick<EvaluationThread, 'waiting' | 'isHeldUp' | 'evaluate' | 'stop'>;

export class JsonataEvaluator implements Evaluator {
  readonly #threads: Evaluating[] = [];

  constructor(
    clock: Clock,
    stalledMsMax: number = bounds.stalledMsMax,
    private readonly makeThread: () => Evaluating = () => new EvaluationThread(clock, stalledMsMax),
  ) {}

  async evaluate(request: EvaluationRequest): Promise<EvaluationResult> {
    const direct = evaluateAtOnce(request);
    if (direct !== null) return direct;
    const slots = allSlots(request.fields);
    const texts = slots.map(({ text }) => text);
    const bindings = JSON.stringify(bindingsFor(texts, request));
    const answer = await this.#thread().evaluate({ texts, bindings });
    return resultOf(answer, request, slots);
  }

  /** Nothing is evaluated any more. */
  stop(): void {
    for (const thread of this.#threads) thread.stop();
  }

  #thread(): Evaluating {
    const free = this.#threads.find((thread) => !thread.isHeldUp);
    if (free !== undefined) return free;
    if (this.#threads.length < bounds.threads) {
      const thread = this.makeThread();
      this.#threads.push(thread);
      return thread;
    }
    return this.#threads.reduce((least, each) => (each.waiting < least.waiting ? each : least));
  }
}

/** What a request of only the simplest expressions gives (or of one that cannot be); null where a thread is needed. */
export function evaluateAtOnce(request: EvaluationRequest): EvaluationResult | null {
  const bindings = { ...request.variables, states: request.states };
  const values: JsonValue[] = [];
  const slots = allSlots(request.fields);
  for (const slot of slots) {
    const problem = expressionProblem(slot.text);
    if (problem !== null) return failed(slot, `threw an error during evaluation. ${problem}`);
  }
  for (const slot of slots) {
    const value = evaluateDirectly(expressionRoot(slot.text), bindings);
    if (value === notDirect) return null;
    if (value === undefined) return failed(slot, nothing);
    if (!fitsInto(value, bounds.resultBytesMax)) return tooLarge(slot, request);
    values.push(value);
  }
  return filled(request, values);
}

function resultOf(
  answer: Answer,
  request: EvaluationRequest,
  slots: readonly FieldSlot[],
): EvaluationResult {
  switch (answer.kind) {
    case 'values':
      return filled(request, JSON.parse(answer.values) as JsonValue[]);
    case 'failed':
      return failed(slots[answer.index], answer.reason);
    case 'too-large':
      return tooLarge(slots[answer.index], request);
    case 'unanswered':
      return failed(slots[0], `threw an error during evaluation. ${answer.reason}`);
  }
}

function filled(request: EvaluationRequest, values: readonly JsonValue[]): EvaluationResult {
  const next = values.values();
  return { kind: 'values', values: request.fields.map(({ template }) => fill(template, next)) };
}

function failed(slot: FieldSlot | undefined, reason: string): EvaluationResult {
  const { text, location } = slot ?? { text: '', location: '' };
  return {
    kind: 'failed',
    error: 'States.QueryEvaluationError',
    cause: `The JSONata expression '${text}' specified for the field '${location}' ${reason}`,
    location,
  };
}

function tooLarge(slot: FieldSlot | undefined, { states }: EvaluationRequest): EvaluationResult {
  const context = states.context as JsonObject | undefined;
  const state = context?.State as JsonObject | undefined;
  return {
    kind: 'failed',
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${String(state?.Name ?? '')}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    location: slot?.location ?? '',
  };
}

function allSlots(fields: readonly EvaluationField[]): readonly FieldSlot[] {
  return fields.flatMap(({ name, template }) =>
    slotsOf(template).map((slot) => ({ ...slot, location: name + slot.path })),
  );
}

/** Only what the expressions read: a state's data may be large, and the thread is given a copy. */
function bindingsFor(texts: readonly string[], request: EvaluationRequest): JsonObject {
  const references = texts.map(referencesOf);
  const states = references.some(({ wholeStates }) => wholeStates)
    ? request.states
    : picked(request.states, new Set(references.flatMap((each) => each.states)));
  const named = new Set(references.flatMap(({ mentioned }) => mentioned));
  return { ...picked(request.variables, named), states };
}

function picked(values: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
