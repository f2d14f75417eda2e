/** The three families of events that a try of a Task makes: of functions, of activities, of services. */
import { region } from '../../types/index.js';
import type { StateFailure } from '../failure.js';
import type { HistoryEventType } from '../history.js';
import type { JsonObject } from '../json.js';
import type { TaskResource } from '../tasks/types.js';
import { failureDetails, type Machine } from './machine.js';
import type { Thread } from './thread.js';

export interface Scheduled {
  /** JSON text. */
  readonly input: string;
  readonly timeoutSeconds: number | null;
  readonly heartbeatSeconds: number | null;
  readonly roleArn: string | null;
}

const families = { function: 'LambdaFunction', activity: 'Activity', service: 'Task' } as const;

export class TaskEvents {
  readonly #family: string;
  readonly #named: JsonObject;

  constructor(
    private readonly machine: Machine,
    private readonly thread: Thread,
    private readonly resource: TaskResource,
  ) {
    this.#family = families[resource.kind];
    this.#named =
      resource.kind === 'service'
        ? { resourceType: resource.service, resource: resource.resource }
        : {};
  }

  scheduled({ input, timeoutSeconds, heartbeatSeconds, roleArn }: Scheduled): void {
    const { resource } = this;
    const limits = {
      ...(timeoutSeconds === null ? {} : { timeoutInSeconds: timeoutSeconds }),
      ...(heartbeatSeconds === null || resource.kind === 'function'
        ? {}
        : { heartbeatInSeconds: heartbeatSeconds }),
      ...(roleArn === null || resource.kind === 'activity' ? {} : { taskCredentials: { roleArn } }),
    };
    const what =
      resource.kind === 'service'
        ? { ...this.#named, region, parameters: input }
        : { resource: resource.arn, input, inputDetails: { truncated: false } };
    this.#next('Scheduled', { ...what, ...limits });
  }

  started(workerName?: string): void {
    if (this.resource.kind === 'function') this.#next('Started');
    else if (this.resource.kind === 'service') this.#next('Started', this.#named);
    else this.#next('Started', workerName === undefined ? {} : { workerName });
  }

  submitted(output: string): void {
    this.#next('Submitted', { ...this.#named, output, outputDetails: { truncated: false } });
  }

  succeeded(output: string): void {
    this.#next('Succeeded', { ...this.#named, output, outputDetails: { truncated: false } });
  }

  failed(at: 'schedule' | 'start' | 'submit' | 'task', failure: StateFailure): void {
    const details = { ...this.#named, ...failureDetails(failure) };
    this.#next(this.#failedAt(at), details);
  }

  timedOut(failure: StateFailure): void {
    this.#next('TimedOut', { ...this.#named, ...failureDetails(failure) });
  }

  /** Not every family has every event: the nearest that it has. */
  #failedAt(at: 'schedule' | 'start' | 'submit' | 'task'): string {
    const { kind } = this.resource;
    if (at === 'schedule' && kind !== 'service') return 'ScheduleFailed';
    if (at === 'start' && kind !== 'activity') return 'StartFailed';
    if (at === 'submit' && kind === 'service') return 'SubmitFailed';
    return 'Failed';
  }

  #next(what: string, details?: JsonObject): void {
    const type = `${this.#family}${what}` as HistoryEventType;
    this.machine.recorder.next(this.thread, type, details ? () => details : undefined);
  }
}
