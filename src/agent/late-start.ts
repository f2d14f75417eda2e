/**
 * A sandbox that did not start in time: what had not happened by then, and whose fault that is. Until a function has
 * been given to it nothing of the function has run: the node had no time for it, and another may.
 */
import { HearthError } from '../types/index.js';

export interface StartProgress {
  /** Its process is made and limited. */
  readonly launched: boolean;
  readonly connected: boolean;
  /** The runtime is there, and a function chosen. */
  readonly chosen: boolean;
  /** The function was given to it. */
  readonly given: boolean;
}

/** `fault` is null where the function is at fault. */
export function lateStart(
  who: string,
  progress: StartProgress,
): { readonly why: string; readonly fault: HearthError | null } {
  const why = `${who} did not start in time: ${missingOf(progress)}`;
  if (progress.given) return { why, fault: null };
  const text = `This node is too busy to start a sandbox (${why}); try again, or at another node.`;
  return { why, fault: new HearthError('sandbox-unavailable', text) };
}

/** What had not happened: says whether to look at the machine, the runtime or the function. */
function missingOf({ launched, connected, chosen, given }: StartProgress): string {
  if (given) return 'its handler is still being loaded';
  if (chosen) return 'its code is still being put in its place';
  if (!launched) return 'its process is still being made and limited';
  return `its process has ${connected ? 'connected, but not said hello' : 'not connected'}`;
}
