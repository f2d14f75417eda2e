/**
 * Performs what the stem cells' core decides: boots them in the background, ends them, and hands them out.
 * A node whose driver has none, or that is to have none, does nothing here.
 */
import type { SandboxDriver, StemCell, StemKind } from '../../agent/index.js';
import type { Clock, Logger } from '../../lib/index.js';
import { HearthError, limits } from '../../types/index.js';
import { type StemCounts, type StemEffect, Stems, startGraceMs } from './core.js';
import type { StemNumber } from './kind.js';

export interface StemPoolDeps {
  readonly driver: Pick<SandboxDriver, 'createStem'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** True while requests wait for sandboxes of this node to start: no stem cell is booted then. */
  readonly busy: () => boolean;
  /** True while the node has too little memory: it has no stem cells then. */
  readonly memoryShort: () => boolean;
}

export interface StemPoolOptions {
  /** Stem cells of all kinds together; 0 for none ever. */
  readonly stemCellsMax: number;
  /** Of each of these there is one from the beginning. */
  readonly initialStems: readonly StemKind[];
}

export interface StemCounters {
  taken: number;
  /** A start asked for one, and there was none. */
  missed: number;
  booted: number;
  bootFailed: number;
  died: number;
  /** Ended by the pool: too many, too long not asked for, or memory was short. */
  ended: number;
}

export interface StemStats extends StemCounts {
  readonly counters: Readonly<StemCounters>;
}

export interface TakenStem {
  readonly number: StemNumber;
  readonly cell: StemCell;
}

const tickMs = 500;
/** More would compete with each other for the cores. */
const bootsMax = 2;

export class StemPool {
  readonly #stems: Stems;
  readonly #cells = new Map<StemNumber, StemCell>();
  readonly #boots = new Set<Promise<void>>();
  readonly #ends = new Set<Promise<void>>();
  readonly #counters: StemCounters = {
    taken: 0,
    missed: 0,
    booted: 0,
    bootFailed: 0,
    died: 0,
    ended: 0,
  };
  #performing = false;
  #stopped = false;
  #cancelTick: (() => void) | null = null;
  #cancelSoon: (() => void) | null = null;

  constructor(
    private readonly deps: StemPoolDeps,
    private readonly options: StemPoolOptions,
  ) {
    const { stemCellsMax, initialStems } = options;
    const kindsMax = limits.stemKindsMax;
    this.#stems = new Stems({ stemCellsMax, bootsMax, kindsMax }, initialStems);
  }

  /** Boots the first ones in the background. */
  start(): void {
    this.#step();
  }

  /** One that is alive, at once or not at all. Whoever takes it says when its start is over. */
  take(kind: StemKind): TakenStem | null {
    if (this.#stopped || this.options.stemCellsMax === 0) return null;
    const nowMs = this.deps.clock.nowMs();
    this.#stems.asked(kind, nowMs);
    const taken = this.#takeAlive(kind, nowMs);
    if (taken === null) this.#counters.missed++;
    else this.#counters.taken++;
    this.#step();
    return taken;
  }

  /** The start that it was taken for is over. `lost`: it came to nothing, and not by the function's doing. */
  started({ number, cell }: TakenStem, lost: boolean): void {
    this.#stems.started(number, cell.kind, lost, this.deps.clock.nowMs());
    this.#step();
  }

  stats(): StemStats {
    return { ...this.#stems.counts(), counters: { ...this.#counters } };
  }

  /** Ends all of them, those that boot as soon as they have, and resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#rest();
    this.#stems.stop();
    this.#perform();
    await Promise.all(this.#boots);
    await Promise.all(this.#ends);
  }

  #takeAlive(kind: StemKind, nowMs: number): TakenStem | null {
    for (;;) {
      const number = this.#stems.take(kind, nowMs);
      if (number === undefined) return null;
      const cell = this.#cells.get(number);
      this.#cells.delete(number);
      if (cell?.alive === true) return { number, cell };
      // it has gone, and its last word is on the way
      this.#stems.started(number, kind, true, nowMs);
    }
  }

  #step(): void {
    if (this.#stopped || this.options.stemCellsMax === 0) return;
    const { clock, busy, memoryShort } = this.deps;
    const surroundings = { busy: busy(), memoryShort: memoryShort() };
    const soon = this.#stems.plan(clock.nowMs(), surroundings);
    this.#perform();
    if (this.#stems.quiet) {
      this.#rest();
      return;
    }
    this.#cancelTick ??= clock.every(tickMs, () => this.#step());
    if (!soon) return;
    this.#cancelSoon ??= clock.after(startGraceMs, () => {
      this.#cancelSoon = null;
      this.#step();
    });
  }

  #rest(): void {
    this.#cancelTick?.();
    this.#cancelTick = null;
    this.#cancelSoon?.();
    this.#cancelSoon = null;
  }

  /** Performs effects until none is left; what performing one causes is performed by the same loop. */
  #perform(): void {
    if (this.#performing) return;
    this.#performing = true;
    try {
      const { effects } = this.#stems;
      for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
        this.#performOne(effect);
      }
    } finally {
      this.#performing = false;
    }
  }

  #performOne(effect: StemEffect): void {
    if (effect.kind === 'boot') keepUntilSettled(this.#boots, this.#boot(effect.stem, effect.of));
    else keepUntilSettled(this.#ends, this.#end(effect.stem));
  }

  async #boot(number: StemNumber, kind: StemKind): Promise<void> {
    const { driver, clock, logger } = this.deps;
    const startedMs = clock.nowMs();
    try {
      const cell = await driver.createStem(kind);
      this.#counters.booted++;
      this.#cells.set(number, cell);
      this.#stems.booted(number, clock.nowMs() - startedMs, clock.nowMs());
      cell.onEnded(() => this.#died(number));
    } catch (error) {
      const forGood = error instanceof HearthError && error.code === 'not-offered';
      if (!forGood && !this.#stopped) {
        this.#counters.bootFailed++;
        logger.warn({ err: error, kind }, 'stem cell could not be booted');
      }
      this.#stems.bootFailed(number, forGood, clock.nowMs());
    }
    this.#perform();
    this.#step();
  }

  #died(number: StemNumber): void {
    // who is taken or ended on purpose is not here any more
    if (this.#stems.died(number, this.deps.clock.nowMs())) this.#counters.died++;
    this.#perform();
    this.#step();
  }

  async #end(number: StemNumber): Promise<void> {
    const { logger } = this.deps;
    const cell = this.#cells.get(number);
    this.#cells.delete(number);
    if (cell?.alive === true) this.#counters.ended++;
    await cell
      ?.end()
      .catch((error: unknown) => logger.warn({ err: error }, 'stem cell did not end cleanly'));
    this.#stems.ended(number);
    this.#step();
  }
}

function keepUntilSettled(set: Set<Promise<void>>, promise: Promise<void>): void {
  set.add(promise);
  void promise.finally(() => set.delete(promise));
}
