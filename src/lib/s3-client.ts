/**
 * A connection to what speaks S3: AWS itself, or a server of one's own. Its client is loaded when it is asked for, so
 * that nodes without a bucket do not pay for it.
 */
import { readFile } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Clock } from './clock.js';

export interface S3Server {
  /** Such as `http://127.0.0.1:9000`; null for AWS itself. */
  readonly endpoint: string | null;
  readonly region: string;
  /**
   * A file as the AWS command line has it, with `aws_access_key_id`, `aws_secret_access_key` and perhaps
   * `aws_session_token`; read again every few minutes. null: what the environment of the node offers.
   */
  readonly credentialsFile: string | null;
}

export interface S3Attempts {
  /** The first one counts. */
  readonly attemptsMax: number;
  /** Of each. */
  readonly timeoutMs: number;
}

const connectTimeoutMs = 5000;
const credentialsLiveMs = 300_000;

export async function connectS3(
  { endpoint, region, credentialsFile }: S3Server,
  { attemptsMax, timeoutMs }: S3Attempts,
  clock: Clock,
): Promise<S3Client> {
  const { S3Client: Client } = await import('@aws-sdk/client-s3');
  return new Client({
    region,
    maxAttempts: attemptsMax,
    // servers that only resemble S3 may not know the newer checksums
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: connectTimeoutMs, requestTimeout: timeoutMs },
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(credentialsFile === null
      ? {}
      : { credentials: () => credentialsOf(credentialsFile, clock) }),
  });
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration: Date;
}

async function credentialsOf(path: string, clock: Clock): Promise<Credentials> {
  const text = await readFile(path, 'utf8');
  const value = (name: string): string =>
    new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1] ?? '';
  const accessKeyId = value('aws_access_key_id');
  const secretAccessKey = value('aws_secret_access_key');
  const sessionToken = value('aws_session_token');
  if (accessKeyId === '' || secretAccessKey === '') {
    throw new Error(`${path} lacks aws_access_key_id or aws_secret_access_key; add both.`);
  }
  const expiration = new Date(clock.machineWallMs() + credentialsLiveMs);
  const token = sessionToken === '' ? {} : { sessionToken };
  return { accessKeyId, secretAccessKey, ...token, expiration };
}
