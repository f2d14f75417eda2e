/** Why a map run fails, as the Map state's Retry and Catch see it. */

export class MapRunFailure extends Error {
  override readonly name = 'MapRunFailure';
  constructor(
    /** Such as `States.ExceedToleratedFailureThreshold`. */
    readonly error: string,
    readonly causeText: string,
  ) {
    super(causeText);
  }
}

export function thresholdExceeded(): MapRunFailure {
  return new MapRunFailure(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

export function readerFailed(problem: string): MapRunFailure {
  return new MapRunFailure('States.ItemReaderFailed', problem);
}

export function writerFailed(problem: string): MapRunFailure {
  return new MapRunFailure('States.ResultWriterFailed', problem);
}
