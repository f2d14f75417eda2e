/**
 * Express executions: the same engine, in the memory of the node that was asked, without a history. They end within five
 * minutes, or are ended; what dies with its node is begun again by nobody.
 */
import {
  type Clock,
  DeadlineQueue,
  type Logger,
  randomUuid,
  type SharedTurns,
} from '../../lib/index.js';
import { type Cancelled, HearthError, limits } from '../../types/index.js';
import { expressArn } from '../arns.js';
import type { ExecutionEnd, MakeEngine } from '../engine/types.js';
import type { Evaluator } from '../jsonata/types.js';
import type { Definition } from '../language/types.js';
import type { TaskRunner } from '../tasks/types.js';
import { Drive, type DriveDeps, type MapRunRunner } from './drive.js';
import type { ParsedDefinitions } from './parsed-definitions.js';
import type { ExecutionView, NewExecution } from './types.js';

export interface ExpressDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of everything that is driven on this node. */
  readonly turns: SharedTurns;
  readonly makeEngine: MakeEngine;
  readonly definitions: ParsedDefinitions;
  readonly evaluator: Evaluator;
  readonly tasks: TaskRunner;
  readonly mapRuns: MapRunRunner;
  readonly random: () => number;
}

export interface ExpressRun {
  readonly arn: string;
  readonly startedAtMs: number;
  /** Never rejects. */
  readonly ended: Promise<ExecutionView>;
}

interface Running {
  readonly drive: Drive;
  readonly end: (end: Ended) => void;
}

type Ended = ExecutionEnd | { readonly status: 'ABORTED' };

const dueTickMs = 10;

export class Express {
  readonly #running = new Map<string, Running>();
  readonly #due: DeadlineQueue;
  /** One for all executions. */
  readonly #driving: DriveDeps;
  #transitions = 0;
  #started = 0;

  constructor(private readonly deps: ExpressDeps) {
    this.#due = new DeadlineQueue(deps.clock, dueTickMs);
    this.#driving = { ...deps, due: this.#due, nextTurn: deps.turns.next };
  }

  get running(): number {
    return this.#running.size;
  }

  get started(): number {
    return this.#started;
  }

  get transitions(): number {
    let sum = this.#transitions;
    for (const { drive } of this.#running.values()) sum += drive.transitions;
    return sum;
  }

  /** `signal`: nobody waits any more, so that it ends. Throws `too-many-requests`, and what the definition is refused for. */
  start(asked: NewExecution, signal?: Cancelled): ExpressRun {
    if (this.#running.size >= limits.expressRunningMax) {
      throw new HearthError(
        'too-many-requests',
        `${this.#running.size} Express executions run on this node already; try again.`,
        { retryAfterS: 1 },
      );
    }
    const arn = expressArn(asked.stateMachineName, asked.name, randomUuid());
    const startedAtMs = this.deps.clock.wallMs();
    const definition = this.deps.definitions.get(asked.definition, () => asked.definition);
    let resolve: (view: ExecutionView) => void = () => {};
    const ended = new Promise<ExecutionView>((settle) => {
      resolve = settle;
    });
    const drive = this.#drive(asked, arn, startedAtMs, definition);
    const deadline = this.#due.add(this.deps.clock.nowMs() + limits.expressRunMsMax, () =>
      end({
        status: 'TIMED_OUT',
        failure: { error: 'States.Timeout', cause: '', hasCause: false },
      }),
    );
    const end = (how: Ended): void => {
      if (!this.#running.delete(arn)) return;
      signal?.removeEventListener('abort', abort);
      this.#due.remove(deadline);
      this.#transitions += drive.transitions;
      drive.cancel();
      resolve(viewOf(asked, { arn, startedAtMs, endedAtMs: this.deps.clock.wallMs() }, how));
    };
    const abort = (): void => end({ status: 'ABORTED' });
    this.#started++;
    this.#running.set(arn, { drive, end });
    signal?.addEventListener('abort', abort);
    // a signal that was aborted before tells nobody
    if (signal?.aborted) abort();
    else drive.wake();
    return { arn, startedAtMs, ended };
  }

  /** Those under way are gone after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    const { clock } = this.deps;
    const untilMs = clock.nowMs() + timeoutMs;
    while (this.#running.size > 0 && clock.nowMs() < untilMs) {
      await new Promise<void>((resolve) => clock.after(drainLookMs, resolve));
    }
  }

  stop(): void {
    for (const { end } of [...this.#running.values()]) end({ status: 'ABORTED' });
    this.#due.close();
  }

  #drive(asked: NewExecution, arn: string, startedAtMs: number, definition: Definition): Drive {
    const { name, input, roleArn, stateMachineArn, stateMachineName, traceId } = asked;
    const machine = { stateMachineArn, stateMachineName, type: 'EXPRESS' as const };
    const facts = { arn, name, input, roleArn, ...machine, startedAtMs, traceId };
    const { random, turns } = this.deps;
    const options = { keepsHistory: false, random, uuid: randomUuid, isTurnOver: turns.isOver };
    return new Drive(this.#driving, {
      load: () => ({
        engine: this.deps.makeEngine(definition, facts, options),
        first: { kind: 'begin' },
        inputs: [],
      }),
      keep: null,
      rests: () => {},
      ended: (end) => this.#running.get(arn)?.end(end),
      mayGoOn: () => false,
      broke: (error) => {
        this.deps.logger.error({ err: error, arn }, 'an execution went wrong');
        const cause = 'An internal error of the workflow engine; the log of the node tells more.';
        const failure = { error: 'States.Runtime', cause };
        this.#running.get(arn)?.end({ status: 'FAILED', failure });
      },
    });
  }
}

const drainLookMs = 50;

function viewOf(
  asked: NewExecution,
  when: Pick<ExecutionView, 'arn' | 'startedAtMs' | 'endedAtMs'>,
  end: Ended,
): ExecutionView {
  return {
    ...when,
    name: asked.name,
    stateMachineName: asked.stateMachineName,
    stateMachineArn: asked.stateMachineArn,
    stateMachineVersionArn: asked.stateMachineVersionArn,
    stateMachineAliasArn: asked.stateMachineAliasArn,
    revisionId: asked.revisionId,
    roleArn: asked.roleArn,
    type: 'EXPRESS',
    status: end.status,
    input: asked.input,
    output: end.status === 'SUCCEEDED' ? end.output : null,
    failure: 'failure' in end ? end.failure : null,
    traceId: asked.traceId,
    mapRunArn: asked.mapRunArn,
    redriveCount: 0,
    redrivenAtMs: 0,
    notRedrivable: 'Execution is EXPRESS and cannot be redriven',
  };
}
