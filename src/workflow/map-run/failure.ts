/** Why a map run fails, as the Map state's Retry and Catch see it. */
import { StateError } from '../failure.js';

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
