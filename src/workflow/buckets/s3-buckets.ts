/**
 * Buckets that speak S3, with the credentials of the nodes: who may start executions may use what these reach, so that
 * an operator names the buckets. Every request has its time, and what is read and written its length.
 */
import type * as Sdk from '@aws-sdk/client-s3';
import { type Clock, connectS3, type S3Server } from '../../lib/index.js';
import { type Cancelled, limits } from '../../types/index.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { ObjectInfo, Objects } from './objects.js';
import { type S3Action, type S3Api, type S3Object, s3Parameters } from './s3-api.js';
import { ObjectTooLong, S3Failure, s3Failure } from './s3-failure.js';

export interface S3BucketsOptions extends S3Server {
  /** Null: all that the credentials reach. */
  readonly buckets: readonly string[] | null;
}

/** An object of 64 MiB takes some seconds; S3 may say that it is too busy once or twice. */
const attempts = { attemptsMax: 3, timeoutMs: 30_000 };
/** Of a request with all its attempts, to the last byte of the answer. */
const requestMs = 120_000;
/** Keys of one page (S3). */
const pageMax = 1000;

export class S3Buckets implements Objects, S3Api {
  #client: Promise<Sdk.S3Client> | null = null;

  constructor(
    private readonly options: S3BucketsOptions,
    private readonly clock: Clock,
  ) {}

  async get(bucket: string, key: string, bytesMax: number): Promise<Uint8Array> {
    return (await this.getObject({ Bucket: bucket, Key: key }, bytesMax)).bytes;
  }

  async put(bucket: string, key: string, bytes: Uint8Array): Promise<void> {
    await this.putObject({ Bucket: bucket, Key: key }, bytes);
  }

  async list(bucket: string, prefix: string, itemsMax: number): Promise<readonly ObjectInfo[]> {
    const found: ObjectInfo[] = [];
    let after: string | undefined;
    do {
      const asked = {
        Bucket: bucket,
        Prefix: prefix,
        MaxKeys: Math.min(pageMax, itemsMax - found.length),
        ...(after === undefined ? {} : { ContinuationToken: after }),
      };
      const page = await this.#send('listObjectsV2', asked, undefined, (client, sdk, signal) =>
        client.send(new sdk.ListObjectsV2Command(asked), { abortSignal: signal }),
      );
      for (const { Key, ETag, LastModified, Size, StorageClass } of page.Contents ?? []) {
        found.push({
          Key: Key ?? '',
          Etag: ETag ?? '',
          LastModified: Math.floor((LastModified?.getTime() ?? 0) / 1000),
          Size: Size ?? 0,
          StorageClass: StorageClass ?? 'STANDARD',
        });
      }
      after = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (after !== undefined && found.length < itemsMax);
    return found;
  }

  getObject(asked: JsonObject, bytesMax: number, signal?: Cancelled): Promise<S3Object> {
    return this.#send('getObject', asked, signal, async (client, sdk, late) => {
      const command = new sdk.GetObjectCommand(asked as never);
      const { Body, $metadata: _, ...head } = await client.send(command, { abortSignal: late });
      const stream = (Body ?? []) as AsyncIterable<Uint8Array>;
      return { head: plain(head), bytes: await collected(stream, String(asked.Key), bytesMax) };
    });
  }

  putObject(asked: JsonObject, body: Uint8Array, signal?: Cancelled): Promise<JsonObject> {
    return this.#send('putObject', asked, signal, async (client, sdk, late) => {
      if (body.length > limits.workflowObjectBytesMax) {
        throw new ObjectTooLong(String(asked.Key), limits.workflowObjectBytesMax);
      }
      const command = new sdk.PutObjectCommand({ ...asked, Body: body } as never);
      const { $metadata: _, ...head } = await client.send(command, { abortSignal: late });
      return plain(head);
    });
  }

  listObjectsV2(asked: JsonObject, signal?: Cancelled): Promise<JsonObject> {
    return this.#send('listObjectsV2', asked, signal, async (client, sdk, late) => {
      const command = new sdk.ListObjectsV2Command(asked as never);
      const { $metadata: _, ...page } = await client.send(command, { abortSignal: late });
      return plain(page);
    });
  }

  close(): void {
    this.#client?.then((client) => client.destroy()).catch(() => undefined);
    this.#client = null;
  }

  async #send<Answer>(
    action: S3Action,
    asked: JsonObject,
    signal: Cancelled | undefined,
    ask: (client: Sdk.S3Client, sdk: typeof Sdk, late: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    check(action, asked, this.options.buckets);
    const late = new AbortController();
    const giveUp = (): void => late.abort();
    const cancel = this.clock.after(requestMs, giveUp);
    signal?.addEventListener('abort', giveUp);
    try {
      if (signal?.aborted) throw new Error('nobody waits for it any more');
      this.#client ??= connectS3(this.options, attempts, this.clock);
      return await ask(await this.#client, await import('@aws-sdk/client-s3'), late.signal);
    } catch (thrown) {
      if (late.signal.aborted && signal?.aborted !== true) {
        throw new S3Failure(null, `S3 has not answered within ${requestMs / 1000} seconds.`);
      }
      throw s3Failure(thrown);
    } finally {
      cancel();
      signal?.removeEventListener('abort', giveUp);
    }
  }
}

/** What would be asked of another place than it names is not asked. */
function check(action: S3Action, asked: JsonObject, buckets: readonly string[] | null): void {
  const known: readonly string[] = s3Parameters[action];
  const unknown = Object.keys(asked).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new S3Failure(
      null,
      `The field '${unknown}' of ${action} is not offered by this cluster.`,
    );
  }
  const { Bucket, Key } = asked;
  if (typeof Bucket !== 'string' || !/^[A-Za-z0-9][\w.-]{2,254}$/.test(Bucket)) {
    throw new S3Failure(
      'InvalidBucketName',
      `${JSON.stringify(Bucket ?? null)} is no name of a bucket.`,
    );
  }
  if (buckets !== null && !buckets.includes(Bucket)) {
    throw new S3Failure(
      'AccessDenied',
      `State machines may not use the bucket ${Bucket}; 'workflowObjects.buckets' in the --config of the nodes names those that they may.`,
    );
  }
  if (action === 'listObjectsV2') return;
  if (typeof Key !== 'string' || Key === '') throw new S3Failure(null, 'Key must be a text.');
  // some servers would make it a path to another bucket
  if (Key.split('/').some((part) => part === '..' || part === '.')) {
    throw new S3Failure(null, `${Key} is no key: parts of it are '.' or '..'.`);
  }
}

async function collected(
  stream: AsyncIterable<Uint8Array>,
  key: string,
  bytesMax: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    // leaving the loop ends the answer
    if (bytes > bytesMax) throw new ObjectTooLong(key, bytesMax);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Without what is not there; times as the SDK for Java writes them. */
function plain(answer: object): JsonObject {
  return JSON.parse(JSON.stringify(answer, withTimes)) as JsonObject;
}

function withTimes(this: unknown, name: string, value: JsonValue): JsonValue {
  const given = (this as Readonly<Record<string, unknown>>)[name];
  return given instanceof Date ? given.toISOString().replace('.000Z', 'Z') : value;
}
