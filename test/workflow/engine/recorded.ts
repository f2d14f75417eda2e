/**
 * Replays recorded scenarios against the engine alone, in a laboratory: what differs is the engine's doing, not the API's.
 * `node dist/test/workflow/engine/recorded.js pure|lambda [part of a scenario's name]`
 */
import { join } from 'node:path';
import { account } from '../../../src/types/index.js';
import type { StateMachineType } from '../../../src/workflow/language/index.js';
import type { TaskReport, TaskRequest } from '../../../src/workflow/tasks/types.js';
import { type Outcome, type Params, replay, type World } from '../../conformance/replay.js';
import { readSet, type Scenario, type TransformerSpec } from '../../conformance/scenario.js';
import { derive } from '../../conformance/stepfunctions/derived.js';
import { withMapRuns } from '../../conformance/stepfunctions/map-runs.js';
import { root } from '../../e2e/cluster-harness.js';
import { apiEvents, type LabReport, type LabRun, runLab, stopLab } from '../lab.js';

const states = `arn:aws:states:us-east-1:${account}`;

interface Created {
  readonly definition: unknown;
  readonly roleArn: string;
  readonly type: StateMachineType;
}

/** Functions are known by what their recorded handlers are called. */
class LabWorld implements World {
  readonly origin = { account, region: 'us-east-1' };
  readonly #machines = new Map<string, Created>();
  readonly #runs = new Map<string, LabRun>();
  readonly #handlers = new Map<string, string>();
  #executions = 0;

  readonly services = {
    stepfunctions: {
      call: (op: string, params: Params): Promise<Outcome> => this.#call(op, params),
      wait: async (): Promise<void> => {},
    },
  };

  readonly derive = derive;

  async createFunction(step: Parameters<World['createFunction']>[0]): Promise<Outcome> {
    this.#handlers.set(step.lambda, step.handlerFile ?? '');
    const FunctionArn = `arn:aws:lambda:us-east-1:${account}:function:${step.lambda}`;
    return { failed: false, answer: { FunctionName: step.lambda, FunctionArn } };
  }

  async await(): Promise<void> {}

  async http(): Promise<never> {
    throw new Error('nothing is asked by HTTP');
  }

  async blob(): Promise<never> {
    throw new Error('there are no archives');
  }

  completed(
    specs: readonly TransformerSpec[],
    history: Parameters<World['completed']>[1],
  ): readonly TransformerSpec[] {
    return withMapRuns(specs, history);
  }

  async #call(op: string, params: Params): Promise<Outcome> {
    const answer = (await this.#answer(op, params)) as Outcome['answer'];
    return { failed: false, answer };
  }

  async #answer(op: string, params: Params): Promise<unknown> {
    switch (op) {
      case 'CreateStateMachine': {
        const stateMachineArn = `${states}:stateMachine:${params.name}`;
        this.#machines.set(stateMachineArn, {
          definition: JSON.parse(String(params.definition)),
          roleArn: String(params.roleArn),
          type: params.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
        });
        return { stateMachineArn, creationDate: new Date() };
      }
      case 'StartExecution':
      case 'StartSyncExecution': {
        const run = await this.#start(params);
        if (op === 'StartExecution') return { executionArn: run.facts.arn, startDate: new Date() };
        const { end } = run;
        return end?.status === 'SUCCEEDED' ? { status: end.status, output: end.output } : end;
      }
      case 'GetExecutionHistory': {
        const run = this.#runs.get(String(params.executionArn));
        const events = apiEvents(run?.records ?? []).map((event) => ({
          ...event,
          timestamp: new Date(String(event.timestamp)),
        }));
        return { events, ResponseMetadata: { HTTPStatusCode: 200 } };
      }
      case 'DescribeExecution': {
        return { status: this.#runs.get(String(params.executionArn))?.end?.status ?? 'RUNNING' };
      }
      default:
        return {};
    }
  }

  async #start(params: Params): Promise<LabRun> {
    const machine = this.#machines.get(String(params.stateMachineArn));
    this.#executions += 1;
    // when what was made from "now" was made
    const startMs = Date.UTC(2026, 10, 21, 5, 46, 58);
    const run = await runLab({
      definition: machine?.definition,
      input: String(params.input ?? '{}'),
      type: machine?.type ?? 'STANDARD',
      roleArn: machine?.roleArn ?? '',
      name: String(params.name ?? `execution-${this.#executions}`),
      stateMachineName: String(params.stateMachineArn).split(':').at(-1) ?? '',
      startMs,
      untilMs: startMs + 1_000_000_000,
      task: (request) => this.#task(request),
    });
    this.#runs.set(run.facts.arn, run);
    return run;
  }

  #task({ resource, input }: TaskRequest): readonly LabReport[] {
    const given = JSON.parse(input) as { FunctionName?: string; Payload?: unknown };
    const isFunction = resource.kind === 'function';
    const arn = isFunction ? resource.arn : String(given.FunctionName);
    const name = arn.split(':').at(-1) ?? '';
    const file = this.#handlers.get(name) ?? '';
    const failed = (error: string, cause: string): LabReport[] => [
      { report: { kind: 'failed', at: 'task', error, cause } },
    ];
    if (file.includes('wait_60')) return [];
    if (file.includes('custom_exception')) return failed('CustomException', '{}');
    if (file.includes('exception')) return failed('Exception', '{}');
    const payload = isFunction ? given : given.Payload;
    const output = file.includes('large_output') ? '\u{1F600}'.repeat(80_000) : payload;
    const result = isFunction ? output : { Payload: output, StatusCode: 200 };
    const report: TaskReport = { kind: 'succeeded', output: JSON.stringify(result ?? null) };
    return [{ report }];
  }
}

async function main(set = 'pure', part = ''): Promise<void> {
  const scenarios = readSet(join(root, `../shared/suites/stepfunctions-${set}.ndjson.gz`)) ?? [];
  let equal = 0;
  const asked = scenarios.filter(({ id }) => id.includes(part));
  for (const scenario of asked) {
    const shown = await differencesOf(scenario);
    if (shown.length === 0) equal += 1;
    else process.stdout.write(`${scenario.id}\n${shown.join('\n')}\n`);
  }
  process.stdout.write(`${set}: ${equal}/${asked.length}\n`);
  stopLab();
}

async function differencesOf(scenario: Scenario): Promise<string[]> {
  try {
    const { differences } = await replay(scenario, new LabWorld());
    return differences
      .slice(0, 12)
      .map(
        ({ path, expected, actual }) =>
          `  ${path}: ${JSON.stringify(expected)?.slice(0, 300)} <> ${JSON.stringify(actual)?.slice(0, 300)}`,
      );
  } catch (error) {
    return [`  ${error instanceof Error ? (error.stack ?? '').slice(0, 600) : String(error)}`];
  }
}

await main(...process.argv.slice(2));
