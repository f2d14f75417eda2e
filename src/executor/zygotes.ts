/**
 * Zygotes of function versions: who has to be kept is made, few at a time, and made again when it dies. A
 * version that cannot be copied is remembered with the reason; it is started like any other.
 */
import { createHash } from 'node:crypto';
import {
  NoSnapshotError,
  type SandboxDriver,
  type SandboxSpec,
  type Zygote,
} from '../agent/index.js';
import type { Clock, Logger } from '../lib/index.js';
import { HearthError, limits, type SnapshotState } from '../types/index.js';

export interface ZygotesDeps {
  readonly driver: Pick<SandboxDriver, 'createZygote'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Kept {
  readonly key: string;
  readonly spec: SandboxSpec;
  /** `waiting` for its turn, or for the time to try again. */
  step: 'waiting' | 'making' | 'ready' | 'refused';
  reason: string;
  zygote: Zygote | null;
  failures: number;
  readyAtMs: number;
  cancelRetry: (() => void) | null;
  /** What comes of the making now under way or to come. */
  made: Made;
}

interface Made {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** More would take the cores from the functions. */
const makingMax = 2;
const retryMs = { first: 1000, max: 60_000 } as const;
/** Who has lived so long has not died of its making. */
const steadyAfterMs = 60_000;

/**
 * The same for sandboxes that are made alike: of the same version with the same code, layers, settings and
 * environment. What they are told of why they are made does not count. A digest, for an environment is secret.
 */
export function zygoteKeyOf(spec: SandboxSpec): string {
  const { functionName, functionVersion, runtime, handler, taskRoot, layersRoot, image } = spec;
  const { memoryMb, ephemeralMb, network, concurrency, environment } = spec;
  const made = [
    [runtime, handler, taskRoot, layersRoot, image],
    [memoryMb, ephemeralMb, network, concurrency],
    Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  const digest = createHash('sha256').update(JSON.stringify(made)).digest('base64url');
  return `${functionName}:${functionVersion}@${digest}`;
}

export class Zygotes {
  readonly #kept = new Map<string, Kept>();
  /** In the order in which they are made. */
  readonly #waiting = new Set<Kept>();
  readonly #makings = new Set<Promise<void>>();
  readonly #ends = new Set<Promise<void>>();
  #stopped = false;

  constructor(private readonly deps: ZygotesDeps) {}

  /**
   * Makes the zygote and keeps it until it is dropped. Resolves when it is ready; rejects with NoSnapshotError
   * where the function cannot be copied, with another error where this try has failed and others follow.
   */
  keep(key: string, spec: SandboxSpec): Promise<void> {
    const present = this.#kept.get(key);
    if (present !== undefined) {
      if (present.step === 'ready') return Promise.resolve();
      return present.made.promise;
    }
    if (this.#stopped || this.#kept.size >= limits.zygotesPerNodeMax) {
      const message = 'This node keeps no more snapshots now; the function is started without one.';
      return Promise.reject(new HearthError('sandbox-unavailable', message));
    }
    const kept: Kept = {
      key,
      spec,
      step: 'waiting',
      reason: '',
      zygote: null,
      failures: 0,
      readyAtMs: 0,
      cancelRetry: null,
      made: newMade(),
    };
    this.#kept.set(key, kept);
    this.#waiting.add(kept);
    this.#makeNext();
    return kept.made.promise;
  }

  /** Ends it in the background: its copies live on. */
  drop(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#waiting.delete(kept);
    kept.cancelRetry?.();
    const message = `The snapshot of '${kept.spec.functionName}' is not kept any more.`;
    if (kept.step !== 'making') kept.made.reject(new HearthError('sandbox-unavailable', message));
    const { zygote } = kept;
    kept.zygote = null;
    if (zygote !== null) this.#end(zygote);
  }

  state(key: string): SnapshotState {
    const kept = this.#kept.get(key);
    if (kept === undefined) return { kind: 'none', reason: '' };
    if (kept.step === 'refused') return { kind: 'refused', reason: kept.reason };
    return { kind: kept.step === 'ready' ? 'ready' : 'making', reason: '' };
  }

  /** The zygote of sandboxes like this one; null where none is alive. */
  of(spec: SandboxSpec): Zygote | null {
    if (this.#kept.size === 0) return null;
    const zygote = this.#kept.get(zygoteKeyOf(spec))?.zygote ?? null;
    return zygote?.alive === true ? zygote : null;
  }

  counts(): Readonly<Record<'ready' | 'making' | 'refused', number>> {
    const counts = { ready: 0, making: 0, refused: 0 };
    for (const { step } of this.#kept.values()) counts[step === 'waiting' ? 'making' : step]++;
    return counts;
  }

  /** Ends all of them, and resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const key of [...this.#kept.keys()]) this.drop(key);
    await Promise.all(this.#makings);
    await Promise.all(this.#ends);
  }

  #makeNext(): void {
    for (const kept of this.#waiting) {
      if (this.#makings.size >= makingMax) return;
      this.#waiting.delete(kept);
      const making = this.#make(kept);
      this.#makings.add(making);
      void making.finally(() => {
        this.#makings.delete(making);
        this.#makeNext();
      });
    }
  }

  async #make(kept: Kept): Promise<void> {
    kept.step = 'making';
    try {
      const zygote = await this.deps.driver.createZygote(kept.spec);
      if (this.#kept.get(kept.key) !== kept) {
        this.#end(zygote);
        throw new HearthError('sandbox-unavailable', 'The snapshot is not kept any more.');
      }
      kept.zygote = zygote;
      kept.step = 'ready';
      kept.readyAtMs = this.deps.clock.nowMs();
      kept.made.resolve();
      zygote.onEnded(() => this.#died(kept, zygote));
    } catch (error) {
      this.#makingFailed(kept, error);
    }
  }

  #makingFailed(kept: Kept, error: unknown): void {
    const { made } = kept;
    if (this.#kept.get(kept.key) === kept) {
      if (error instanceof NoSnapshotError) {
        kept.step = 'refused';
        kept.reason = error.message;
      } else {
        const { functionName, functionVersion } = kept.spec;
        const fields = { err: error, functionName, functionVersion };
        this.deps.logger.warn(fields, 'zygote could not be made');
        kept.made = newMade();
        this.#tryAgain(kept);
      }
    }
    made.reject(error);
  }

  #died(kept: Kept, zygote: Zygote): void {
    if (kept.zygote !== zygote) return;
    kept.zygote = null;
    const { functionName, functionVersion } = kept.spec;
    this.deps.logger.warn({ functionName, functionVersion, zygote: zygote.id }, 'zygote has ended');
    if (this.deps.clock.nowMs() - kept.readyAtMs >= steadyAfterMs) kept.failures = 0;
    kept.made = newMade();
    this.#tryAgain(kept);
    this.#end(zygote);
  }

  #tryAgain(kept: Kept): void {
    kept.step = 'waiting';
    const delayMs = Math.min(retryMs.max, retryMs.first * 2 ** kept.failures++);
    kept.cancelRetry = this.deps.clock.after(delayMs, () => {
      kept.cancelRetry = null;
      this.#waiting.add(kept);
      this.#makeNext();
    });
  }

  #end(zygote: Zygote): void {
    const { logger } = this.deps;
    const ending = zygote
      .end()
      .catch((error: unknown) => logger.warn({ err: error }, 'zygote did not end cleanly'));
    this.#ends.add(ending);
    void ending.finally(() => this.#ends.delete(ending));
  }
}

/** A promise that nobody has to listen to. */
function newMade(): Made {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
