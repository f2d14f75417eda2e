/**
 * Keeps out of the log what members of an older release could not read: a command passes only where the format level of
 * the cluster allows its kind. The level rises when a rollout is finalised; see `formatLevel`.
 */
import { commandLevel } from '../catalog/index.js';
import type { ControlClient } from '../cluster/index.js';
import { batchLevel, batchTag, streamCommandLevel, streamCommandTag } from '../events/index.js';
import { decodeRolloutCommand, rolloutCommandTag } from '../rollout/index.js';
import { formatLevel, HearthError } from '../types/index.js';

type Propose = ControlClient['propose'];

const rolloutLevel = 2;

/** `level`: of the cluster, as this node has applied it. */
export function gated(
  propose: Propose,
  level: () => number,
  requires: (command: Uint8Array) => number = requiresLevel,
): Propose {
  return async (command, wait) => {
    const now = level();
    // what this release knows is allowed: nothing needs to be looked at
    if (now < formatLevel) {
      const needed = requires(command);
      if (needed > now) throw tooEarly(needed, now);
    }
    return propose(command, wait);
  };
}

/** The format level of the cluster that a command needs. */
export function requiresLevel(command: Uint8Array): number {
  switch (command[0]) {
    case batchTag:
      return batchLevel(command);
    case streamCommandTag:
      return streamCommandLevel(command);
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
    `The cluster has format level ${now}, and this needs level ${needed}: an older release could not read it; ask again when every node runs the newer one and the rollout is finalised.`,
  );
}
