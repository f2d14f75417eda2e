/** What can go wrong: each fault begins, lasts, and is mended again. */
import type { Random } from '../../../src/lib/index.js';
import type { Arena } from '../arena/types.js';
import type { FaultKind, FaultRecord } from '../records.js';

export interface Fault {
  /** As people say it, and as `--faults` takes it: `kill the Master`. */
  readonly name: string;
  readonly kind: FaultKind;
  /** Why this machine cannot do it, or false. */
  missing(arena: Arena): string | false;
  /**
   * Does it and mends it; resolves when all nodes agree again, or do not within the time that it waits.
   * Rejects only where the arena itself is broken: whatever the cluster does wrong stands in the record.
   */
  run(arena: Arena, random: Random): Promise<FaultRecord>;
}

/** One step of a plan: one fault alone, or several at once. */
export interface PlannedStep {
  readonly faults: readonly Fault[];
  /** How long everything is left alone before it. */
  readonly restMs: number;
}
