/**
 * JSONata for engines: the simplest expressions at once, the others in two threads of bounded time and memory. What does
 * not end soon in the one goes on in the other, from its beginning, so that long ones hold up only each other.
 */
import type { Clock } from '../../lib/index.js';
import type { Cancelled } from '../../types/index.js';
import { fitsInto } from '../data/index.js';
import type { JsonObject, JsonValue } from '../json.js';
import { bounds } from './bounds.js';
import { evaluateDirectly, notDirect } from './direct.js';
import { nothing } from './evaluation.js';
import {
  type Allowance,
  type Answer,
  EvaluationThread,
  type Question,
} from './evaluation-thread.js';
import { expressionProblem, expressionRoot, isParsedHere, referencesOf } from './expression.js';
import { fill, type Slot, slotsOf } from './template.js';
import type { EvaluationField, EvaluationRequest, EvaluationResult, Evaluator } from './types.js';

interface FieldSlot extends Slot {
  readonly location: string;
}

export type Evaluating = Pick<EvaluationThread, 'evaluate' | 'stop'>;

export class JsonataEvaluator implements Evaluator {
  readonly #quick: Evaluating;
  readonly #long: Evaluating;
  /** Expressions that were late among the quick ones, and until when they are not tried there again. */
  readonly #longOnes = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    long: Allowance = bounds.long,
    makeThread = (allowance: Allowance): Evaluating => new EvaluationThread(clock, allowance),
  ) {
    this.#quick = makeThread(bounds.quick);
    this.#long = makeThread(long);
  }

  async evaluate(request: EvaluationRequest, signal?: Cancelled): Promise<EvaluationResult> {
    const direct = evaluateAtOnce(request);
    if (direct !== null) return direct;
    const slots = allSlots(request.fields);
    const texts = slots.map(({ text }) => text);
    const bindings = JSON.stringify(bindingsFor(texts, request));
    return resultOf(await this.#answer({ texts, bindings }, signal), request, slots);
  }

  /** Nothing is evaluated any more. */
  stop(): void {
    this.#quick.stop();
    this.#long.stop();
  }

  async #answer(question: Question, signal?: Cancelled): Promise<Answer> {
    const nowMs = this.clock.nowMs();
    if (!question.texts.some((text) => (this.#longOnes.get(text) ?? 0) > nowMs)) {
      const answer = await this.#quick.evaluate(question, signal);
      if (answer.kind !== 'late') return answer;
      for (const text of question.texts) this.#remember(text);
    }
    return this.#long.evaluate(question, signal);
  }

  #remember(text: string): void {
    this.#longOnes.delete(text);
    this.#longOnes.set(text, this.clock.nowMs() + bounds.longOnesMs);
    if (this.#longOnes.size <= bounds.longOnesKept) return;
    for (const oldest of this.#longOnes.keys()) {
      this.#longOnes.delete(oldest);
      return;
    }
  }
}

/** What a request of only the simplest expressions gives (or of one that cannot be); null where a thread is needed. */
export function evaluateAtOnce(request: EvaluationRequest): EvaluationResult | null {
  const bindings = { ...request.variables, states: request.states };
  const values: JsonValue[] = [];
  const slots = allSlots(request.fields);
  if (!slots.every(({ text }) => isParsedHere(text))) return null;
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
    case 'late':
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
  if (!texts.every(isParsedHere)) return { ...request.variables, states: request.states };
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
