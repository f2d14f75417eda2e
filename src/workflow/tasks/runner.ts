/**
 * Finds what stands behind the Resource of a task and has it work. What is waited for by a token goes on after the
 * answer of the service, until the outside ends it; an activity is nothing but that.
 */
import { type Cancelled, limits } from '../../types/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { type Integration, TaskCancellation, TaskFailure } from './integration.js';
import type { CancelTask, TaskReport, TaskRequest, TaskResource, TaskRunner } from './types.js';

export interface TasksDeps {
  /** Undefined for what this cluster does not offer. */
  find(resource: TaskResource): Integration | undefined;
  /** Whether a majority knows of no such activity. */
  lacksActivity(arn: string, signal: Cancelled): Promise<boolean>;
  /** Of an adapter's own mistake: an error that is nobody's. */
  onFault(request: TaskRequest, thrown: unknown): void;
}

/** Costs less than `queueMicrotask`, which makes a resource of its own for each call. */
const afterThis = Promise.resolve();

export class Tasks implements TaskRunner {
  constructor(private readonly deps: TasksDeps) {}

  begin(request: TaskRequest, tell: (report: TaskReport) => void): CancelTask {
    const attempt = new TaskCancellation();
    const tellOnly = (report: TaskReport): void => {
      if (!attempt.aborted) tell(report);
    };
    // nothing is told before this has returned
    void afterThis.then(() => {
      const { resource } = request;
      if (resource.kind === 'activity') void this.#check(resource.arn, attempt, tellOnly);
      else void this.#run(request, attempt, tellOnly);
    });
    return (why) => attempt.cancel(why === 'given-up');
  }

  /** Workers ask for what an activity does; nobody could for one that there is not. */
  async #check(arn: string, signal: Cancelled, tell: (report: TaskReport) => void): Promise<void> {
    if (!(await this.deps.lacksActivity(arn, signal))) return;
    const cause = `The activity ${arn} does not exist.`;
    tell({ kind: 'failed', at: 'schedule', error: 'States.Runtime', cause });
  }

  async #run(
    request: TaskRequest,
    signal: TaskCancellation,
    tell: (report: TaskReport) => void,
  ): Promise<void> {
    const mode = request.resource.kind === 'service' ? request.resource.mode : 'request-response';
    let isSubmitted = mode === 'request-response';
    const submitted = (output: string): void => {
      isSubmitted = true;
      tell({ kind: 'submitted', output });
    };
    tell({ kind: 'started' });
    try {
      const integration = this.deps.find(request.resource);
      if (integration === undefined) throw notOffered(request.resource);
      const parameters = parametersOf(request);
      const output = await integration({ request, parameters, signal, submitted });
      if (Buffer.byteLength(output) > limits.taskResultBytesMax) throw tooLarge(request.resource);
      if (mode === 'wait-for-task-token') submitted(output);
      else tell({ kind: 'succeeded', output });
    } catch (thrown) {
      const { error, causeText } = this.#failure(request, thrown);
      tell({
        kind: 'failed',
        at: isSubmitted ? 'task' : 'submit',
        error: error.slice(0, limits.failureErrorMax),
        cause: causeText.slice(0, limits.failureCauseMax),
      });
    }
  }

  #failure(request: TaskRequest, thrown: unknown): TaskFailure {
    if (thrown instanceof TaskFailure) return thrown;
    this.deps.onFault(request, thrown);
    return new TaskFailure('States.Runtime', 'An internal error occurred.');
  }
}

/** The input of a function is whatever it is; a service is asked by an object. */
function parametersOf({ resource, input }: TaskRequest): JsonObject {
  if (resource.kind !== 'service') return {};
  const parameters = JSON.parse(input) as JsonValue;
  if (isJsonObject(parameters)) return parameters;
  throw new TaskFailure('States.Runtime', 'The parameters of a service must be an object.');
}

function notOffered(resource: TaskResource): TaskFailure {
  if (resource.kind !== 'service') throw new TypeError('every function is offered');
  const problem = `This cluster does not offer ${resource.resource} of the service ${resource.service} to state machines.`;
  return new TaskFailure('States.TaskFailed', problem);
}

function tooLarge(resource: TaskResource): TaskFailure {
  const name = resource.kind === 'service' ? resource.service : resource.arn;
  return new TaskFailure(
    'States.DataLimitExceeded',
    `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
