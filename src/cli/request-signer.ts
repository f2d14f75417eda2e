/**
 * What a command signs its requests with (AWS Signature Version 4): the cluster's secret where it is given,
 * else an access key from the environment, else nothing. A node on loopback asks nobody who they are.
 */
import { readFile } from 'node:fs/promises';
import { type Clock, type SigningCredential, signatureTime, signedHeaders } from '../lib/index.js';
import { HearthError, operatorKey, parseSecrets, region } from '../types/index.js';
import { asFailure, usageFailure } from './failure.js';
import type { Io } from './io.js';

/** The headers to add to a request. */
export type RequestSigner = (
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string,
) => Readonly<Record<string, string>>;

/** `secretFile`: of the cluster, whose first secret signs. Throws a usage failure for half a key. */
export async function requestSigner(
  secretFile: string | undefined,
  io: Pick<Io, 'env' | 'clock'>,
): Promise<RequestSigner> {
  const credential =
    secretFile === undefined ? keyOf(io.env) : operatorKey(await firstSecret(secretFile));
  return credential === null ? unsigned : signer(credential, io.clock);
}

export const unsigned: RequestSigner = () => ({});

function signer(credential: SigningCredential, clock: Clock): RequestSigner {
  return (method, url, headers, body) => {
    const time = signatureTime(clock.wallMs());
    const scope = { time, region, service: serviceOf(headers) };
    return signedHeaders({ method, url, headers, body }, credential, scope);
  };
}

/** The Step Functions API stands at the same address and has a name of its own in signatures. */
function serviceOf(headers: Readonly<Record<string, string>>): string {
  return headers['x-amz-target']?.startsWith('AWSStepFunctions.') ? 'states' : 'lambda';
}

function keyOf(env: Io['env']): SigningCredential | null {
  for (const prefix of ['HEARTH', 'AWS']) {
    const id = env[`${prefix}_ACCESS_KEY_ID`];
    const secret = env[`${prefix}_SECRET_ACCESS_KEY`];
    if (id && secret) return { id, secret };
    if (prefix === 'HEARTH' && (id || secret)) {
      const lacking = id ? 'HEARTH_SECRET_ACCESS_KEY' : 'HEARTH_ACCESS_KEY_ID';
      throw usageFailure(`${lacking} is not set: an access key is an id and a secret.`);
    }
  }
  return null;
}

async function firstSecret(file: string): Promise<Uint8Array> {
  const what = `--secret-file ${file}`;
  const text = await readFile(file, 'latin1').catch((thrown: unknown) => {
    throw asFailure(thrown, `${what} cannot be read`);
  });
  const [first] = parseSecrets(text, what);
  if (first !== undefined) return first;
  throw new HearthError('invalid-parameter', `${what} holds no secret.`);
}
