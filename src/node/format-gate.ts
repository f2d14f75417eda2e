/**
 * Keeps out of the log what members of an older release could not read: a command passes only where the format level of
 * the cluster allows its kind. The level rises when a rollout is finalised; see `formatLevel`.
 */
import { commandLevel } from '../catalog/index.js';
import type { ControlClient } from '../cluster/index.js';
import { batchLevel, batchTag, streamCommandLevel, streamCommandTag } from '../events/index.js';
import type { Clock } from '../lib/index.js';
import { decodeRolloutCommand, type RolloutState, rolloutCommandTag } from '../rollout/index.js';
import { formatLevel, HearthError } from '../types/index.js';
import { workflowBatchLevel, workflowBatchTag } from '../workflow/index.js';

type Propose = ControlClient['propose'];

const rolloutLevel = 2;

/** A new cluster is at level 1 for a moment: its Master raises the level once it has looked around. */
const risesWithinMs = 3000;
const lookEveryMs = 50;

/** `level`: of the cluster, as this node has applied it. What is too early waits for a moment before it is refused. */
export function gated(
  propose: Propose,
  level: () => number,
  clock: Pick<Clock, 'nowMs' | 'after'>,
  requires: (command: Uint8Array) => number = requiresLevel,
): Propose {
  return async (command, wait) => {
    // what this release knows is allowed: nothing needs to be looked at
    if (level() < formatLevel) await reached(requires(command), level, clock);
    return propose(command, wait);
  };
}

async function reached(
  needed: number,
  level: () => number,
  clock: Pick<Clock, 'nowMs' | 'after'>,
): Promise<void> {
  const untilMs = clock.nowMs() + risesWithinMs;
  while (needed > level()) {
    if (clock.nowMs() >= untilMs) throw tooEarly(needed, level());
    await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve));
  }
}

/**
 * Throws `storage` where the cluster writes what this release cannot read, or will at the end of a rollout whose manifest
 * promises more than the program holds: this node may not go on, which takes that rollout back.
 */
export function checkReadable(
  { formatLevel: level, current }: Pick<RolloutState, 'formatLevel' | 'current'>,
  ownVersion: string,
): void {
  if (level > formatLevel) {
    throw new HearthError(
      'storage',
      `The cluster has format level ${level}, and this release reads levels up to ${formatLevel}; start the newer release that the other nodes run.`,
    );
  }
  const promised = current?.release.version === ownVersion ? current.release.formatLevel : 0;
  if (promised > formatLevel) {
    throw new HearthError(
      'storage',
      `The manifest of release ${ownVersion} says format level ${promised}, and this program reads levels up to ${formatLevel}; make the release anew with 'hearth release pack'.`,
    );
  }
}

/** The format level of the cluster that a command needs. */
export function requiresLevel(command: Uint8Array): number {
  switch (command[0]) {
    case batchTag:
      return batchLevel(command);
    case streamCommandTag:
      return streamCommandLevel(command);
    case workflowBatchTag:
      return workflowBatchLevel(command);
    case rolloutCommandTag:
      // proposed only where each member reads it: it is what raises the level
      return decodeRolloutCommand(command).kind === 'format' ? 1 : rolloutLevel;
    default:
      return commandLevel(command);
  }
}

function tooEarly(needed: number, now: number): HearthError {
  return new HearthError(
    'rollout-conflict',
    `The cluster has format level ${now}, and this needs level ${needed}, which an older release could not read; the level rises by itself some seconds after the last node of that release has gone, so ask again then.`,
  );
}
