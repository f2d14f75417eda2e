/**
 * Where logs are shipped to: a bucket that speaks S3. Its client is loaded when the first object is put, so that
 * nodes without a bucket do not pay for it.
 */
import { readFile } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '../../lib/index.js';

export interface LogBucket {
  /** Rejects where it is not stored, or not within its time. */
  put(key: string, body: Buffer): Promise<void>;
  close(): void;
}

export interface S3Options {
  readonly bucket: string;
  /** Such as `http://127.0.0.1:9000`; null for AWS itself. */
  readonly endpoint: string | null;
  readonly region: string;
  /**
   * A file as the AWS command line has it, with `aws_access_key_id`, `aws_secret_access_key` and perhaps
   * `aws_session_token`; read again every few minutes. null: what the environment of the node offers.
   */
  readonly credentialsFile: string | null;
}

/** Of one object of some megabytes. */
const putTimeoutMs = 30_000;
const connectTimeoutMs = 5000;
const credentialsLiveMs = 300_000;

export class S3Bucket implements LogBucket {
  #client: Promise<S3Client> | null = null;

  constructor(
    private readonly options: S3Options,
    private readonly clock: Clock,
  ) {}

  async put(key: string, body: Buffer): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    this.#client ??= this.#connect();
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

  async #connect(): Promise<S3Client> {
    const { S3Client: Client } = await import('@aws-sdk/client-s3');
    const { endpoint, region, credentialsFile } = this.options;
    return new Client({
      region,
      // who ships tries again by itself
      maxAttempts: 1,
      // servers that only resemble S3 may not know the newer checksums
      requestChecksumCalculation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: connectTimeoutMs, requestTimeout: putTimeoutMs },
      ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
      ...(credentialsFile === null
        ? {}
        : { credentials: () => this.#credentials(credentialsFile) }),
    });
  }

  async #credentials(path: string): Promise<{
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
    expiration: Date;
  }> {
    const text = await readFile(path, 'utf8');
    const value = (name: string): string =>
      new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1] ?? '';
    const accessKeyId = value('aws_access_key_id');
    const secretAccessKey = value('aws_secret_access_key');
    const sessionToken = value('aws_session_token');
    if (accessKeyId === '' || secretAccessKey === '') {
      throw new Error(`${path} lacks aws_access_key_id or aws_secret_access_key; add both.`);
    }
    const expiration = new Date(this.clock.machineWallMs() + credentialsLiveMs);
    const token = sessionToken === '' ? {} : { sessionToken };
    return { accessKeyId, secretAccessKey, ...token, expiration };
  }
}
