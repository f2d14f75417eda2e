/**
 * Distributed Maps: their items are read, batched and run as executions of their own, and what these gave is gathered.
 * Everything is found again by names that follow from the run, so that another node can go on with it at any point.
 */
import type { Clock, Logger } from '../../lib/index.js';
import { HearthError, limits } from '../../types/index.js';
import { executionArn, mapRunArn } from '../arns.js';
import type { MapRunReport, MapRunRequest } from '../engine/types.js';
import type { MapRunRunner } from '../executions/drive.js';
import type { Executions, NewExecution } from '../executions/types.js';
import { StateError } from '../failure.js';
import type { CancelTask } from '../tasks/index.js';
import type { MapRunBook } from './book.js';
import { type Brood, broodOf, type Input, newChild, stateMachineOf } from './child.js';
import { type Ended, laterCodes, runChildren } from './children.js';
import { MapRunCancelled } from './failure.js';
import { type InputsDeps, inputsOf } from './inputs.js';
import { isExported, type Result, written } from './result-writer.js';
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

type Express = Parameters<MapRunBook['end']>[0]['express'];

interface Attempt {
  readonly signal: AbortSignal;
  /** Of children that are in no log. */
  express: Express;
  /** Of a run that ends before its children: what there is of results, once those under way were stopped. */
  writeRest: (() => Promise<number>) | null;
}

export class DistributedMaps implements MapRunRunner {
  constructor(private readonly deps: MapRunsDeps) {}

  begin(request: MapRunRequest, tell: (report: MapRunReport) => void): CancelTask {
    const cancel = new AbortController();
    const { signal } = cancel;
    // nothing is told before this has returned
    queueMicrotask(() => {
      void this.#report(request, { signal, express: null, writeRest: null }).then((report) => {
        if (report !== null && !signal.aborted) tell(report);
      });
    });
    return (why) => cancel.abort(new MapRunCancelled(why === 'given-up'));
  }

  /** Null where nobody waits for it. */
  async #report(request: MapRunRequest, attempt: Attempt): Promise<MapRunReport | null> {
    const { signal } = attempt;
    for (;;) {
      try {
        const output = await this.#run(request, attempt);
        return { kind: 'succeeded', output };
      } catch (thrown) {
        if (signal.aborted) return this.#left(request, attempt);
        if (!(thrown instanceof HearthError && laterCodes.has(thrown.code))) {
          return this.#failed(request, attempt, this.#failureOf(thrown));
        }
      }
      await new Promise<void>((resolve) => this.deps.clock.after(retryMs, resolve));
    }
  }

  async #run(request: MapRunRequest, attempt: Attempt): Promise<string> {
    const { executions: late, book } = this.deps;
    const executions = late();
    const parent = await executions.get(request.executionArn);
    const definition = await executions.definition(request.executionArn);
    if (parent === undefined || definition === undefined) throw new Error('no such execution');
    const brood = broodOf(request, parent, definition);
    const inputs = await inputsOf(this.deps, request, definition);
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
      itemCount: inputs.reduce((sum, { itemCount }) => sum + itemCount, 0),
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
    const child = (index: number) =>
      newChild(brood, index, inputs[index] ?? { value: null, itemCount: 1 });
    const run = await runChildren(
      { executions, clock: this.deps.clock },
      {
        total: inputs.length,
        child,
        maxConcurrency: () => settings()?.maxConcurrency ?? maxConcurrency,
        isExceeded: (failed) => isExceeded(tolerance(), { failed, total: inputs.length }),
        redriveCount: request.redriveCount,
        signal: attempt.signal,
      },
    );
    if (request.executionType === 'EXPRESS') attempt.express = endedOf(run.results, inputs);
    if (!run.isOver) {
      attempt.writeRest = () => this.#writeRest(request, brood, run.results, child);
      throw run.reason;
    }
    const output = await this.#output(request, brood, run.results);
    const { redriveCount, writer } = request;
    await book.end({
      arn: brood.mapRunArn,
      status: 'SUCCEEDED',
      redriveCount,
      resultsWritten: isExported(writer) ? inputs.length : 0,
      express: attempt.express,
    });
    return output;
  }

  /** Resolves with how many there are. */
  async #writeRest(
    request: MapRunRequest,
    brood: Brood,
    known: readonly (Ended | undefined)[],
    child: (index: number) => NewExecution,
  ): Promise<number> {
    if (!isExported(request.writer)) return 0;
    try {
      const results = await this.#results(brood, known, child);
      await written(this.deps.objects, request, brood, results);
      return results.length;
    } catch (thrown) {
      this.deps.logger.warn({ err: thrown, mapRun: request.id }, 'results were not written');
      return 0;
    }
  }

  async #results(
    brood: Brood,
    known: readonly (Ended | undefined)[],
    child: (index: number) => NewExecution,
  ): Promise<readonly Result[]> {
    const { book, clock, executions } = this.deps;
    const started = new Set(book.children(brood.mapRunArn));
    const waits = new AbortController();
    const cancel = clock.after(stopMsMax, () => waits.abort(new Error('children still run')));
    const results = known.map((result, index): Result | Promise<Result> => {
      if (result !== undefined) return result;
      const { name, input } = child(index);
      const arn = executionArn(brood.stateMachineName, name);
      return started.has(arn)
        ? executions().ended(arn, waits.signal)
        : { status: 'PENDING', input };
    });
    return Promise.all(results).finally(cancel);
  }

  async #output(request: MapRunRequest, brood: Brood, results: readonly Ended[]): Promise<string> {
    const output = await written(this.deps.objects, request, brood, results);
    if (Buffer.byteLength(output) <= limits.taskResultBytesMax) return output;
    throw new StateError(
      'States.DataLimitExceeded',
      `The state/task '${request.stateName}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }

  #failureOf(thrown: unknown): StateError {
    if (thrown instanceof StateError) return thrown;
    this.deps.logger.error({ err: thrown }, 'a map run failed by a fault of this node');
    return new StateError('States.Runtime', 'An internal error occurred.');
  }

  async #failed(
    request: MapRunRequest,
    attempt: Attempt,
    failure: StateError,
  ): Promise<MapRunReport> {
    await this.#end(request, attempt, 'FAILED');
    return { kind: 'failed', error: failure.error, cause: failure.causeText };
  }

  /** One that goes on elsewhere is left as it is; with its execution it ends of itself. */
  async #left(request: MapRunRequest, attempt: Attempt): Promise<null> {
    const { reason } = attempt.signal;
    if (reason instanceof MapRunCancelled && reason.isGivenUp) {
      await this.#end(request, attempt, 'ABORTED');
    }
    return null;
  }

  async #end(
    request: MapRunRequest,
    { express, writeRest }: Attempt,
    status: 'FAILED' | 'ABORTED',
  ): Promise<void> {
    const { executionArn, label, id, redriveCount } = request;
    const arn = mapRunArn(stateMachineOf(executionArn), label, id);
    const ended = { arn, status, redriveCount, express };
    await this.#note(request, { ...ended, resultsWritten: 0 });
    const resultsWritten = (await writeRest?.()) ?? 0;
    if (resultsWritten > 0) await this.#note(request, { ...ended, resultsWritten });
  }

  /** What cannot be said now is said when the execution ends. */
  async #note({ id }: MapRunRequest, ended: Parameters<MapRunBook['end']>[0]): Promise<void> {
    await this.deps.book.end(ended).catch((error: unknown) => {
      this.deps.logger.warn({ err: error, mapRun: id }, 'the end of a map run could not be kept');
    });
  }
}

function endedOf(results: readonly (Ended | undefined)[], inputs: readonly Input[]): Express {
  const executions = { succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
  const items = { ...executions };
  for (const [index, result] of results.entries()) {
    if (result === undefined) continue;
    const how = countOf[result.status];
    executions[how]++;
    items[how] += inputs[index]?.itemCount ?? 1;
  }
  return { executions, items };
}

const countOf = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
  // a child that has ended is none of these
  RUNNING: 'failed',
  PENDING_REDRIVE: 'failed',
} as const;

const retryMs = 1000;
/** Children that were stopped have ended as soon as this node hears of it. */
const stopMsMax = 30_000;
