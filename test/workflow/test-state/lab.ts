/** TestState with tasks, time and expressions that stand still unless a test moves them. */
import { SimulatedClock } from '../../../src/lib/index.js';
import type { JsonObject, JsonValue } from '../../../src/workflow/json.js';
import type { EvaluationRequest, Evaluator } from '../../../src/workflow/jsonata/types.js';
import type { TaskReport, TaskRequest, TaskRunner } from '../../../src/workflow/tasks/types.js';
import {
  type TestStateAnswer,
  type TestStateRequest,
  testStateWith,
} from '../../../src/workflow/test-state/index.js';

export class TestStateLab {
  readonly clock = new SimulatedClock();
  readonly asked: TaskRequest[] = [];
  /** What tasks end with; undefined: never. */
  report: TaskReport | undefined = { kind: 'succeeded', output: '{}' };
  cancelled = 0;
  #made = 0;

  readonly #tasks: TaskRunner = {
    begin: (request, tell) => {
      this.asked.push(request);
      const { report } = this;
      if (report !== undefined) this.clock.after(1, () => tell(report));
      return () => {
        this.cancelled++;
      };
    },
  };

  readonly #test = testStateWith({
    evaluator: memberEvaluator,
    tasks: this.#tasks,
    clock: this.clock,
    random: () => 0.5,
    uuid: () => `00000000-0000-4000-8000-${String(this.#made++).padStart(12, '0')}`,
  });

  async test(
    state: JsonObject,
    more: Omit<TestStateRequest, 'definition'> = {},
    waitMs = 1,
  ): Promise<TestStateAnswer> {
    const answer = this.#test({ definition: JSON.stringify(state), ...more });
    const told = answer.catch(() => {});
    // each expression takes a turn
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    this.clock.advance(waitMs);
    await told;
    return answer;
  }
}

/** Knows `{% $states.a.b %}` and `{% $name.a %}` alone. */
const memberEvaluator: Evaluator = {
  evaluate: async (request) => {
    try {
      return {
        kind: 'values',
        values: request.fields.map(({ template }) => evaluated(template, request)),
      };
    } catch (error) {
      const location = request.fields[0]?.name ?? '';
      const cause = String(error);
      return { kind: 'failed', error: 'States.QueryEvaluationError', cause, location };
    }
  },
};

function evaluated(template: JsonValue, request: EvaluationRequest): JsonValue {
  if (typeof template === 'string') {
    const path = /^\{% \$(.*) %\}$/.exec(template)?.[1]?.split('.');
    return path === undefined ? template : member(path, request);
  }
  if (Array.isArray(template)) return template.map((entry: JsonValue) => evaluated(entry, request));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, entry]) => [name, evaluated(entry, request)]),
  );
}

function member(path: readonly string[], { states, variables }: EvaluationRequest): JsonValue {
  let found: JsonValue | undefined = { states, ...variables };
  for (const name of path) found = (found as JsonObject | undefined)?.[name];
  if (found === undefined) throw new Error(`${path.join('.')} is not there`);
  return found;
}
