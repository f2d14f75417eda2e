/** One test of one state: what it is made of, and what is noted of its way. */
import type { Clock } from '../../lib/index.js';
import { Effort, type Scope } from '../data/index.js';
import { StateError } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { EvaluationField, Evaluator } from '../jsonata/types.js';
import type { State } from '../language/index.js';
import type { TaskRunner } from '../tasks/types.js';
import type { MockedOutcome } from './mock.js';
import type { Texts } from './texts.js';
import type { TestStateRequest } from './types.js';

/** What tests need of the rest of a node. */
export interface TestStateParts {
  readonly evaluator: Evaluator;
  readonly tasks: TaskRunner;
  readonly clock: Clock;
  /** Between 0 and 1. */
  random(): number;
  uuid(): string;
}

export interface TrialFacts<Of extends State = State> {
  readonly request: TestStateRequest;
  readonly name: string;
  readonly state: Of;
  readonly input: JsonValue;
  readonly context: JsonObject;
  readonly variables: JsonObject;
  readonly mock: MockedOutcome | undefined;
  readonly texts: Texts;
}

/** How a state goes on where it did not fail. */
export interface Passed {
  readonly output: JsonValue;
  readonly next?: string | undefined;
}

/** Thrown by a Fail state, which nothing catches; undefined is not told. */
export class StateEnd extends Error {
  override readonly name = 'StateEnd';
  constructor(readonly told: { readonly error?: string; readonly cause?: string }) {
    super('the state fails');
  }
}

export class Trial {
  readonly inspection: Record<string, JsonValue> = {};
  variables: JsonObject;

  constructor(
    readonly facts: TrialFacts,
    readonly parts: TestStateParts,
  ) {
    this.variables = facts.variables;
    this.note('input', facts.input);
  }

  /** As JSON text. */
  note(name: string, value: JsonValue): void {
    this.inspection[name] = this.facts.texts.write(value);
  }

  noteNumber(name: string, value: number): void {
    this.inspection[name] = value;
  }

  /** Of JSONPath. */
  scope(input: JsonValue, context = this.facts.context): Scope {
    const { parts } = this;
    return {
      input,
      context,
      variables: this.facts.variables,
      random: () => parts.random(),
      uuid: () => parts.uuid(),
      effort: new Effort(),
    };
  }

  /** Of JSONata: `more` stands beside `input` and `context` in `$states`. Throws StateError. */
  async evaluate(
    fields: readonly EvaluationField[],
    more: JsonObject = {},
    context = this.facts.context,
  ): Promise<readonly JsonValue[]> {
    const { input, variables } = this.facts;
    const states = { input, context, ...more };
    const answer = await this.parts.evaluator.evaluate({ fields, states, variables });
    if (answer.kind === 'values') return answer.values;
    throw new StateError(answer.error, answer.cause);
  }

  ended(error: string | undefined, cause: string | undefined): StateEnd {
    const told = {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
    return new StateEnd(told);
  }

  assign(values: JsonObject): void {
    this.variables = { ...this.variables, ...values };
  }
}
