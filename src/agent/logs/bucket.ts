/**
 * Where logs are shipped to: a bucket that speaks S3. Its client is loaded when the first object is put, so that
 * nodes without a bucket do not pay for it.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { type Clock, connectS3, type S3Server } from '../../lib/index.js';

export interface LogBucket {
  /** Rejects where it is not stored, or not within its time. */
  put(key: string, body: Buffer): Promise<void>;
  close(): void;
}

export interface S3Options extends S3Server {
  readonly bucket: string;
}

/** Of one object of some megabytes. */
const putTimeoutMs = 30_000;
/** Who ships tries again by itself. */
const attempts = { attemptsMax: 1, timeoutMs: putTimeoutMs };

export class S3Bucket implements LogBucket {
  #client: Promise<S3Client> | null = null;

  constructor(
    private readonly options: S3Options,
    private readonly clock: Clock,
  ) {}

  async put(key: string, body: Buffer): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    this.#client ??= connectS3(this.options, attempts, this.clock);
    const client = await this.#client;
    const late = new AbortController();
    const cancel = this.clock.after(putTimeoutMs, () => late.abort());
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: this.options.bucket,
          Key: key,
          Body: body,
          ContentType: 'application/x-ndjson',
          ContentEncoding: 'gzip',
        }),
        { abortSignal: late.signal },
      );
    } finally {
      cancel();
    }
  }

  close(): void {
    this.#client?.then((client) => client.destroy()).catch(() => undefined);
    this.#client = null;
  }
}
