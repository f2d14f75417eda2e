/**
 * Distributed Maps: each item is an execution of its own, with a name that follows from the run and its place in it, so
 * that whoever goes on with the run after a crash finds the children that there are, and starts the others.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../lib/index.js';
import { mapRunArn } from '../arns.js';
import type { MapRunReport, MapRunRequest } from '../engine/types.js';
import type { CancelTask } from '../tasks/types.js';
import type { ExecutionCommand, ExecutionResult } from './command.js';
import type { MapRunRunner } from './drive.js';
import type { Ledger } from './ledger.js';
import type { StoredExecution, StoredMapRun } from './stored.js';
import type { ExecutionView, NewExecution } from './types.js';

export interface MapRunDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Resolves when the child has ended, be it one that was there before. Throws HearthError. */
  readonly run: (child: NewExecution) => Promise<ExecutionView>;
}

/** Of a run that names no limit; AWS runs 10,000 of them, on more machines than this one. */
const concurrencyMax = 1000;
const repeatAfterMs = 500;

export class MapRunDriver implements MapRunRunner {
  constructor(private readonly deps: MapRunDeps) {}

  begin(request: MapRunRequest, tell: (report: MapRunReport) => void): CancelTask {
    const run = new MapRun(this.deps, request, tell);
    void run.start();
    return (why) => run.leave(why === 'given-up');
  }
}

class MapRun {
  readonly #arn: string;
  readonly #parent: StoredExecution;
  readonly #definition: string;
  readonly #outputs: (string | null)[] = [];
  #next = 0;
  #running = 0;
  #failed = 0;
  #isOver = false;

  constructor(
    private readonly deps: MapRunDeps,
    private readonly request: MapRunRequest,
    private readonly tell: (report: MapRunReport) => void,
  ) {
    const parent = deps.ledger.core().get(request.executionArn);
    if (parent === undefined)
      throw new Error(`a map run of ${request.executionArn}, which is gone`);
    this.#parent = parent;
    this.#arn = mapRunArn(parent.stateMachineName, request.label, request.id);
    const text = deps.ledger.core().definitions.get(parent.definitionHash);
    this.#definition = definitionOf(request, JSON.parse(Buffer.from(text ?? []).toString()));
  }

  async start(): Promise<void> {
    const { items, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } =
      this.request;
    const mapRun = {
      arn: this.#arn,
      executionArn: this.#parent.arn,
      stateMachineArn: this.#parent.stateMachineArn,
      total: items.length,
      maxConcurrency,
      toleratedFailureCount: toleratedFailureCount ?? 0,
      toleratedFailurePercentage: toleratedFailurePercentage ?? 0,
      redriveCount: 0,
      redrivenAtMs: 0,
    };
    await this.#say({ kind: 'start-map-run', mapRun });
    this.#goOn();
  }

  leave(isAborted: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (isAborted) void this.#say({ kind: 'end-map-run', arn: this.#arn, status: 'ABORTED' });
  }

  get #run(): StoredMapRun | undefined {
    return this.deps.ledger.core().mapRuns.get(this.#arn);
  }

  /** False once another node goes on with the execution, or it has ended. */
  get #isOurs(): boolean {
    const { ledger } = this.deps;
    const parent = ledger.core().get(this.#parent.arn);
    return (
      !this.#isOver &&
      parent?.status === 'RUNNING' &&
      parent.owner === ledger.self() &&
      parent.epoch === this.#parent.epoch
    );
  }

  #goOn(): void {
    if (!this.#isOurs) return;
    const limit = this.#run?.maxConcurrency || concurrencyMax;
    const { items } = this.request;
    while (this.#next < items.length && this.#running < Math.min(limit, concurrencyMax)) {
      this.#running++;
      void this.#runChild(this.#next++);
    }
    if (this.#running === 0) void this.#end('SUCCEEDED');
  }

  async #runChild(at: number): Promise<void> {
    const child = this.#child(at);
    while (this.#isOurs) {
      try {
        this.#take(at, await this.deps.run(child));
        break;
      } catch {
        await this.#rest();
      }
    }
    this.#running--;
    this.#goOn();
  }

  #take(at: number, { status, output }: ExecutionView): void {
    this.#outputs[at] = output;
    if (status === 'SUCCEEDED') return;
    this.#failed++;
    if (!this.#isTolerated) void this.#end('FAILED');
  }

  get #isTolerated(): boolean {
    const run = this.#run;
    if (run === undefined) return true;
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage, total } = run;
    if (count > 0 && this.#failed <= count) return true;
    return percentage > 0 && (100 * this.#failed) / total <= percentage;
  }

  async #end(status: 'SUCCEEDED' | 'FAILED'): Promise<void> {
    if (!this.#isOurs) return;
    this.#isOver = true;
    await this.#say({ kind: 'end-map-run', arn: this.#arn, status });
    this.tell(
      status === 'SUCCEEDED'
        ? { kind: 'succeeded', output: `[${this.#outputs.filter(isText).join(',')}]` }
        : {
            kind: 'failed',
            error: 'States.ExceedToleratedFailureThreshold',
            cause: 'The specified tolerated failure threshold was exceeded',
          },
    );
  }

  #child(at: number): NewExecution {
    const { label, executionType, items, itemContexts } = this.request;
    const { stateMachineName, stateMachineArn, roleArn, revisionId, traceId } = this.#parent;
    return {
      stateMachineName: `${stateMachineName}/${label}`,
      stateMachineArn: `${stateMachineArn}/${label}`,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      type: executionType,
      definition: this.#definition,
      revisionId,
      roleArn,
      name: childName(this.#arn, at),
      input: JSON.stringify(items[at]),
      traceId,
      mapRunArn: this.#arn,
      mapContext: itemContexts?.[at] ?? null,
    };
  }

  /** Said again until the log has it, or the execution is not ours any more. */
  async #say(command: ExecutionCommand): Promise<ExecutionResult | null> {
    const { ledger } = this.deps;
    for (;;) {
      try {
        return await ledger.ask(command);
      } catch {
        await this.#rest();
        if (ledger.core().get(this.#parent.arn)?.owner !== ledger.self()) return null;
      }
    }
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => this.deps.clock.after(repeatAfterMs, resolve));
  }
}

/** In the form of a UUID, as AWS names them. */
function childName(arn: string, at: number): string {
  const hex = createHash('sha256').update(`${arn} ${at}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** What a child runs: the processor of the state, in the language of the machine where it names none. */
function definitionOf(
  { state }: MapRunRequest,
  { QueryLanguage: ofMachine }: { readonly QueryLanguage?: string },
): string {
  const { ProcessorConfig: _config, ...graph } = state.ItemProcessor ?? state.Iterator ?? {};
  const QueryLanguage = state.QueryLanguage ?? ofMachine;
  return JSON.stringify(QueryLanguage === undefined ? graph : { QueryLanguage, ...graph });
}

function isText(output: string | null | undefined): output is string {
  return typeof output === 'string';
}
