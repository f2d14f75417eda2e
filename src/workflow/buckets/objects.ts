/** Where readers read and writers write: buckets with objects, as S3 has them. */

export interface ObjectInfo {
  readonly Key: string;
  /** With quotes, as S3 gives it. */
  readonly Etag: string;
  /** Seconds since 1970. */
  readonly LastModified: number;
  readonly Size: number;
  readonly StorageClass: string;
}

export interface Objects {
  /** Throws where there is no such object, or it is longer than `bytesMax`. */
  get(bucket: string, key: string, bytesMax: number): Promise<Uint8Array>;
  /** In the order of keys, at most `itemsMax`. */
  list(bucket: string, prefix: string, itemsMax: number): Promise<readonly ObjectInfo[]>;
  put(bucket: string, key: string, bytes: Uint8Array): Promise<void>;
}
