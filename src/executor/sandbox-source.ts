/**
 * Where new sandboxes come from, the quickest way first: a copy of a zygote that has the function initialised,
 * a stem cell that has its runtime booted, or nothing at all. Each way that fails for reasons that are not the
 * function's leads to the next, so that a request notices them by its time only.
 */
import {
  type Sandbox,
  type SandboxDriver,
  SandboxInitError,
  type SandboxSpec,
} from '../agent/index.js';
import type { Clock, Logger } from '../lib/index.js';
import type { SnapshotState } from '../types/index.js';
import {
  StemPool,
  type StemPoolDeps,
  type StemPoolOptions,
  type StemStats,
} from './stems/actor.js';
import { Zygotes } from './zygotes.js';

export interface SandboxSourceDeps extends Omit<StemPoolDeps, 'driver'> {
  readonly driver: Pick<SandboxDriver, 'create' | 'stemKindOf' | 'createStem' | 'createZygote'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type SandboxSourceOptions = StemPoolOptions;

export interface SandboxSourceStats {
  readonly stems: StemStats;
  readonly zygotes: Readonly<Record<'ready' | 'making' | 'refused', number>>;
  /** Sandboxes made, by what they were made from; and ways that failed, so that the next was taken. */
  readonly made: Readonly<Record<'fork' | 'stem' | 'cold', number>>;
  readonly fellThrough: Readonly<Record<'fork' | 'stem', number>>;
}

/** The driver ends what is left then. */
const stopMs = 5000;

export class SandboxSource {
  readonly #stems: StemPool;
  readonly #zygotes: Zygotes;
  readonly #made = { fork: 0, stem: 0, cold: 0 };
  readonly #fellThrough = { fork: 0, stem: 0 };

  constructor(
    private readonly deps: SandboxSourceDeps,
    options: SandboxSourceOptions,
  ) {
    this.#stems = new StemPool(deps, options);
    this.#zygotes = new Zygotes(deps);
  }

  /** The driver must have been started. */
  start(): void {
    this.#stems.start();
  }

  /** A sandbox that has loaded its handler; rejects like `SandboxDriver.create`. */
  async create(spec: SandboxSpec): Promise<Sandbox> {
    return (await this.#fork(spec)) ?? (await this.#createNew(spec));
  }

  /**
   * Keeps a zygote of the version from now on: sandboxes of the same `zygoteKeyOf`, which is its key, are its
   * copies. Resolves when it is ready; rejects with NoSnapshotError where the function cannot be copied, and
   * with what else went wrong where it is tried again later.
   */
  keepZygote(key: string, spec: SandboxSpec): Promise<void> {
    return this.#zygotes.keep(key, spec);
  }

  dropZygote(key: string): void {
    this.#zygotes.drop(key);
  }

  zygoteState(key: string): SnapshotState {
    return this.#zygotes.state(key);
  }

  stats(): SandboxSourceStats {
    return {
      stems: this.#stems.stats(),
      zygotes: this.#zygotes.counts(),
      made: { ...this.#made },
      fellThrough: { ...this.#fellThrough },
    };
  }

  /** Ends all stem cells and zygotes, in seconds at most; what is left then is the driver's to end. */
  async stop(): Promise<void> {
    const { clock, logger } = this.deps;
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(stopMs, () => {
        logger.warn('stem cells or zygotes did not end in time');
        resolve();
      });
    });
    await Promise.race([Promise.all([this.#stems.stop(), this.#zygotes.stop()]), late]);
    cancel();
  }

  async #fork(spec: SandboxSpec): Promise<Sandbox | null> {
    const zygote = this.#zygotes.of(spec);
    if (zygote === null) return null;
    try {
      const sandbox = await zygote.fork();
      this.#made.fork++;
      return sandbox;
    } catch (error) {
      this.#fellThrough.fork++;
      this.#warn(spec, error, 'zygote could not be copied');
      return null;
    }
  }

  async #createNew(spec: SandboxSpec): Promise<Sandbox> {
    const kind = spec.image === null ? this.deps.driver.stemKindOf(spec) : null;
    const taken = kind === null ? null : this.#stems.take(kind);
    if (taken === null) return this.#createCold(spec);
    let lost = false;
    try {
      const sandbox = await taken.cell.become(spec);
      this.#made.stem++;
      return sandbox;
    } catch (error) {
      if (isOfFunction(error)) throw error;
      this.#fellThrough.stem++;
      this.#warn(spec, error, 'stem cell did not become a sandbox');
      const sandbox = await this.#createCold(spec);
      // only now is it known that the function does start
      lost = true;
      return sandbox;
    } finally {
      this.#stems.started(taken, lost);
    }
  }

  async #createCold(spec: SandboxSpec): Promise<Sandbox> {
    const sandbox = await this.deps.driver.create(spec);
    this.#made.cold++;
    return sandbox;
  }

  #warn({ functionName, functionVersion }: SandboxSpec, error: unknown, message: string): void {
    this.deps.logger.warn({ err: error, functionName, functionVersion }, message);
  }
}

/**
 * Whether it is the function that cannot be started. Of a process that has gone nobody can say whether it had
 * got as far as the function: a new one shows it.
 */
function isOfFunction(error: unknown): boolean {
  if (!(error instanceof SandboxInitError)) return false;
  return error.errorType !== 'Runtime.ExitError' && error.errorType !== 'Sandbox.Failure';
}
