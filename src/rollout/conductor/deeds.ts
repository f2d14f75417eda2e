/**
 * What the conductor does elsewhere: never the same twice at once, nor again right after it, and told once where it
 * fails. Whoever is conductor no more ends what is on its way with its signal.
 */
import { type Clock, type Logger, reasonOf } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';

export interface DeedsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Looks again: something may have changed. */
  readonly done: () => void;
}

/** After one has ended, well or not, before the same is done again. */
const pauseMs = 1000;
/** Sentences about failures that wait to be told; more of them say nothing new. */
const untoldMax = 20;

export class Deeds {
  readonly #underWay = new Set<string>();
  readonly #notBeforeMs = new Map<string, number>();
  /** Of the present step. */
  readonly #told = new Set<string>();
  #untold: string[] = [];

  constructor(private readonly deps: DeedsDeps) {}

  /** `name` tells one deed from another. */
  isDue(name: string): boolean {
    if (this.#underWay.has(name)) return false;
    return this.deps.clock.nowMs() >= (this.#notBeforeMs.get(name) ?? 0);
  }

  async run(name: string, deed: () => Promise<void>): Promise<void> {
    if (!this.isDue(name)) return;
    this.#underWay.add(name);
    try {
      await deed();
    } catch (error) {
      this.deps.logger.warn({ err: error, deed: name }, 'a step of the rollout failed');
      if (!isOutdated(error)) this.#failed(`${name}: ${reasonOf(error)}`);
    } finally {
      this.#underWay.delete(name);
      this.#notBeforeMs.set(name, this.deps.clock.nowMs() + pauseMs);
      this.deps.done();
    }
  }

  /** A sentence that the story should hold; undefined where there is none. */
  nextUntold(): string | undefined {
    return this.#untold.shift();
  }

  /** Another step: what fails is told again, and nothing waits. */
  forget(): void {
    this.#told.clear();
    this.#untold = [];
    this.#notBeforeMs.clear();
  }

  #failed(text: string): void {
    if (this.#told.has(text) || this.#untold.length >= untoldMax) return;
    this.#told.add(text);
    this.#untold.push(text);
  }
}

/** Something else was decided meanwhile: the next look sees it. */
function isOutdated(error: unknown): boolean {
  return error instanceof HearthError && error.code === 'revision-mismatch';
}
