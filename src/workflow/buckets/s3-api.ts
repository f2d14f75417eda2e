/** The part of S3's API that state machines may use, by the names of AWS. */
import type { Cancelled } from '../../types/index.js';
import type { JsonObject } from '../json.js';

/** What may be asked of each; `Body` is given apart. */
export const s3Parameters = {
  getObject: ['Bucket', 'IfMatch', 'IfNoneMatch', 'Key', 'PartNumber', 'Range', 'VersionId'],
  putObject: [
    'Bucket',
    'CacheControl',
    'ContentDisposition',
    'ContentEncoding',
    'ContentLanguage',
    'ContentType',
    'IfMatch',
    'IfNoneMatch',
    'Key',
    'Metadata',
    'StorageClass',
    'Tagging',
  ],
  listObjectsV2: [
    'Bucket',
    'ContinuationToken',
    'Delimiter',
    'FetchOwner',
    'MaxKeys',
    'Prefix',
    'StartAfter',
  ],
} as const;

export type S3Action = keyof typeof s3Parameters;

export interface S3Api {
  /** Throws S3Failure, as the others do; also where it is longer than `bytesMax`. */
  getObject(asked: JsonObject, bytesMax: number, signal?: Cancelled): Promise<S3Object>;
  putObject(asked: JsonObject, body: Uint8Array, signal?: Cancelled): Promise<JsonObject>;
  listObjectsV2(asked: JsonObject, signal?: Cancelled): Promise<JsonObject>;
}

export interface S3Object {
  /** What S3 says of it. */
  readonly head: JsonObject;
  readonly bytes: Uint8Array;
}
