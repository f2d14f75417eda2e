/** What must hold of a run, and whether it did. */

export interface CheckResult {
  /** As in `checks/`: `events-are-not-lost`. */
  readonly id: string;
  /** What must hold, as a sentence. */
  readonly title: string;
  /** Null: not judged in this run, `measured` says why. */
  readonly holds: boolean | null;
  /** What was seen, with units. */
  readonly measured: string;
  /** The first few that break it, in words. */
  readonly examples: readonly string[];
}
