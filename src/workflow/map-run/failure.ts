/** Why a map run fails, as the Map state's Retry and Catch see it. */
import { StateError } from '../failure.js';

/** Why a run is not waited for any more. */
export class MapRunCancelled extends Error {
  override readonly name = 'MapRunCancelled';
  constructor(
    /** For good; else it may be gone on with elsewhere. */
    readonly isGivenUp: boolean,
  ) {
    super('nobody waits for the map run here any more');
  }
}

export function thresholdExceeded(): StateError {
  return new StateError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

export function readerFailed(problem: string): StateError {
  return new StateError('States.ItemReaderFailed', problem);
}

export function writerFailed(problem: string): StateError {
  return new StateError('States.ResultWriterFailed', problem);
}
