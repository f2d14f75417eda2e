/** `hearth invoke`: the answer alone on standard output; log and errors of the function beside it. */
import { readFile } from 'node:fs/promises';
import { limits } from '../types/index.js';
import { collect, type LambdaClient } from './api-client.js';
import { asFailure, CommandFailure, usageFailure } from './failure.js';
import { invokeStream } from './invoke-stream.js';
import { type Io, print, withProgress } from './io.js';

export interface InvokeOptions {
  /** JSON, `@FILE`, or `-` for standard input. */
  readonly data?: string;
  readonly tail?: boolean;
  readonly stream?: boolean;
  readonly async?: boolean;
  readonly idempotencyKey?: string;
}

/** Throws a failure (exit code 1) after printing the payload where the function answered an error. */
export async function invoke(
  io: Io,
  client: LambdaClient,
  target: string,
  options: InvokeOptions,
): Promise<void> {
  const { name, qualifier } = parseTarget(target);
  if (options.idempotencyKey !== undefined && !options.async) {
    throw usageFailure(
      '--idempotency-key is for invocations with --async; add that, or leave it out.',
    );
  }
  if (options.stream && options.async) {
    throw usageFailure(
      '--stream waits for the answer and --async does not; leave one of them out.',
    );
  }
  const payload = await readData(io, options.data);
  if (options.stream) {
    return invokeStream(io, client, { name, qualifier }, payload, options.tail ?? false);
  }
  const answer = await withProgress(io, `waiting for ${target}`, () =>
    client.invoke(name, payload, {
      qualifier,
      tail: options.tail ?? false,
      async: options.async ?? false,
      idempotencyKey: options.idempotencyKey,
    }),
  );
  if (options.async) {
    print(io, answer.requestId);
    return;
  }
  io.stdout.write(answer.payload);
  io.stdout.write('\n');
  if (answer.log !== null) io.stderr.write(answer.log.replace(/\n?$/, '\n'));
  if (answer.functionError !== null) {
    throw new CommandFailure(
      `the function answered an error (${answer.functionError}); its payload is on standard output.`,
    );
  }
}

/** `NAME`, `NAME:QUALIFIER`, or an ARN, which goes as it is. */
export function parseTarget(target: string): { name: string; qualifier: string | undefined } {
  const parts = target.split(':');
  const [name = '', qualifier] = parts;
  if (parts.length > 2) return { name: target, qualifier: undefined };
  if (name === '' || qualifier === '') {
    throw usageFailure(
      `'${target}' is not NAME or NAME:QUALIFIER, such as hello or hello:$LATEST.`,
    );
  }
  return { name, qualifier };
}

async function readData(io: Io, data: string | undefined): Promise<Uint8Array> {
  if (data === undefined) return new Uint8Array();
  if (data === '-') return collect(io.stdin, limits.invokeBodyBytesMax);
  if (!data.startsWith('@')) return Buffer.from(data);
  try {
    return await readFile(data.slice(1));
  } catch (thrown) {
    throw asFailure(thrown, `--data ${data} cannot be read`);
  }
}
