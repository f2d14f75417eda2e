/**
 * Distributed Maps: their items are read, batched and run as executions of their own, and what these gave is gathered.
 * Everything is found again by names that follow from the run, so that another node can go on with it at any point.
 */
import type { Clock, Logger } from '../../lib/index.js';
import { HearthError, limits } from '../../types/index.js';
import { mapRunArn } from '../arns.js';
import type { MapRunReport, MapRunRequest } from '../engine/types.js';
import type { MapRunRunner } from '../executions/drive.js';
import type { Executions } from '../executions/types.js';
import { StateError } from '../failure.js';
import { type CancelTask, TaskCancelled } from '../tasks/index.js';
import type { MapRunBook } from './book.js';
import { broodOf, newChild, stateMachineOf } from './child.js';
import { type Ended, laterCodes, runChildren } from './children.js';
import { type InputsDeps, inputsOf } from './inputs.js';
import { written } from './result-writer.js';
import { changedTolerance, isExceeded, type Tolerance } from './tolerance.js';

export interface MapRunsDeps extends InputsDeps {
  readonly book: MapRunBook;
  /** Asked late: executions run map runs, and these are executions. */
  readonly executions: () => Pick<
    Executions,
    'get' | 'definition' | 'start' | 'startSync' | 'ended' | 'redrive'
  >;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class DistributedMaps implements MapRunRunner {
  constructor(private readonly deps: MapRunsDeps) {}

  begin(request: MapRunRequest, tell: (report: MapRunReport) => void): CancelTask {
    const attempt = new AbortController();
    // nothing is told before this has returned
    queueMicrotask(() => {
      void this.#report(request, attempt.signal).then((report) => {
        if (report !== null && !attempt.signal.aborted) tell(report);
      });
    });
    return (why) => attempt.abort(new TaskCancelled(why === 'given-up'));
  }

  /** Null where nobody waits for it. */
  async #report(request: MapRunRequest, signal: AbortSignal): Promise<MapRunReport | null> {
    for (;;) {
      try {
        const output = await this.#run(request, signal);
        return { kind: 'succeeded', output };
      } catch (thrown) {
        if (signal.aborted) return this.#left(request, signal.reason);
        if (!(thrown instanceof HearthError && laterCodes.has(thrown.code))) {
          return this.#failed(request, this.#failureOf(thrown));
        }
      }
      await new Promise<void>((resolve) => this.deps.clock.after(retryMs, resolve));
    }
  }

  async #run(request: MapRunRequest, signal: AbortSignal): Promise<string> {
    const { executions: late, book } = this.deps;
    const executions = late();
    const parent = await executions.get(request.executionArn);
    const definition = await executions.definition(request.executionArn);
    if (parent === undefined || definition === undefined) throw new Error('no such execution');
    const brood = broodOf(request, parent, definition);
    const { inputs, contexts } = await inputsOf(this.deps, request, definition);
    const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = request;
    const asked: Tolerance = {
      count: toleratedFailureCount,
      percentage: toleratedFailurePercentage,
    };
    await book.start({
      arn: brood.mapRunArn,
      executionArn: request.executionArn,
      stateMachineArn: brood.stateMachineArn,
      total: inputs.length,
      maxConcurrency,
      toleratedFailureCount: asked.count ?? 0,
      toleratedFailurePercentage: asked.percentage ?? 0,
      redriveCount: request.redriveCount,
      redrivenAtMs: request.redriveCount === 0 ? 0 : this.deps.clock.wallMs(),
    });
    const settings = () => book.settings(brood.mapRunArn);
    const tolerance = (): Tolerance => {
      const now = settings();
      return now === undefined ? asked : changedTolerance(asked, now);
    };
    const results = await runChildren(
      { executions, clock: this.deps.clock },
      {
        total: inputs.length,
        child: (index) => newChild(brood, index, inputs[index] ?? null, contexts?.[index]),
        maxConcurrency: () => settings()?.maxConcurrency ?? maxConcurrency,
        isExceeded: (failed) => isExceeded(tolerance(), { failed, total: inputs.length }),
        redriveCount: request.redriveCount,
        signal,
      },
    );
    const output = await this.#output(request, brood, results);
    const { redriveCount } = request;
    await book.end({ arn: brood.mapRunArn, status: 'SUCCEEDED', redriveCount });
    return output;
  }

  async #output(
    { writer, stateName }: MapRunRequest,
    run: { readonly mapRunArn: string; readonly stateMachineArn: string },
    results: readonly Ended[],
  ): Promise<string> {
    const output = await written(this.deps.objects, writer, run, results);
    if (Buffer.byteLength(output) <= limits.taskResultBytesMax) return output;
    throw new StateError(
      'States.DataLimitExceeded',
      `The state/task '${stateName}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }

  #failureOf(thrown: unknown): StateError {
    if (thrown instanceof StateError) return thrown;
    this.deps.logger.error({ err: thrown }, 'a map run failed by a fault of this node');
    return new StateError('States.Runtime', 'An internal error occurred.');
  }

  async #failed(request: MapRunRequest, failure: StateError): Promise<MapRunReport> {
    await this.#end(request, 'FAILED');
    return { kind: 'failed', error: failure.error, cause: failure.causeText };
  }

  /** One that goes on elsewhere is left as it is; with its execution it ends of itself. */
  async #left(request: MapRunRequest, reason: unknown): Promise<null> {
    if (reason instanceof TaskCancelled && reason.isGivenUp) await this.#end(request, 'ABORTED');
    return null;
  }

  /** What cannot be said now is said when the execution ends. */
  async #end(
    { executionArn, label, id, redriveCount }: MapRunRequest,
    status: 'FAILED' | 'ABORTED',
  ): Promise<void> {
    const arn = mapRunArn(stateMachineOf(executionArn), label, id);
    await this.deps.book.end({ arn, status, redriveCount }).catch((error: unknown) => {
      this.deps.logger.warn({ err: error, mapRun: id }, 'the end of a map run could not be kept');
    });
  }
}

const retryMs = 1000;
