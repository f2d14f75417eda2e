/** What can go wrong: each fault begins, lasts, and is mended again. */
import type { Arena } from '../arena/types.js';
import type { FaultKind } from '../records.js';
import type { Attempt } from './attempt.js';

/** What a fault needs of the arena for itself: two that need the same are not done at once. */
export type Need =
  | 'master'
  /** A node is silent for seconds: two of them may take the majority away, so they meet rarely. */
  | 'silence'
  | 'cuts'
  | 'loss'
  | 'lateness'
  | 'memory'
  | 'balancers'
  /** Nothing else may go wrong meanwhile. */
  | 'everything';

export interface Fault {
  /** As people say it, and as `--fault` takes it: `kill the Master`. */
  readonly name: string;
  readonly kind: FaultKind;
  readonly needs: readonly Need[];
  /** Why this machine cannot do it, or false. */
  missing(arena: Arena): string | false;
  /**
   * Does it and mends it, and takes down in the attempt what it did. Rejects only where it could not be done or mended:
   * whatever the cluster does wrong is an oddity of the attempt. `perform` of step.ts is who calls it.
   */
  run(attempt: Attempt): Promise<void>;
}

/** One step of a plan: one fault alone, or two at once. */
export interface PlannedStep {
  readonly faults: readonly Fault[];
  /** How long everything is left alone before it. */
  readonly restMs: number;
}
