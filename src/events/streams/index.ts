/** Streams: small, durable, append-only lists of records, for those who read what happens later. */
export { streamCommandLevel, streamCommandTag } from './codec.js';
export { Streams, type StreamsDeps } from './streams.js';
export type {
  NewRecord,
  StreamInfo,
  StreamPage,
  StreamRecord,
  StreamService,
} from './types.js';
