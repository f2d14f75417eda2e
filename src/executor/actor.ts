/**
 * Performs what the pools decide: starts sandboxes, gives them requests, ends them. A request that finds
 * an idle sandbox goes straight through: no timer, no queue, no await but the function's own.
 */
import {
  logTailOf,
  type Sandbox,
  type SandboxCall,
  SandboxInitError,
  type SandboxResult,
} from '../agent/index.js';
import type { FunctionRecord } from '../catalog/index.js';
import {
  asHearthError,
  type BundleHash,
  functionKey,
  type HearthError,
  type Invocation,
  type InvocationOutcome,
  limits,
  type StartKind,
} from '../types/index.js';
import { type Effect, Pools } from './core.js';
import type { ExecutorCounters, ExecutorDeps, ExecutorOptions, ExecutorStats } from './deps.js';
import type { UnderWay } from './executions/index.js';
import type { FloorWish } from './floors.js';
import {
  endedOf,
  failedOutcomeOf,
  failedReportOf,
  failedStartOf,
  type Held,
  hold,
  inVainOf,
  reportOf,
  underWayIn,
} from './held.js';
import { type MemoryReading, roomOf } from './host-memory.js';
import type { SandboxNumber, StartReason, Ticket } from './pool.js';
import { type Known, poolName, Records } from './records.js';
import { callerGone, draining, refusalOf } from './refusals.js';
import { sandboxSpec } from './sandbox-spec.js';
import { streamOf } from './stream-of.js';
import { Ticker } from './ticker.js';
import type { PoolClaim } from './told.js';
import type { InUse, PoolFigures } from './views.js';
import { Waiters } from './waiters.js';

/** Between the functions that answer at once and those that do something. */
const unknownServiceMs = 50;
const tickMs = 250;
/** While somebody waits: how soon a long invocation shows as one. */
const waitingTickMs = 50;

export class Executor {
  readonly #pools: Pools;
  readonly #records: Records;
  readonly #sandboxes = new Map<SandboxNumber, Held>();
  readonly #waiters = new Waiters();
  readonly #starts = new Map<SandboxNumber, Promise<void>>();
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
  #reading: MemoryReading | null = null;
  readonly #ticker: Ticker;

  constructor(
    private readonly deps: ExecutorDeps,
    private readonly options: ExecutorOptions,
  ) {
    const { poolHistoryMax: historyMax } = limits;
    this.#pools = new Pools({ ...options, historyMax, unknownServiceMs });
    this.#ticker = new Ticker(
      deps.clock,
      () => this.#tick(),
      (heardMs) => this.#look(heardMs),
    );
    this.#records = new Records((record) => deps.catalog.environment(record), options.queueWaitMs);
  }

  /**
   * Runs one invocation here. What the function does wrong is an outcome; rejects with HearthError where
   * there is no room (`too-many-requests`), no code (`bundle-missing`), its environment cannot be opened
   * (`storage`), or the node stops (`draining`).
   */
  invoke(record: FunctionRecord, invocation: Invocation): Promise<InvocationOutcome> {
    if (this.#stopped) return Promise.reject(draining());
    if (invocation.signal?.aborted === true) return Promise.reject(callerGone());
    let known: Known;
    try {
      known = this.#records.remember(record);
    } catch (error) {
      return Promise.reject(asHearthError(error));
    }
    const ticket = ++this.#tickets;
    const nowMs = this.deps.clock.nowMs();
    // while there are sandboxes the ticks do it
    if (!this.#ticker.isOn) this.#readMemory();
    const number = this.#pools.acquire(known.spec, ticket, nowMs);
    if (number !== undefined) {
      this.#counters.warm++;
      if (this.#pools.effects.length > 0) this.#perform();
      return this.#run(number, 'warm', record, invocation, nowMs, nowMs);
    }
    return this.#wait(ticket, record, invocation, nowMs);
  }

  /**
   * Runs one invocation like `invoke`, if a sandbox of exactly this revision has room now; else says
   * at once why not. Nothing is started, and the request does not wait.
   */
  invokeIfWarm(
    record: FunctionRecord,
    invocation: Invocation,
  ): Promise<InvocationOutcome> | 'busy' | 'not-here' {
    if (this.#stopped) return 'not-here';
    const nowMs = this.deps.clock.nowMs();
    const pool = poolName(record.name, record.version);
    const taken = this.#pools.acquireIfIdle(pool, record.revision, nowMs);
    if (typeof taken !== 'number') return taken;
    this.#counters.warm++;
    if (this.#pools.effects.length > 0) this.#perform();
    return this.#run(taken, 'warm', record, invocation, nowMs, nowMs);
  }

  /**
   * Starts one sandbox in the background, unless the function has one here or one to come, or the node
   * has no room for it now. Who asks for it learns nothing: a start that fails is dropped.
   */
  prewarm(record: FunctionRecord): void {
    this.#inBackground(record, ({ spec }, nowMs) => {
      if (this.#pools.prewarm(spec, nowMs)) this.#counters.prewarmed++;
    });
  }

  /**
   * Starts one sandbox, though others may be idle, when nobody waits for a start, and resolves when it is
   * initialised. Rejects with SandboxInitError or HearthError; with `too-many-requests` where it was not its
   * turn for as long as a request may wait.
   */
  async warmUp(record: FunctionRecord): Promise<void> {
    if (this.#stopped) throw draining();
    const { spec } = this.#records.remember(record);
    await new Promise<void>((resolve, reject) => {
      const ticket = ++this.#tickets;
      this.#waiters.addPing(ticket, { resolve, reject });
      this.#readMemory();
      this.#pools.warmUp(spec, ticket, this.deps.clock.nowMs());
      this.#keepTicking();
      this.#perform();
    });
  }

  /**
   * From now on at least `total` sandboxes of the version are here, and at least `spare` of them idle or
   * starting; until the version is retired, or kept with other numbers. They are made in the background.
   */
  keep(record: FunctionRecord, wish: FloorWish): void {
    this.#inBackground(record, ({ spec }, nowMs) => this.#pools.keep(spec, wish, nowMs));
  }

  /** At most `share` invocations of the function, of all its versions, run here at a time; null for any number. */
  limit(functionName: string, share: number | null): void {
    this.#pools.limit(functionName, share, this.deps.clock.nowMs());
    this.#perform();
  }

  /** The version was changed or deleted: its present sandboxes end, busy ones when they finish. */
  retire(functionName: string, version: string): void {
    this.#pools.retire(poolName(functionName, version), this.deps.clock.nowMs());
    this.#perform();
  }

  /** The code and layers of the functions that have sandboxes or requests here. */
  codeInUse(): ReadonlySet<BundleHash> {
    return this.#records.code();
  }

  /** What is here of the version as it is in the record. */
  figures(record: FunctionRecord): PoolFigures {
    const pool = poolName(record.name, record.version);
    return this.#pools.figures(pool, record.revision) ?? nothing;
  }

  /** What is in use here: versions with as many sandboxes as ran something within the last `withinMs`. */
  inUse(withinMs: number): InUse[] {
    const used = this.#pools.usedSince(this.deps.clock.nowMs() - withinMs);
    return [...used].map(([pool, sandboxes]) => {
      const { name, version } = this.#records.of(pool).record;
      return { functionName: name, version, sandboxes };
    });
  }

  /** What runs here now, of one function or of all. */
  underWay(functionName: string | null): UnderWay[] {
    return underWayIn(this.#sandboxes.values(), functionName, this.deps.clock);
  }

  /** False where a request that no sandbox here has room for would not get a start at once. */
  hasRoom(record: FunctionRecord): boolean {
    if (this.#stopped) return false;
    this.#readMemory();
    return this.#pools.hasRoom(record.name, record.memoryMb);
  }

  /** Requests that wait here, and memory for new sandboxes: the whole number of MB, or the most there is. */
  load(): { readonly waiting: number; readonly freeMemoryMb: number } {
    this.#readMemory();
    const freeMemoryMb = Math.min(Math.floor(this.#pools.freeMemoryMb), Number.MAX_SAFE_INTEGER);
    return { waiting: this.#pools.waiting, freeMemoryMb };
  }

  stats(): ExecutorStats {
    return {
      functions: Object.fromEntries(this.#pools.stats()),
      counters: { ...this.#counters },
      pools: this.#pools.counters,
    };
  }

  /** Refuses who waits, ends every sandbox with what it runs, and resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#ticker.stop();
    for (const ticket of this.#waiters.tickets()) {
      this.#refuse(ticket, draining());
      this.#pools.waiterCancelled(ticket, this.deps.clock.nowMs());
    }
    this.#perform();
    await Promise.all([...this.#starts.values()]);
    await Promise.all([...this.#sandboxes.values()].map(({ sandbox }) => sandbox.end()));
  }

  #inBackground(record: FunctionRecord, act: (known: Known, nowMs: number) => void): void {
    if (this.#stopped) return;
    let known: Known;
    try {
      known = this.#records.remember(record);
    } catch (error) {
      this.deps.logger.warn(
        { error, functionName: record.name },
        'sandbox could not be made ahead',
      );
      return;
    }
    this.#readMemory();
    act(known, this.deps.clock.nowMs());
    this.#keepTicking();
    this.#perform();
  }

  #wait(
    ticket: Ticket,
    record: FunctionRecord,
    invocation: Invocation,
    arrivedMs: number,
  ): Promise<InvocationOutcome> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#refuse(ticket, callerGone(), 'caller-gone');
        this.#pools.waiterCancelled(ticket, this.deps.clock.nowMs());
        this.#perform();
      };
      this.#waiters.add(ticket, { record, invocation, arrivedMs, resolve, reject, onAbort });
      this.#keepTicking();
      this.#perform();
    });
  }

  async #run(
    number: SandboxNumber,
    start: StartKind,
    record: FunctionRecord,
    invocation: Invocation,
    startedMs: number,
    arrivedMs: number,
  ): Promise<InvocationOutcome> {
    const held = this.#sandboxes.get(number) as Held;
    const { requestId, payload, traceId, clientContext, invokedAs } = invocation;
    held.running++;
    const { clock } = this.deps;
    const startedWallMs = clock.wallMs();
    const plain: SandboxCall = {
      requestId,
      payload,
      traceId,
      clientContext,
      functionArn: this.options.functionArn(record.name, invokedAs === '' ? undefined : invokedAs),
      deadlineWallMs: clock.machineWallMs() + record.timeoutS * 1000,
      timeoutS: record.timeoutS,
    };
    const { stream } = invocation;
    const call =
      stream === undefined ? plain : { ...plain, stream: streamOf(stream, record.version, start) };
    let result: SandboxResult;
    try {
      result = await held.sandbox.invoke(call);
    } catch (error) {
      const { id: sandbox } = held.sandbox;
      this.deps.logger.error({ err: error, sandbox, requestId }, 'sandbox refused a call');
      held.running--;
      this.#bury(number, held);
      throw asHearthError(error);
    }
    held.running--;
    const report = reportOf(held, record, requestId, startedWallMs, start, result);
    const peakBytes = report.memoryPeakBytes ?? 0;
    const nowMs = this.deps.clock.nowMs();
    if (held.sandbox.alive) this.#pools.released(number, startedMs, nowMs, peakBytes);
    else if (held.running === 0) this.#bury(number, held);
    this.#perform();
    this.deps.logs.report(held.source, report);
    const waitedMs = startedMs - arrivedMs;
    this.deps.executions.ended(endedOf(held, invocation, report, waitedMs, result));
    return {
      payload: result.payload,
      streamed: result.streamed,
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
        const start = this.#start(effect.sandbox, effect.functionName, effect.why);
        this.#starts.set(effect.sandbox, start);
        void start.finally(() => this.#starts.delete(effect.sandbox));
        return;
      }
      case 'yield':
        return;
      case 'end': {
        const held = this.#sandboxes.get(effect.sandbox);
        if (held !== undefined) this.#bury(effect.sandbox, held);
        return;
      }
      case 'run': {
        const waiter = this.#waiters.take(effect.ticket);
        if (waiter === undefined) return;
        this.#counters[effect.start]++;
        const { sandbox, start, startedMs } = effect;
        const { record, invocation, arrivedMs, resolve, reject } = waiter;
        this.#run(sandbox, start, record, invocation, startedMs, arrivedMs).then(resolve, reject);
        return;
      }
      case 'refuse': {
        this.#counters.throttled++;
        this.#refuse(effect.ticket, refusalOf(effect.reason, effect.atShare, effect.retryAfterS));
        return;
      }
      case 'fail':
        this.#failWaiter(effect.ticket, effect.error);
        this.#waiters
          .takePing(effect.ticket)
          ?.reject(
            effect.error instanceof SandboxInitError ? effect.error : asHearthError(effect.error),
          );
        return;
      case 'warmed':
        this.#waiters.takePing(effect.ticket)?.resolve();
        return;
      case 'claim':
        this.#claim(effect.claim);
        return;
      default:
        effect satisfies never;
    }
  }

  #claim({ functionName: pool, revision, state, load }: PoolClaim): void {
    const { name, version } = this.#records.of(pool).record;
    this.deps.claims.changed({ key: functionKey(name, version, revision), state, load });
  }

  async #start(number: SandboxNumber, pool: string, why: StartReason): Promise<void> {
    const wishedMs = this.deps.clock.nowMs();
    try {
      const known = this.#records.of(pool);
      const spec = await sandboxSpec(this.deps.catalog, known.record, why);
      if (this.#stopped) throw draining();
      this.#hold(number, known.record, await this.deps.driver.create(spec), wishedMs);
    } catch (error) {
      this.#startFailed(number, pool, error);
    }
  }

  #hold(number: SandboxNumber, record: FunctionRecord, sandbox: Sandbox, wishedMs: number): void {
    const held = hold(sandbox, record, this.deps.clock.nowMs() - wishedMs);
    this.#sandboxes.set(number, held);
    this.#pools.sandboxReady(number, this.deps.clock.nowMs());
    // From here on the pools know it as idle, busy or ending, and hear of its death at once.
    sandbox.onEnded(() => {
      this.#pools.dying(number, this.deps.clock.nowMs());
      if (held.running === 0) this.#bury(number, held);
      this.#perform();
    });
    this.#perform();
  }

  #startFailed(number: SandboxNumber, pool: string, error: unknown): void {
    if (error instanceof SandboxInitError) this.#counters.initErrors++;
    else this.deps.logger.warn({ error, pool }, 'sandbox could not be made');
    this.#pools.startFailed(number, error, this.deps.clock.nowMs());
    this.#perform();
  }

  /** `why` is what the record of it says. */
  #refuse(ticket: Ticket, error: HearthError, why: string = error.code): void {
    const waiter = this.#waiters.reject(ticket, error);
    if (waiter === undefined) return;
    this.deps.executions.ended(inVainOf(waiter, why, this.deps.clock));
  }

  #failWaiter(ticket: Ticket, error: unknown): void {
    if (!(error instanceof SandboxInitError)) {
      this.#refuse(ticket, asHearthError(error));
      return;
    }
    const waiter = this.#waiters.take(ticket);
    if (waiter === undefined) return;
    const { record, invocation } = waiter;
    const waitedMs = this.deps.clock.nowMs() - waiter.arrivedMs;
    this.#counters.cold++;
    const startedWallMs = this.deps.clock.wallMs();
    const report = failedReportOf(record, invocation.requestId, startedWallMs, error.errorType);
    if (error.source !== null) this.deps.logs.report(error.source, report);
    this.deps.executions.ended(failedStartOf(record, invocation, report, waitedMs, error));
    waiter.resolve(failedOutcomeOf(record, error, report));
  }

  /** Ends a sandbox and tells the pools when nothing is left of it. */
  #bury(number: SandboxNumber, held: Held): void {
    if (held.buried) return;
    held.buried = true;
    void held.sandbox
      .end()
      .catch((error: unknown) => this.deps.logger.warn({ error }, 'sandbox did not end cleanly'))
      .finally(() => {
        this.#sandboxes.delete(number);
        this.#pools.ended(number, this.deps.clock.nowMs());
        this.#perform();
      });
  }

  #readMemory(): void {
    const reading = this.deps.memory();
    if (reading === this.#reading) return;
    this.#reading = reading;
    const { availableMb, reserveMb } = roomOf(reading, this.options.memoryReserveMb);
    this.#pools.memoryRead(availableMb, reserveMb);
  }

  #tick(): void {
    this.#readMemory();
    this.#pools.tick(this.deps.clock.nowMs());
    this.#perform();
    this.#records.prune((pool) => this.#pools.has(pool));
    if (this.#records.size === 0) this.#ticker.stop();
    else if (this.#pools.waiting === 0) this.#ticker.every(tickMs);
  }

  #look(heardMs: number): void {
    const spare = this.#pools.waiting > 0 && this.deps.spareTime();
    this.#pools.look(heardMs, this.deps.clock.nowMs(), spare);
    this.#perform();
  }

  /** From the first sandbox on until there is no pool any more; faster while somebody waits. */
  #keepTicking(): void {
    this.#ticker.atLeastEvery(this.#pools.waiting > 0 ? waitingTickMs : tickMs);
  }
}

const nothing: PoolFigures = { idle: 0, busy: 0, starting: 0, waiting: 0, kept: 0 };
