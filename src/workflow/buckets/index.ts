/** Objects in buckets, for state machines: what distributed Maps read and write, and Tasks ask S3 for. */
export { noBuckets } from './no-buckets.js';
export type { ObjectInfo, Objects } from './objects.js';
export type { S3Action, S3Api } from './s3-api.js';
export { S3Buckets, type S3BucketsOptions } from './s3-buckets.js';
export { ObjectTooLong, S3Failure } from './s3-failure.js';
