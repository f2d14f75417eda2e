/**
 * When a thread counts as standing still, and when as going on again. Pure: lags in, changes out.
 *
 * It begins with one long lag. It ends only after a while of steady beats: a thread that comes back has
 * all that waited for it to do first, and one that goes on by fits and starts should not be given work at
 * every fit, nor make news for the whole cluster at each of them.
 */

export type StandstillChange =
  | { readonly kind: 'began'; readonly lagMs: number }
  /** `durationMs`: from the last beat before it to the first of the steady ones. */
  | { readonly kind: 'ended'; readonly durationMs: number };

/** Ten beats missed: no garbage collection and no request that is just big takes as long. */
export const standstillMs = 1000;
/** A lag up to this is steady. Half the limit: around one limit alone the state would flap. */
export const steadyMs = 500;
/** Steady for as long as it takes to be found standing still. */
export const recoveryMs = 1000;

export class Standstill {
  #sinceMs: number | null = null;
  #steadySinceMs: number | null = null;

  /** Whether it stands still, or has not gone on for long enough. */
  get stands(): boolean {
    return this.#sinceMs !== null;
  }

  /** Takes the lag at `nowMs`; null where it is not known, which proves neither. Null: nothing changed. */
  observe(lagMs: number | null, nowMs: number): StandstillChange | null {
    if (this.#sinceMs === null) {
      if (lagMs === null || lagMs <= standstillMs) return null;
      this.#sinceMs = nowMs - lagMs;
      this.#steadySinceMs = null;
      return { kind: 'began', lagMs };
    }
    if (lagMs === null || lagMs > steadyMs) {
      this.#steadySinceMs = null;
      return null;
    }
    // counted from beat to beat: what comes after the last one may be the next standstill
    const lastBeatMs = nowMs - lagMs;
    this.#steadySinceMs ??= lastBeatMs;
    if (lastBeatMs - this.#steadySinceMs < recoveryMs) return null;
    const durationMs = this.#steadySinceMs - this.#sinceMs;
    this.#sinceMs = null;
    return { kind: 'ended', durationMs };
  }
}
