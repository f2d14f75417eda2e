/** The API of workflows over a registry whose log is an array, and executions that run nowhere: they are as tests say. */
import { type SimulatedClock, seededRandom } from '../../../src/lib/index.js';
import { HearthError } from '../../../src/types/index.js';
import { executionArn, expressArn } from '../../../src/workflow/arns.js';
import type {
  ActivityTask,
  Executions,
  ExecutionView,
  MapRunView,
  NewExecution,
  Page,
  PageAsked,
  TokenSignal,
} from '../../../src/workflow/executions/types.js';
import type { HistoryEvent } from '../../../src/workflow/history.js';
import { type RegistryCommand, RegistryCore } from '../../../src/workflow/registry/index.js';
import { WorkflowService } from '../../../src/workflow/service/index.js';

export const role = 'arn:aws:iam::123456789012:role/states';
export const passing = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}';

export class FakeExecutions implements Executions {
  readonly views = new Map<string, ExecutionView>();
  readonly definitions = new Map<string, string>();
  readonly events = new Map<string, readonly HistoryEvent[]>();
  readonly runs = new Map<string, MapRunView>();
  readonly signals: (readonly [token: string, signal: TokenSignal])[] = [];
  /** What workers are given, and then nothing. */
  readonly tasks: ActivityTask[] = [];

  constructor(private readonly clock: Pick<SimulatedClock, 'wallMs'>) {}

  async start(asked: NewExecution) {
    const { stateMachineName, name } = asked;
    const arn =
      asked.type === 'EXPRESS'
        ? expressArn(stateMachineName, name, 'run')
        : executionArn(stateMachineName, name);
    const known = this.views.get(arn);
    if (known !== undefined) {
      if (known.status === 'RUNNING' && known.input === asked.input) {
        return { arn, startedAtMs: known.startedAtMs };
      }
      throw new HearthError('execution-already-exists', `Execution Already Exists: '${arn}'`);
    }
    const startedAtMs = this.clock.wallMs();
    this.views.set(arn, {
      ...asked,
      arn,
      status: 'RUNNING',
      startedAtMs,
      endedAtMs: 0,
      output: null,
      failure: null,
      redriveCount: 0,
      redrivenAtMs: 0,
      notRedrivable: 'Execution is RUNNING and cannot be redriven',
    });
    this.definitions.set(arn, asked.definition);
    return { arn, startedAtMs };
  }

  async startSync(asked: NewExecution) {
    const { arn } = await this.start(asked);
    this.end(arn, asked.input);
    return { ...this.viewed(arn), billedMs: 1 };
  }

  /** It has succeeded. */
  end(arn: string, output: string): void {
    const endedAtMs = this.clock.wallMs();
    const notRedrivable = 'Execution is SUCCEEDED and cannot be redriven';
    const end = { status: 'SUCCEEDED', endedAtMs, output, notRedrivable } as const;
    this.views.set(arn, { ...this.viewed(arn), ...end });
  }

  async get(arn: string) {
    return this.views.get(arn);
  }

  async list(filter: { readonly stateMachineArn?: string }, page: PageAsked) {
    const all = [...this.views.values()].reverse();
    return pageOf(
      all.filter((view) => view.stateMachineArn === filter.stateMachineArn),
      page,
    );
  }

  async history(arn: string, page: PageAsked, newestFirst: boolean) {
    this.viewed(arn);
    const events = this.events.get(arn) ?? [];
    return pageOf(newestFirst ? events.toReversed() : events, page);
  }

  async definition(arn: string) {
    return this.definitions.get(arn);
  }

  async stop(arn: string, error: string | null, cause: string | null) {
    const view = this.viewed(arn);
    if (view.status !== 'RUNNING') return view.endedAtMs;
    const failure = {
      error: error ?? '',
      cause: cause ?? '',
      hasError: error !== null,
      hasCause: cause !== null,
    };
    const endedAtMs = this.clock.wallMs();
    this.views.set(arn, { ...view, status: 'ABORTED', endedAtMs, failure, notRedrivable: null });
    return endedAtMs;
  }

  async redrive(arn: string) {
    const view = this.viewed(arn);
    if (view.notRedrivable !== null) {
      throw new HearthError('execution-not-redrivable', view.notRedrivable);
    }
    return this.clock.wallMs();
  }

  async signal(taskToken: string, signal: TokenSignal) {
    this.signals.push([taskToken, signal]);
  }

  async takeActivityTask() {
    return this.tasks.shift() ?? null;
  }

  async mapRun(arn: string) {
    return this.runs.get(arn);
  }

  async mapRuns(arn: string, page: PageAsked) {
    return pageOf(
      [...this.runs.values()].filter((run) => run.executionArn === arn),
      page,
    );
  }

  async updateMapRun() {}

  async ended(arn: string) {
    return this.viewed(arn);
  }

  stats() {
    const ended = { SUCCEEDED: 0, FAILED: 0, TIMED_OUT: 0, ABORTED: 0 };
    const counts = { started: 0, transitions: 0, tasksUnderWay: 0, adopted: 0 };
    return { running: this.views.size, ended, historyBytes: 0, ...counts };
  }

  private viewed(arn: string): ExecutionView {
    const view = this.views.get(arn);
    if (view !== undefined) return view;
    throw new HearthError('execution-does-not-exist', `Execution Does Not Exist: '${arn}'`);
  }
}

export interface FakeWorkflows {
  readonly service: WorkflowService;
  readonly core: RegistryCore;
  readonly executions: FakeExecutions;
  readonly log: RegistryCommand[];
}

export function fakeWorkflows(clock: Pick<SimulatedClock, 'wallMs'>): FakeWorkflows {
  const core = new RegistryCore();
  const executions = new FakeExecutions(clock);
  const log: RegistryCommand[] = [];
  let made = 0;
  const service = new WorkflowService({
    registry: {
      core,
      propose: async (command) => {
        log.push(command);
        return core.apply(JSON.parse(JSON.stringify(command)), clock.wallMs());
      },
      catchUp: async () => true,
    },
    executions,
    testState: async () => ({ status: 'SUCCEEDED' }),
    random: seededRandom(1),
    uuid: () => `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`,
  });
  return { service, core, executions, log };
}

/** `after` is how many came before. */
function pageOf<Item>(items: readonly Item[], { after = '0', itemsMax }: PageAsked): Page<Item> {
  const from = Number(after);
  const to = from + itemsMax;
  return { items: items.slice(from, to), next: to < items.length ? String(to) : null };
}
