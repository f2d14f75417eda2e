/** The logs of functions on this node: kept, read, followed, shipped. */
export type { RecordFilter } from './block-reader.js';
export { type LogBucket, S3Bucket, type S3Options } from './bucket.js';
export type { LogCounters } from './counters.js';
export { firstCursor, formatCursor, type LogCursor, parseCursor } from './cursor.js';
export { eventJson } from './event-json.js';
export { followLog } from './follow.js';
export { logTailOf, type ReportedUse } from './lines.js';
export { type LogPage, LogReader } from './reader.js';
export type { LogEvent, PlacedEvent } from './renderer.js';
export { LogShipper, type ShipperDeps, type ShipperOptions } from './shipper.js';
export { LogStore, type LogStoreDeps, type LogStoreOptions } from './store.js';
export { type InvocationReport, type LogSink, type LogSource, noLogs } from './types.js';
