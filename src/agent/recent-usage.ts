/** What a sandbox has used, read from its counters no more often than anyone can tell. */
import type { Clock } from '../lib/index.js';
import type { Body, Usage } from './body.js';

/** How old a reading may be where nobody asks for a fresh one. */
const ageMs = 100;

export class RecentUsage {
  #usage: Usage | null = null;
  #atMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly body: Pick<Body, 'usage'>,
  ) {}

  /** `final`: its counters may have gone, so that the last reading stands. */
  read(fresh: boolean, final: boolean): Usage {
    const nowMs = this.clock.nowMs();
    if (this.#usage !== null && !fresh && (final || nowMs - this.#atMs < ageMs)) {
      return this.#usage;
    }
    this.#atMs = nowMs;
    this.#usage = this.body.usage();
    return this.#usage;
  }
}
