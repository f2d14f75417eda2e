/**
 * Performs what the pools decide: starts sandboxes, gives them requests, ends them. A request that finds
 * an idle sandbox goes straight through: no timer, no queue, no await but the function's own.
 */
import {
  type InvocationReport,
  type LogSink,
  type LogSource,
  logTailOf,
  type Sandbox,
  type SandboxCall,
  type SandboxDriver,
  SandboxInitError,
  type SandboxResult,
} from '../agent/index.js';
import { type FunctionRecord, latestVersion, networkOf, unpackedOf } from '../catalog/index.js';
import type { Clock, Logger } from '../lib/index.js';
import {
  asHearthError,
  type BundleHash,
  functionKey,
  functionNotFound,
  HearthError,
  type Invocation,
  type InvocationOutcome,
  limits,
  type StartKind,
  type WarmClaim,
} from '../types/index.js';
import { type Effect, Pools } from './core.js';
import type { PoolStats, SandboxNumber, Ticket } from './pool.js';
import type { PoolClaim } from './told.js';

export interface ExecutorDeps {
  readonly driver: SandboxDriver;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hears of every invocation, just before its answer is passed on: it keeps nobody waiting. */
  readonly logs: LogSink;
  readonly catalog: {
    /** The directory of the unpacked code; rejects with HearthError. */
    taskRoot(hash: BundleHash): Promise<string>;
    /** The directory of the merged layers, null where there are none; rejects with HearthError. */
    layersRoot(record: FunctionRecord): Promise<string | null>;
    /** The environment variables; throws HearthError. */
    environment(record: FunctionRecord): Readonly<Record<string, string>>;
  };
  /** Hears what became warm or cold here, in order, and now and then how busy it is. */
  readonly claims: {
    changed(claim: WarmClaim): void;
  };
}

export interface ExecutorOptions {
  readonly sandboxesMax: number;
  readonly startsMax: number;
  readonly sandboxIdleMs: number;
  readonly queueWaitMs: number;
  readonly functionArn: (functionName: string, qualifier?: string) => string;
}

export interface ExecutorStats {
  readonly functions: Readonly<Record<string, PoolStats>>;
  readonly counters: Readonly<ExecutorCounters>;
}

export interface ExecutorCounters {
  cold: number;
  warm: number;
  stolen: number;
  /** Requests refused because too many waited or one waited too long. */
  throttled: number;
  /** Sandboxes whose handler could not be loaded. */
  initErrors: number;
  /** Sandboxes started ahead of any request. */
  prewarmed: number;
}

interface Waiter {
  readonly record: FunctionRecord;
  readonly invocation: Invocation;
  readonly resolve: (outcome: InvocationOutcome | Promise<InvocationOutcome>) => void;
  readonly reject: (error: HearthError) => void;
  readonly onAbort: () => void;
}

interface Held {
  readonly sandbox: Sandbox;
  readonly source: LogSource;
  /** An invocation is under way: its answer may still come though the process has gone. */
  running: boolean;
  /** The CPU time that reports have told of. */
  reportedCpuMs: number;
}

const tickMs = 250;
const retryAfterS = 1;

export class Executor {
  readonly #pools: Pools;
  readonly #sandboxes = new Map<SandboxNumber, Held>();
  readonly #waiters = new Map<Ticket, Waiter>();
  readonly #starts = new Map<SandboxNumber, Promise<void>>();
  /** The newest record of each pool, by the pool's name: what new sandboxes are made from. */
  readonly #records = new Map<string, FunctionRecord>();
  readonly #counters: ExecutorCounters = {
    cold: 0,
    warm: 0,
    stolen: 0,
    throttled: 0,
    initErrors: 0,
    prewarmed: 0,
  };
  #tickets = 0;
  #performing = false;
  #stopped = false;
  #cancelTick: (() => void) | null = null;

  constructor(
    private readonly deps: ExecutorDeps,
    private readonly options: ExecutorOptions,
  ) {
    const { waitersPerFunctionMax } = limits;
    this.#pools = new Pools({ ...options, waitersPerFunctionMax });
  }

  /**
   * Runs one invocation here. What the function does wrong is an outcome; rejects with HearthError where
   * there is no room (`too-many-requests`), no code (`bundle-missing`), or the node stops (`draining`).
   */
  invoke(record: FunctionRecord, invocation: Invocation): Promise<InvocationOutcome> {
    if (this.#stopped) return Promise.reject(draining());
    if (invocation.signal?.aborted === true) return Promise.reject(callerGone());
    const pool = poolName(record.name, record.version);
    this.#remember(record);
    const ticket = ++this.#tickets;
    const number = this.#pools.acquire(pool, record.revision, ticket, this.deps.clock.nowMs());
    if (number !== undefined) {
      this.#counters.warm++;
      return this.#run(number, 'warm', record, invocation);
    }
    return this.#wait(ticket, record, invocation);
  }

  /**
   * Runs one invocation like `invoke`, if an idle sandbox of exactly this revision is there now; else says
   * at once why not. Nothing is started, and the request does not wait.
   */
  invokeIfWarm(
    record: FunctionRecord,
    invocation: Invocation,
  ): Promise<InvocationOutcome> | 'busy' | 'not-here' {
    if (this.#stopped) return 'not-here';
    const taken = this.#pools.acquireIfIdle(poolName(record.name, record.version), record.revision);
    if (typeof taken !== 'number') return taken;
    this.#counters.warm++;
    return this.#run(taken, 'warm', record, invocation);
  }

  /**
   * Starts one sandbox in the background, unless the function has one here or one to come, or the node
   * has no room for it now. Who asks for it learns nothing: a start that fails is dropped.
   */
  prewarm(record: FunctionRecord): void {
    const pool = poolName(record.name, record.version);
    if (this.#stopped || !this.#pools.prewarm(pool, record.revision)) return;
    this.#counters.prewarmed++;
    this.#remember(record);
    this.#keepTicking();
    this.#perform();
  }

  /** The version was changed or deleted: its present sandboxes end, busy ones when they finish. */
  retire(functionName: string, version: string): void {
    this.#pools.retire(poolName(functionName, version));
    this.#perform();
  }

  /** The code and layers of the functions that have sandboxes or requests here. */
  codeInUse(): ReadonlySet<BundleHash> {
    return new Set([...this.#records.values()].flatMap(unpackedOf));
  }

  /** True where a request of the function as it is in the record would find an idle sandbox now. */
  warm(record: FunctionRecord): boolean {
    return this.#pools.hasIdle(poolName(record.name, record.version), record.revision);
  }

  stats(): ExecutorStats {
    return { functions: Object.fromEntries(this.#pools.stats()), counters: { ...this.#counters } };
  }

  /** Refuses who waits, ends every sandbox with what it runs, and resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTick?.();
    this.#cancelTick = null;
    for (const ticket of [...this.#waiters.keys()]) {
      this.#takeWaiter(ticket)?.reject(draining());
      this.#pools.waiterCancelled(ticket);
    }
    this.#perform();
    await Promise.all([...this.#starts.values()]);
    await Promise.all([...this.#sandboxes.values()].map(({ sandbox }) => sandbox.end()));
  }

  #wait(
    ticket: Ticket,
    record: FunctionRecord,
    invocation: Invocation,
  ): Promise<InvocationOutcome> {
    this.#keepTicking();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#takeWaiter(ticket)?.reject(callerGone());
        this.#pools.waiterCancelled(ticket);
        this.#perform();
      };
      this.#waiters.set(ticket, { record, invocation, resolve, reject, onAbort });
      invocation.signal?.addEventListener('abort', onAbort, { once: true });
      this.#perform();
    });
  }

  #takeWaiter(ticket: Ticket): Waiter | undefined {
    const waiter = this.#waiters.get(ticket);
    if (waiter === undefined) return undefined;
    this.#waiters.delete(ticket);
    waiter.invocation.signal?.removeEventListener('abort', waiter.onAbort);
    return waiter;
  }

  async #run(
    number: SandboxNumber,
    start: StartKind,
    record: FunctionRecord,
    invocation: Invocation,
  ): Promise<InvocationOutcome> {
    const held = this.#sandboxes.get(number) as Held;
    const { requestId, payload, traceId, clientContext, invokedAs } = invocation;
    held.running = true;
    const startedWallMs = this.deps.clock.wallMs();
    const call: SandboxCall = {
      requestId,
      payload,
      traceId,
      clientContext,
      functionArn: this.options.functionArn(record.name, invokedAs === '' ? undefined : invokedAs),
      deadlineWallMs: startedWallMs + record.timeoutS * 1000,
      timeoutS: record.timeoutS,
    };
    let result: SandboxResult;
    try {
      result = await held.sandbox.invoke(call);
    } catch (error) {
      this.deps.logger.error({ error, sandbox: held.sandbox.id }, 'sandbox refused a call');
      this.#bury(number, held);
      throw asHearthError(error);
    }
    held.running = false;
    const report = reportOf(held, record, requestId, startedWallMs, start, result);
    if (held.sandbox.alive) this.#pools.released(number, this.deps.clock.nowMs());
    else this.#bury(number, held);
    this.#perform();
    this.deps.logs.report(held.source, report);
    return {
      payload: result.payload,
      functionError: result.functionError,
      executedVersion: record.version,
      start,
      durationMs: result.durationMs,
      logTail: () => logTailOf(record.version, report, result.log),
    };
  }

  /** Performs effects until none is left; what performing one causes is performed by the same loop. */
  #perform(): void {
    if (this.#performing) return;
    this.#performing = true;
    try {
      const { effects } = this.#pools;
      for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
        this.#performOne(effect);
      }
    } finally {
      this.#performing = false;
    }
  }

  #performOne(effect: Effect): void {
    switch (effect.kind) {
      case 'start': {
        const start = this.#start(effect.sandbox, effect.functionName);
        this.#starts.set(effect.sandbox, start);
        void start.finally(() => this.#starts.delete(effect.sandbox));
        return;
      }
      case 'end': {
        const held = this.#sandboxes.get(effect.sandbox);
        if (held !== undefined) this.#bury(effect.sandbox, held);
        return;
      }
      case 'run': {
        const waiter = this.#takeWaiter(effect.ticket);
        if (waiter === undefined) return;
        this.#counters[effect.start]++;
        waiter.resolve(this.#run(effect.sandbox, effect.start, waiter.record, waiter.invocation));
        return;
      }
      case 'refuse':
        this.#counters.throttled++;
        this.#takeWaiter(effect.ticket)?.reject(throttled());
        return;
      case 'fail':
        this.#failWaiter(effect.ticket, effect.error);
        return;
      case 'claim':
        this.#claim(effect.claim);
        return;
      default:
        effect satisfies never;
    }
  }

  #claim({ functionName: pool, revision, state, load }: PoolClaim): void {
    const { name, version } = this.#recordFor(pool);
    this.deps.claims.changed({ key: functionKey(name, version, revision), state, load });
  }

  async #start(number: SandboxNumber, pool: string): Promise<void> {
    const { catalog } = this.deps;
    try {
      const record = this.#recordFor(pool);
      const environment = catalog.environment(record);
      // an image brings its own
      const taskRoot = record.image === null ? await catalog.taskRoot(record.codeHash) : '';
      const layersRoot = await catalog.layersRoot(record);
      if (this.#stopped) throw draining();
      const sandbox = await this.deps.driver.create({
        functionName: record.name,
        functionVersion: record.version,
        runtime: record.runtime,
        handler: record.handler,
        taskRoot,
        layersRoot,
        environment,
        memoryMb: record.memoryMb,
        ephemeralMb: record.ephemeralMb,
        network: networkOf(environment) ?? 'none',
        image: record.image,
        concurrency: 1,
        initialization: 'on-demand',
      });
      this.#hold(number, pool, sandbox);
    } catch (error) {
      this.#startFailed(number, pool, error);
    }
  }

  #hold(number: SandboxNumber, pool: string, sandbox: Sandbox): void {
    const { name: functionName, version: functionVersion } = this.#recordFor(pool);
    const source = { functionName, functionVersion, logStream: sandbox.logStream };
    const held: Held = { sandbox, source, running: false, reportedCpuMs: 0 };
    this.#sandboxes.set(number, held);
    this.#pools.sandboxReady(number, this.deps.clock.nowMs());
    // From here on the pools know it as idle, busy or ending, and hear of its death at once.
    sandbox.onEnded(() => {
      this.#pools.dying(number);
      if (!held.running) this.#bury(number, held);
      this.#perform();
    });
    this.#perform();
  }

  #startFailed(number: SandboxNumber, pool: string, error: unknown): void {
    if (error instanceof SandboxInitError) this.#counters.initErrors++;
    else this.deps.logger.warn({ error, pool }, 'sandbox could not be made');
    this.#pools.startFailed(number, error);
    this.#perform();
  }

  #failWaiter(ticket: Ticket, error: unknown): void {
    const waiter = this.#takeWaiter(ticket);
    if (waiter === undefined) return;
    if (!(error instanceof SandboxInitError)) {
      waiter.reject(asHearthError(error));
      return;
    }
    const { record, invocation } = waiter;
    const { requestId } = invocation;
    this.#counters.cold++;
    const report: InvocationReport = {
      requestId,
      startedWallMs: this.deps.clock.wallMs(),
      durationMs: 0,
      billedMs: 0,
      start: 'cold',
      initMs: null,
      memoryMb: record.memoryMb,
      memoryPeakBytes: null,
      cpuMs: null,
      errorType: error.errorType,
    };
    if (error.source !== null) this.deps.logs.report(error.source, report);
    waiter.resolve({
      payload: error.payload,
      functionError: true,
      executedVersion: record.version,
      start: 'cold',
      durationMs: 0,
      logTail: () => logTailOf(record.version, report, error.log),
    });
  }

  /** Ends a sandbox and tells the pools when nothing is left of it. */
  #bury(number: SandboxNumber, held: Held): void {
    void held.sandbox
      .end()
      .catch((error: unknown) => this.deps.logger.warn({ error }, 'sandbox did not end cleanly'))
      .finally(() => {
        this.#sandboxes.delete(number);
        this.#pools.ended(number);
        this.#perform();
      });
  }

  #remember(record: FunctionRecord): void {
    const pool = poolName(record.name, record.version);
    const known = this.#records.get(pool);
    if (known === undefined || known.revision < record.revision) this.#records.set(pool, record);
  }

  #recordFor(pool: string): FunctionRecord {
    const record = this.#records.get(pool);
    if (record === undefined) throw functionNotFound(pool);
    return record;
  }

  /** From the first sandbox on until there is no pool any more. */
  #keepTicking(): void {
    this.#cancelTick ??= this.deps.clock.every(tickMs, () => this.#tick());
  }

  #tick(): void {
    this.#pools.tick(this.deps.clock.nowMs());
    this.#perform();
    for (const pool of this.#records.keys()) {
      if (!this.#pools.has(pool)) this.#records.delete(pool);
    }
    if (this.#records.size > 0) return;
    this.#cancelTick?.();
    this.#cancelTick = null;
  }
}

/** What an invocation that was answered comes to. Counters of the sandbox are a tenth of a second old at most. */
function reportOf(
  held: Held,
  { memoryMb }: FunctionRecord,
  requestId: string,
  startedWallMs: number,
  start: StartKind,
  { durationMs, errorType }: SandboxResult,
): InvocationReport {
  const { memoryPeakBytes, cpuMs } = held.sandbox.usage();
  const sinceLast = cpuMs === null ? null : cpuMs - held.reportedCpuMs;
  held.reportedCpuMs = cpuMs ?? 0;
  return {
    requestId,
    startedWallMs,
    durationMs,
    billedMs: Math.ceil(durationMs),
    start,
    initMs: start === 'cold' ? held.sandbox.initMs : null,
    memoryMb,
    memoryPeakBytes,
    cpuMs: sinceLast,
    errorType,
  };
}

/** Each version has a pool of its own. A name holds no colon, so that no two share one. */
function poolName(functionName: string, version: string): string {
  return version === latestVersion ? functionName : `${functionName}:${version}`;
}

function throttled(): HearthError {
  return new HearthError('too-many-requests', 'Rate Exceeded.', {
    Reason: 'ConcurrentInvocationLimitExceeded',
    retryAfterS,
  });
}

function draining(): HearthError {
  return new HearthError('draining', 'This node is stopping; send the request to another node.');
}

function callerGone(): HearthError {
  return new HearthError('internal', 'The caller went away while the request waited.');
}
