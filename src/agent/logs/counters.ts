/** What the log store of a node has done since it started; `src/node` tells it as metrics. */
export interface LogCounters {
  writtenRecords: number;
  writtenBytes: number;
  /** For want of memory because the disk is slow, full or broken; or printed by one sandbox beyond its share. */
  droppedRecords: number;
  /** Of output. */
  droppedBytes: number;
  /** Writes that failed; they are tried again. */
  writeErrors: number;
  /** To make room. */
  removedSegments: number;
  /** Removed to make room before they came to be shipped. */
  spilledRecords: number;
  shippedObjects: number;
  /** Compressed. */
  shippedBytes: number;
  /** Uploads that failed and were tried again. */
  shipRetries: number;
}

export function newCounters(): LogCounters {
  return {
    writtenRecords: 0,
    writtenBytes: 0,
    droppedRecords: 0,
    droppedBytes: 0,
    writeErrors: 0,
    removedSegments: 0,
    spilledRecords: 0,
    shippedObjects: 0,
    shippedBytes: 0,
    shipRetries: 0,
  };
}
